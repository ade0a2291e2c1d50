/* GNU parallel's options, read as that program reads them: getopt_long(3). */
#ifndef CLI_GETOPT_H
#define CLI_GETOPT_H

struct reading;
struct strvec;

/*
 * Reads the options that stand before the first word, and appends the words to
 * words.  argv[0] is skipped, the order of argv is kept.  Returns 0, or -1
 * after saying what is wrong.
 */
int getopt_read(
    struct reading *reading, int argc, char **argv, struct strvec *words);

#endif
