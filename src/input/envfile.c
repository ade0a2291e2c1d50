#include "envfile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "settings.h"

#define WHY_NAME "no variable (try NAME=value)"
#define WHY_OPEN "the quote before the value has no end"
#define WHY_LONG                                                               \
	"a variable of 128 KiB or more, with which no program can be started"
#define WHY_BEHIND "something follows the quoted value (try a # before it)"

/* MAX_ARG_STRLEN of linux/binfmts.h: NAME=value and its NUL. */
#define VARIABLE_MAX ((size_t)128 * 1024)

/* Reads a quoted value, whose quote was read, up to its end. */
static const char *
read_quoted(struct settings *file, char quote, struct buf *value)
{
	while (file->at < file->end) {
		char c = *file->at++;

		if (c == quote)
			return NULL;
		if (c == '\\' && quote == '"' && file->at < file->end) {
			c = *file->at++;
			c = c == 'n'   ? '\n'
			    : c == 'r' ? '\r'
			    : c == 't' ? '\t'
				       : c;
		}
		buf_append(value, &c, 1);
	}
	return WHY_OPEN;
}

/* Reads a value without quotes, up to a comment or the end of the line. */
static void
read_plain(struct settings *file, struct buf *value)
{
	const char *from = file->at;
	size_t len = settings_line_len(file);

	file->at += len;
	for (size_t i = 0; i < len; i++)
		if (from[i] == '#' &&
		    (i == 0 || settings_is_blank(from[i - 1])))
			len = i;
	while (len > 0 && settings_is_blank(from[len - 1]))
		len--;
	buf_append(value, from, len);
}

static const char *
read_value(struct settings *file, struct buf *value)
{
	char quote = file->at < file->end ? *file->at : '\n';
	const char *why;

	if (quote != '\'' && quote != '"') {
		read_plain(file, value);
		return NULL;
	}
	file->at++;
	why = read_quoted(file, quote, value);
	if (why != NULL)
		return why;
	settings_skip_blanks(file);
	return settings_line_len(file) == 0 || *file->at == '#' ? NULL
								: WHY_BEHIND;
}

/* How many bytes from s on can be the name of a variable. */
static size_t
name_len(const char *s, const char *end)
{
	size_t len = 0;

	while (s + len < end &&
	    (settings_is_name(s[len]) || (len > 0 && s[len] == '.')))
		len++;
	return len > 0 && s[0] >= '0' && s[0] <= '9' ? 0 : len;
}

/* Reads the line of a variable.  Returns NULL, or why it is none. */
static const char *
read_variable(struct settings *file, struct strvec *ret)
{
	static const char export[] = "export";
	struct buf line = BUF_INIT;
	const char *why;
	size_t len = name_len(file->at, file->end);

	if (len == sizeof(export) - 1 && memcmp(file->at, export, len) == 0 &&
	    file->at + len < file->end && settings_is_blank(file->at[len])) {
		file->at += len;
		settings_skip_blanks(file);
		len = name_len(file->at, file->end);
	}
	buf_append(&line, file->at, len);
	file->at += len;
	settings_skip_blanks(file);
	if (len == 0 || file->at == file->end || *file->at != '=') {
		buf_release(&line);
		return WHY_NAME;
	}
	file->at++;
	settings_skip_blanks(file);
	buf_puts(&line, "=");
	why = read_value(file, &line);
	if (why == NULL && line.len >= VARIABLE_MAX)
		why = WHY_LONG;
	if (why == NULL)
		strvec_take(ret, buf_detach(&line));
	buf_release(&line);
	return why;
}

int
envfile_parse(const char *text, size_t len, struct strvec *ret,
    size_t *ret_line, const char **ret_why)
{
	struct settings file;

	*ret_why = settings_begin(&file, text, len);
	while (*ret_why == NULL && settings_next(&file))
		*ret_why = read_variable(&file, ret);
	*ret_line = file.line;
	return *ret_why == NULL ? 0 : -1;
}
