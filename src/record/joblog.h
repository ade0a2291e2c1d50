/* --joblog: a line for each job that has ended, as GNU parallel writes it. */
#ifndef RECORD_JOBLOG_H
#define RECORD_JOBLOG_H

#include <stdbool.h>

struct report;
struct writers;

/*
 * Opens the file and adds the listener that writes it, or says by msg_fatal()
 * why it cannot.  path, borrowed, may be "-", which is standard output, or what
 * writer_open() takes.  appended: lines are added to a log that is there, whose
 * last line is dropped if a crash has cut it.
 *
 * Each line is written before the next job can have one.  A job that was
 * cancelled, or not started, has none, since it is to be run again.
 */
void joblog_listen(struct report *report, struct writers *writers,
    const char *path, bool appended);

#endif
