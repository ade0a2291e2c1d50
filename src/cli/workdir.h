/* The directory that jobs start in: --workdir, which only parallel has. */
#ifndef CLI_WORKDIR_H
#define CLI_WORKDIR_H

struct options;

/*
 * If --workdir was given and jobs will run, makes the directory and all above
 * it that are missing, and sets $PWD, which jobs inherit.  Returns 0, or -1
 * after saying why jobs cannot run there.
 */
int workdir_prepare(struct options *options);

#endif
