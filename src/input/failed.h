/* --retry-failed: the commands in a log that have not succeeded. */
#ifndef INPUT_FAILED_H
#define INPUT_FAILED_H

struct joblog;
struct source;

/*
 * Returns a source of the commands that have failed according to the log, each
 * with the number that it has there.  The log must have been read by number;
 * the source owns it.  path, for messages, is borrowed.
 */
struct source *failed_new(struct joblog *log, const char *path);

#endif
