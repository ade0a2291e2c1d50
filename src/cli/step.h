/* --summary, and the page that a step of GitHub Actions gets without it. */
#ifndef CLI_STEP_H
#define CLI_STEP_H

struct reading;

/* Reads the value of the option.  Returns 0, or -1 after reading_bad(). */
int step_set_summary(struct reading *reading, const char *value);

/*
 * To be called when all options are known: settles whether the page is written,
 * where, and whether it is added to what there is.
 */
void step_conclude(struct reading *reading);

#endif
