#include "firstline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "advice.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "dialect.h"
#include "sys/process.h"

#define LOOKED_AT 4096 /* bytes; a longer first line is not looked at */

/*
 * Whether the line is NAME: COMMAND, as in a Procfile, and there is no program
 * of the name with its colon.
 */
static bool
is_of_procfile(const char *line)
{
	static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789_-";
	size_t n = strspn(line, name_bytes);
	char *name;
	bool found;

	if (n == 0 || line[n] != ':' ||
	    (line[n + 1] != ' ' && line[n + 1] != '\t'))
		return false;
	name = xmalloc(n + 2);
	memcpy(name, line, n + 1);
	name[n + 1] = '\0';
	found = process_finds(name);
	free(name);
	return !found;
}

/* Returns the first line to look at, ended by a NUL; or NULL. */
static char *
find_line(char *text)
{
	for (;;) {
		size_t len;

		text += strspn(text, " \t\r\n");
		len = strcspn(text, "\n");
		if (text[len] == '\0') /* it is not there to its end */
			return NULL;
		if (*text != '#') {
			text[len] = '\0';
			return text;
		}
		text += len;
	}
}

/* Returns the message that the line is of a Procfile, or NULL. */
static char *
check_procfile(const char *line)
{
	char *shown, *message;

	if (!is_of_procfile(line))
		return NULL;
	shown = msg_short(line, strlen(line));
	message = xasprintf("%s: a line of a Procfile is no command "
			    "(try " ADVICE_PROCFILE ")",
	    shown);
	free(shown);
	return message;
}

char *
firstline_check(const char *shell)
{
	char text[LOOKED_AT + 2], *line, *message;
	struct stat st;
	ssize_t got;

	if (fstat(STDIN_FILENO, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	got = pread(
	    STDIN_FILENO, text, LOOKED_AT, lseek(STDIN_FILENO, 0, SEEK_CUR));
	if (got <= 0)
		return NULL;
	if (got < LOOKED_AT && text[got - 1] != '\n')
		text[got++] = '\n'; /* the last line may have no end */
	text[got] = '\0';
	line = find_line(text);
	if (line == NULL)
		return NULL;
	message = check_procfile(line);
	return message != NULL || shell == NULL ? message
						: dialect_check(line, shell);
}

char *
firstline_check_read(const char *text, size_t len)
{
	char *line = xmalloc(len + 1), *message;

	memcpy(line, text, len);
	line[len] = '\0';
	message = check_procfile(line);
	free(line);
	return message;
}
