/* The command line of the name parallel, read with getopt_long(3). */
#ifndef CLI_GETOPT_H
#define CLI_GETOPT_H

struct reading;

/*
 * Reads the options that stand in argv before the first word; argv[0] is
 * skipped and the order of argv is kept.  Applies the options whose rows have
 * one of the flags: PARALLEL for all of them, EARLY for those that decide
 * whether more than argv is read.  Returns the index of the first word, or -1
 * after saying what is wrong.
 */
int getopt_read(struct reading *reading, unsigned flags, int argc, char **argv);

#endif
