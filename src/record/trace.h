/*
 * --trace: the run as trace events of Chrome, which Perfetto and others show.
 *
 * It is the "JSON Array Format", an event a line, whose "]" may be missing: so
 * a trace that was cut off can be read, and nothing is kept in memory.
 */
#ifndef RECORD_TRACE_H
#define RECORD_TRACE_H

struct report;
struct writers;

/*
 * Opens the file, or ends the program as writer_open() does, and adds the
 * listener that writes it to the report.  path is borrowed.
 */
void trace_listen(
    struct report *report, struct writers *writers, const char *path);

#endif
