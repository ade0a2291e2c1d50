#include "settings.h"

#include <string.h>

/* Some editors begin a file with this mark. */
#define BYTE_ORDER_MARK "\357\273\277"

/* Counts the lines that begin between the line at hand and here. */
static void
count_lines(struct settings *file, const char *here)
{
	const char *newline;

	while ((newline = memchr(file->line_at, '\n',
		    (size_t)(here - file->line_at))) != NULL) {
		file->line_at = newline + 1;
		file->line++;
	}
}

const char *
settings_begin(struct settings *file, const char *text, size_t len)
{
	const size_t mark = sizeof(BYTE_ORDER_MARK) - 1;
	const char *nul;

	if (len == 0)
		text = ""; /* it may be NULL */
	nul = memchr(text, '\0', len);
	*file = (struct settings){
		.at = text, .end = text + len, .line_at = text, .line = 1
	};
	if (nul != NULL) {
		count_lines(file, nul);
		return "a NUL byte: this is no text";
	}
	if (len >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0)
		file->at += mark;
	file->line = 0;
	return NULL;
}

size_t
settings_line_len(const struct settings *file)
{
	size_t left = (size_t)(file->end - file->at);
	const char *newline = left > 0 ? memchr(file->at, '\n', left) : NULL;

	if (newline != NULL)
		left = (size_t)(newline - file->at);
	return left > 0 && file->at[left - 1] == '\r' ? left - 1 : left;
}

bool
settings_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
settings_is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-';
}

void
settings_skip_blanks(struct settings *file)
{
	while (file->at < file->end && settings_is_blank(*file->at))
		file->at++;
}

/* Goes behind the end of the line; false if there is nothing. */
static bool
skip_line(struct settings *file)
{
	const char *newline = file->at < file->end
	    ? memchr(file->at, '\n', (size_t)(file->end - file->at))
	    : NULL;

	file->at = newline != NULL ? newline + 1 : file->end;
	return file->at < file->end;
}

bool
settings_next(struct settings *file)
{
	bool more;

	if (file->line == 0) {
		file->line = 1;
		more = file->at < file->end;
	} else {
		more = skip_line(file);
	}
	for (; more; more = skip_line(file)) {
		settings_skip_blanks(file);
		if (settings_line_len(file) > 0 && *file->at != '#')
			break;
	}
	count_lines(file, file->at);
	return more;
}
