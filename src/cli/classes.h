/* --limit NAME=N: see scope/classes.h. */
#ifndef CLI_CLASSES_H
#define CLI_CLASSES_H

struct class_limits;
struct reading;

/* Reads a value of --limit.  Returns 0, or -1 after a message. */
int classes_set(struct reading *reading, const char *value);

/*
 * When all else is known: opens the classes if jobs are to run.  Returns 0, or
 * -1 after a message.
 */
int classes_open(struct reading *reading);

/* Gives back what is held of them, and closes them. */
void classes_close(const struct class_limits *classes);

#endif
