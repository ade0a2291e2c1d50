#include "folder.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "item.h"

/* Bytes of a name that all file systems take. */
#define NAME_BYTES 255

/* A column: its name, the number that sorts it, and its argument. */
struct column {
	const char *name;
	double number;
	struct argument value;
	char digits[24];
};

/* As GNU parallel sorts them: by the number first. */
static int
by_name(const void *a, const void *b)
{
	const struct column *left = a, *right = b;

	if (left->number != right->number)
		return left->number < right->number ? -1 : 1;
	return strcmp(left->name, right->name);
}

static void
append_name(struct buf *out, const char *text, size_t len)
{
	size_t start = out->len;

	if (len > 0 && len <= 2 && memcmp(text, "..", len) == 0)
		buf_puts(out, "\\");
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			buf_puts(out, "\\\\");
		else if (text[i] == '\t')
			buf_puts(out, "\\t");
		else if (text[i] == '/')
			buf_puts(out, "\\_");
		else
			buf_append(out, &text[i], 1);
	}
	if (out->len - start > NAME_BYTES)
		out->len = start + NAME_BYTES;
	buf_puts(out, "/");
}

/* The number that the name begins with; what begins with none counts as 0. */
static double
number_of(const char *name)
{
	const char *p = name + strspn(name, " \t");
	bool negative = *p == '-';
	double number = 0, unit = 1;

	p += *p == '-' || *p == '+';
	for (; *p >= '0' && *p <= '9'; p++)
		number = number * 10 + (*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++)
			number += (*p - '0') * (unit /= 10);
	return negative ? -number : number;
}

static void
name_column(struct column *column, size_t number, const char *name)
{
	struct buf digits = BUF_INIT;

	buf_printf(&digits, "%zu", number);
	memcpy(column->digits, digits.data, digits.len);
	column->digits[digits.len] = '\0';
	buf_release(&digits);
	column->name = name != NULL && name[0] != '\0' ? name : column->digits;
	column->number = number_of(column->name);
}

static void
append_columns(struct column *columns, size_t n, struct buf *out)
{
	qsort(columns, n, sizeof(*columns), by_name);
	for (size_t i = 0; i < n; i++) {
		append_name(out, columns[i].name, strlen(columns[i].name));
		append_name(out, columns[i].value.text, columns[i].value.len);
	}
}

void
folder_append(const struct row *row, size_t width, char *const *names,
    size_t n_names, struct buf *out)
{
	struct column *columns = xcalloc(width + 1, sizeof(*columns));

	for (size_t at = 0; at < row->n; at += width) {
		size_t n = row->n - at < width ? row->n - at : width;

		for (size_t i = 0; i < n; i++) {
			name_column(
			    &columns[i], i + 1, i < n_names ? names[i] : NULL);
			columns[i].value = row->args[at + i];
		}
		append_columns(columns, n, out);
	}
	free(columns);
}
