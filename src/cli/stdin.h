/* --stdin: what jobs read. */
#ifndef CLI_STDIN_H
#define CLI_STDIN_H

#include <stdbool.h>

struct options;
struct reading;

/* Sets --stdin, as a row of an option does: see setting.h. */
int stdin_set(struct reading *reading, const char *value);

/*
 * After services_conclude(): checks that nothing else needs standard input, and
 * that jobs can have it; settles how.  Returns 0, or -1 after a message.
 */
int stdin_conclude(struct reading *reading);

/* True if jobs are given what comes from standard input. */
bool stdin_is_for_jobs(const struct options *options);

/*
 * True if the commands, or the arguments of the template, come from standard
 * input.
 */
bool stdin_has_commands(const struct options *options);

#endif
