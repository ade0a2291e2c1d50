/* What nursery --dry-run does: print the commands. */
#ifndef CLI_DRYRUN_H
#define CLI_DRYRUN_H

#include <stddef.h>
#include <stdio.h>

struct delimiter;
struct source;

/*
 * Writes the commands that would run to out, each as often as copies says and
 * ended by the delimiter.  A
 * command of --argv, which gets its arguments from no shell, is written as the
 * call of the shell that runs it.  Returns 0, or -1 after saying why the input
 * is bad.
 */
int dryrun(struct source *source, char *const *shell, size_t copies,
    const struct delimiter *delimiter, FILE *out);

#endif
