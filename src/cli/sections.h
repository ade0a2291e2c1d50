/* --sections and --show: what they come to, with the other options. */
#ifndef CLI_SECTIONS_H
#define CLI_SECTIONS_H

struct reading;

/* Each reads the value of its option.  Returns 0, or -1 after a message. */
int sections_set(struct reading *reading, const char *value);
int sections_set_show(struct reading *reading, const char *value);

/*
 * To be called when all options and operands are known: settles what "auto" is
 * here, and refuses what cannot work.  Returns 0, or -1 after a message.
 */
int sections_conclude(struct reading *reading);

#endif
