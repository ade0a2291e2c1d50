/*
 * --_parset, which the function parset of GNU parallel gives to the name
 * parallel: standard output is a piece of shell code, which begins and ends
 * here.  What each job adds to it is in scope/standin.c.
 */
#ifndef CLI_PARSET_H
#define CLI_PARSET_H

struct options;

/*
 * Writes the beginning, and keeps standard output open for the end.  Without
 * --_parset nothing is done here, nor by the other function.  Returns 0, or -1
 * after a message, before anything is written.
 */
int parset_begin(struct options *options);

/*
 * Writes the end, which gives the calling function the status.  To be called
 * when all output is written, or after an error before parset_begin().
 */
void parset_end(const struct options *options, int status);

#endif
