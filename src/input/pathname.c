#include "pathname.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

/*
 * Drops what is up to the last such byte of the first line that has one;
 * earlier lines stay.
 */
struct argument
pathname_behind_last(struct argument name, char byte, struct buf *scratch)
{
	const char *end = name.text + name.len;
	const char *at = memchr(name.text, byte, name.len);
	const char *line, *line_end, *last;

	if (at == NULL)
		return name;
	line = memrchr(name.text, '\n', (size_t)(at - name.text));
	line = line != NULL ? line + 1 : name.text;
	line_end = memchr(at, '\n', (size_t)(end - at));
	if (line_end == NULL)
		line_end = end;
	last = memrchr(at, byte, (size_t)(line_end - at));
	if (line == name.text)
		return (struct argument){ .text = last + 1,
			.len = (size_t)(end - last - 1) };
	scratch->len = 0;
	buf_append(scratch, name.text, (size_t)(line - name.text));
	buf_append(scratch, last + 1, (size_t)(end - last - 1));
	return (struct argument){ .text = scratch->data, .len = scratch->len };
}

/* Where the last count extensions begin, with their dot; NULL: too few. */
static const char *
extensions(struct argument name, size_t count)
{
	for (const char *p = name.text + name.len; p-- > name.text;) {
		if (*p == '/')
			return NULL;
		if (*p == '.' && --count == 0)
			return p;
	}
	return NULL;
}

struct argument
pathname_without_extensions(struct argument name, size_t count)
{
	const char *dot = extensions(name, count);

	if (dot != NULL)
		name.len = (size_t)(dot - name.text);
	return name;
}

/* The name without its last line; a newline at the end stays. */
static struct argument
without_last_line(struct argument name, struct buf *scratch)
{
	size_t len = name.len;
	bool newline = len > 0 && name.text[len - 1] == '\n';
	const char *start;

	if (newline)
		len--;
	start = len > 0 ? memrchr(name.text, '\n', len) : NULL;
	scratch->len = 0;
	if (start != NULL)
		buf_append(scratch, name.text, (size_t)(start + 1 - name.text));
	if (newline)
		buf_append(scratch, "\n", 1);
	return (struct argument){ .text = scratch->data, .len = scratch->len };
}

struct argument
pathname_extensions(struct argument name, size_t count, struct buf *scratch)
{
	const char *end = name.text + name.len, *dot, *line;

	if (count == 1)
		return memchr(name.text, '.', name.len) != NULL
		    ? pathname_behind_last(name, '.', scratch)
		    : without_last_line(name, scratch);
	dot = extensions(name, count);
	if (dot == NULL)
		return without_last_line(name, scratch);
	line = memrchr(name.text, '\n', (size_t)(dot - name.text));
	line = line != NULL ? line + 1 : name.text;
	scratch->len = 0;
	buf_append(scratch, name.text, (size_t)(line - name.text));
	buf_append(scratch, dot + 1, (size_t)(end - dot - 1));
	return (struct argument){ .text = scratch->data, .len = scratch->len };
}

static size_t
without_slashes(const char *text, size_t len)
{
	while (len > 1 && text[len - 1] == '/')
		len--;
	return len;
}

/* As perl's File::Basename::dirname(). */
struct argument
pathname_directory(struct argument name)
{
	const struct argument here = { .text = ".", .len = 1 };
	const char *slash = memrchr(name.text, '/', name.len);
	bool ends = slash != NULL && slash == name.text + name.len - 1;

	if (slash == NULL)
		return here;
	name.len = without_slashes(name.text, (size_t)(slash + 1 - name.text));
	if (!ends)
		return name;
	slash = memrchr(name.text, '/', name.len);
	if (slash == NULL)
		return here;
	name.len = without_slashes(name.text, (size_t)(slash + 1 - name.text));
	return name;
}

struct argument
pathname_before_slash(struct argument name, struct buf *scratch)
{
	const char *slash = memrchr(name.text, '/', name.len);

	if (slash == NULL)
		return without_last_line(name, scratch);
	name.len = (size_t)(slash - name.text);
	return name;
}
