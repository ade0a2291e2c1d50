#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "columns.h"

struct column {
	struct columns *columns;
	int64_t number;
};

struct column *
column_new(int64_t number, const char *separator, bool csv, char **ret_why)
{
	struct columns *columns = csv ? columns_new_csv(separator, ret_why)
				      : columns_new(separator, ret_why);
	struct column *column;

	if (columns == NULL)
		return NULL;
	column = xcalloc(1, sizeof(*column));
	column->columns = columns;
	column->number = number;
	return column;
}

void
column_free(struct column *column)
{
	if (column == NULL)
		return;
	columns_free(column->columns);
	free(column);
}

void
column_set(struct column *column, int64_t number)
{
	column->number = number;
}

/* Cuts a line, but for its newline.  Returns how many columns there are. */
static size_t
split(struct column *column, const char *line, size_t len,
    const struct argument **ret)
{
	if (len > 0 && line[len - 1] == '\n')
		len--;
	return columns_split(column->columns, line, len, ret);
}

int64_t
column_find(
    struct column *column, const char *header, size_t len, const char *name)
{
	const struct argument *items;
	size_t n = split(column, header, len, &items);

	for (size_t i = 0; i < n; i++)
		if (items[i].len == strlen(name) &&
		    memcmp(items[i].text, name, items[i].len) == 0)
			return (int64_t)i + 1;
	return 0;
}

struct argument
column_value(struct column *column, const char *line, size_t len)
{
	const struct argument *items;
	size_t n;
	int64_t i;

	if (column->number == 0)
		return (struct argument){ line,
			len - (len > 0 && line[len - 1] == '\n') };
	n = split(column, line, len, &items);
	i = column->number > 0 ? column->number - 1
			       : (int64_t)n + column->number;
	if (i < 0 || i >= (int64_t)n)
		return (struct argument){ .text = line, .len = 0 };
	return items[i];
}

void
column_forget(struct column *column)
{
	columns_begin(column->columns);
}
