/*
 * --_parset, which the function parset of GNU parallel gives to the name
 * parallel: standard output is a piece of shell code, which begins and ends
 * here.  What each job adds to it is in scope/standin.c.  It is collected and
 * written at the end: the shell never gets a part of it.
 */
#ifndef CLI_PARSET_H
#define CLI_PARSET_H

struct options;

/*
 * Collects standard output from now on, and writes the beginning.  Without
 * --_parset nothing is done here, nor by the other function.  Returns 0, or -1
 * after a message.
 */
int parset_begin(struct options *options);

/*
 * Writes what was collected and the end, which gives the calling function the
 * exit status; only this if status is -1: nursery itself has failed.  To be
 * called by the process that ends last.  Returns its exit status: msg_failure()
 * also if something could not be written, after a message.  Without --_parset
 * nothing is written.
 */
int parset_end(const struct options *options, int status);

#endif
