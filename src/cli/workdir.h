/* The directory that the jobs of the name parallel start in, --workdir. */
#ifndef CLI_WORKDIR_H
#define CLI_WORKDIR_H

struct options;

/*
 * Makes the directory that was asked for, if there is one and jobs will run,
 * with those above it, and sets $PWD, which jobs inherit.  Returns 0, or -1
 * after saying why they cannot run there.
 */
int workdir_prepare(struct options *options);

#endif
