/* The files that options of the name parallel come from, see parallel(1). */
#ifndef CLI_PROFILES_H
#define CLI_PROFILES_H

#include <stdbool.h>

struct strvec;

/*
 * Appends the words of a line, which are quoted as for a shell, to words.
 * Returns 0, or -1 after a message that says where the line is from.
 */
int profiles_split(const char *line, const char *from, struct strvec *words);

/*
 * Appends the words of the profiles of these names to words; or, if there are
 * none, of all config files.  Returns 0, or -1 after a message.
 */
int profiles_read(const struct strvec *names, struct strvec *words);

/* --record-env: notes the names of all variables.  Returns 0, or -1. */
int profiles_record_env(void);

/* True if that was done once. */
bool profiles_has_record(void);

#endif
