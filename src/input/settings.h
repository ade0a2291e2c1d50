/*
 * Files that people write, a setting a line, between blank lines and comments:
 * what is common to reading a Procfile and a file of variables.
 */
#ifndef INPUT_SETTINGS_H
#define INPUT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct settings {
	const char *at, *end; /* what is still to be read; borrowed */
	const char *line_at;  /* where the setting of that line begins */
	size_t line;          /* its number, from 1; 0: none was read */
};

/*
 * Prepares to read the len bytes of a file; text may be NULL if there are none.
 * Returns NULL, or what is wrong with them, with the line set: a NUL is in
 * them.
 */
const char *settings_begin(struct settings *file, const char *text, size_t len);

/*
 * Goes to the next line that has a setting, after what is left of this one: it
 * is not blank and does not begin with #; blanks before it are skipped.  False
 * if there is none.
 */
bool settings_next(struct settings *file);

/* How much is left of the line, without its end, which may be \r\n. */
size_t settings_line_len(const struct settings *file);

/* Skips spaces and tabs. */
void settings_skip_blanks(struct settings *file);

bool settings_is_blank(char c);

/* True for a letter or digit of ASCII, _ and -. */
bool settings_is_name(char c);

#endif
