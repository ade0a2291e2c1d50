/* --events: all that happens, as it happens, a JSON object in each line. */
#ifndef RECORD_EVENTS_H
#define RECORD_EVENTS_H

struct report;
struct writers;

/*
 * Opens the file, or ends the program as writer_open() does, and adds the
 * listener that writes it to the report.  path is borrowed.
 */
void events_listen(
    struct report *report, struct writers *writers, const char *path);

#endif
