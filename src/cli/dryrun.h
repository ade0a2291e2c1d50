/* nursery --dry-run. */
#ifndef CLI_DRYRUN_H
#define CLI_DRYRUN_H

#include <stdio.h>

struct delimiter;
struct source;

/*
 * Writes the commands that would run to out, each ended by the delimiter;
 * those with arguments as a shell would be given them, shell -c first.  Returns
 * 0, or -1 after saying why the input is bad.
 */
int dryrun(struct source *source, const char *shell,
    const struct delimiter *delimiter, FILE *out);

#endif
