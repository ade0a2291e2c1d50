/*
 * --timeline: gathers what a picture of the run shows, and draws it at the end.
 */
#ifndef RECORD_TIMELINE_H
#define RECORD_TIMELINE_H

struct report;
struct writers;

/*
 * Opens the file, or ends the program as writer_open() does, and adds the
 * listener that writes it to the report.  path is borrowed.
 */
void timeline_listen(
    struct report *report, struct writers *writers, const char *path);

#endif
