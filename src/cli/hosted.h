/*
 * --agent: another nursery, our controller, says what to do in the place of a
 * command line.
 */
#ifndef CLI_HOSTED_H
#define CLI_HOSTED_H

struct agent;
struct options;
struct reading;

/* Reads the value of the option.  Returns 0, or -1 after a message. */
int hosted_set(struct reading *reading, const char *value);

/* There is nothing beside that option.  Returns 0, or -1 after a message. */
int hosted_check(const struct reading *reading);

/*
 * Meets the controller, and makes the options what it asks for; our directory,
 * umask and environment, too.  Returns the connection, which options->scope
 * uses, or NULL after saying there and here what is wrong.
 */
struct agent *hosted_open(struct options *options);

#endif
