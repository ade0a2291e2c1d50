/*
 * The names that users give to jobs: --names for commands, --name for special
 * jobs.
 */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stddef.h>

struct reading;

/*
 * Checks len bytes at value as the name of a job, and stores a copy that lives
 * as long as the options in *ret.  Returns 0, or -1 after a message.
 */
int names_take(
    struct reading *reading, const char *value, size_t len, const char **ret);

/* Takes the value of --names: names of the commands, in order. */
int names_set(struct reading *reading, const char *value);

/*
 * When all options and operands are known: refuses two jobs of one name, and
 * more names than commands; and names listed commands for their labels.
 * Returns 0, or -1 after a message.
 */
int names_conclude(struct reading *reading);

#endif
