#include "colour.h"

#include <stdlib.h>
#include <string.h>

#include "sys/tty.h"

/*
 * Colours of the 256 that nearly all terminals have, and whose brightness is
 * between those of black and of white: the contrast to both is 3.6 or more.
 * None is red, which looks like an error.
 */
static const char *const of_256[] = {
	"\033[38;5;30m",  /* teal */
	"\033[38;5;166m", /* orange */
	"\033[38;5;63m",  /* blue */
	"\033[38;5;28m",  /* green */
	"\033[38;5;163m", /* magenta */
	"\033[38;5;100m", /* olive */
	"\033[38;5;32m",  /* sky */
	"\033[38;5;134m", /* violet */
};

/* Of the first eight, those that can be read on most backgrounds. */
static const char *const of_8[] = {
	"\033[36m", /* cyan */
	"\033[35m", /* magenta */
	"\033[32m", /* green */
	"\033[34m", /* blue */
};

/* The variable, or NULL if it is not set or empty. */
static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool
is_no(const char *value)
{
	return strcmp(value, "0") == 0 || strcmp(value, "false") == 0;
}

bool
colour_is_wanted(enum colour_when when, int fd)
{
	const char *value;

	if (when != COLOUR_AUTO)
		return when == COLOUR_ALWAYS;
	if (variable("NO_COLOR") != NULL)
		return false;
	value = variable("CLICOLOR_FORCE");
	if (value != NULL && !is_no(value))
		return true;
	value = variable("FORCE_COLOR");
	if (value != NULL)
		return !is_no(value);
	return tty_obeys(fd);
}

/* What is no terminal, such as the log of a CI, is shown by one that knows. */
static bool
has_256(void)
{
	const char *term = variable("TERM");

	return term == NULL || strcmp(term, "dumb") == 0 ||
	    strstr(term, "256color") != NULL || variable("COLORTERM") != NULL;
}

const char *
colour_begin(unsigned number)
{
	if (has_256())
		return of_256[number % (sizeof(of_256) / sizeof(*of_256))];
	return of_8[number % (sizeof(of_8) / sizeof(*of_8))];
}
