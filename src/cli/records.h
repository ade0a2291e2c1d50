/* What the options of reports mean together with other options. */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

struct reading;

/*
 * When all options and operands are known: settles where the results go and
 * what is still printed.  Returns 0, or -1 after a message.
 */
int records_conclude(struct reading *reading);

#endif
