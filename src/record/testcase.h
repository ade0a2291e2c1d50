/* The test case of one job in a report of --junit. */
#ifndef RECORD_TESTCASE_H
#define RECORD_TESTCASE_H

#include <stdint.h>

struct buf;
struct excerpts;
struct job_excerpts;
struct outcome;
struct report_event;
struct writer;

/* What a test case is counted as. */
enum testcase_result {
	TESTCASE_PASSED,
	TESTCASE_FAILED,  /* it did not do what it should */
	TESTCASE_ERROR,   /* it could not run; or is no job of the user, but a
			     service */
	TESTCASE_SKIPPED, /* cancelled or not started */
	TESTCASE_RESULTS
};

/* Appends the attribute timestamp; wall_ns is since 1970. */
void testcase_put_timestamp(struct buf *out, int64_t wall_ns);

/* Appends the attribute time, in seconds. */
void testcase_put_time(struct buf *out, int64_t ns);

/*
 * For REPORT_RETRY: writes the element of an attempt that failed and is
 * followed by another, and keeps it among the notes of the job until that is
 * over.
 */
void testcase_note_attempt(struct excerpts *excerpts,
    struct job_excerpts *excerpt, const struct report_event *event);

/*
 * Writes the test case of a job that is over, or was not started.  excerpt may
 * be NULL; it stays the caller's, but what it held is taken out.
 */
enum testcase_result testcase_put(struct writer *writer,
    struct excerpts *excerpts, struct job_excerpts *excerpt,
    const struct report_event *event);

#endif
