/* PARALLEL_ENV: what env_parallel passes on to jobs. */
#ifndef CLI_PASSED_H
#define CLI_PASSED_H

struct options;

/*
 * Puts the aliases, functions and variables that PARALLEL_ENV holds, or the
 * file or FIFO that it names, before each command; jobs do not get the variable
 * itself.  To be called when their shell is known.  Returns 0, or -1 after a
 * message.
 */
int passed_take(struct options *options);

/*
 * For jobs on other machines: puts a command before theirs that does what
 * --nice asks for.  Returns 0; or -1 after a message if --workdir is to give
 * each job a directory of its own, which cannot be had there.  Warns if jobs on
 * this machine cannot have the niceness.
 */
int passed_far(struct options *options);

#endif
