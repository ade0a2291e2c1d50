/*
 * --junit: a report that CI systems show, in the dialect of JUnit's XML that
 * Jenkins reads and nextest writes.
 *
 * Each job is a test case.  It is written when the job is over, so that memory
 * does not grow with the number of jobs; the counts, whose place is in front,
 * are filled in at the end.
 */
#ifndef RECORD_JUNIT_H
#define RECORD_JUNIT_H

struct record_options;
struct report;
struct writers;

/*
 * Opens the file and adds the listener that writes it.  If that cannot be, says
 * so and ends the program.
 */
void junit_listen(struct report *report, struct writers *writers,
    const struct record_options *options);

#endif
