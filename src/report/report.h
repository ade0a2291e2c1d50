/*
 * What is said about the jobs: starts and ends under --verbose, what was left
 * behind, the status on SIGUSR1, and at the end the failures and the counts.
 * Everything goes out through msg_warn().
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outcome;
struct report;

struct report_options {
	bool quiet;   /* no summary */
	bool terse;   /* as it ends, only what a job could not say itself */
	bool verbose; /* starts and ends too, and always the counts */
	/*
	 * Added to a job whose command was not found: the commands were
	 * arguments, and none of them contained a blank.
	 */
	bool hint_one_argument;
};

/* A job as messages show it. */
struct report_job {
	const char *kind; /* "job" */
	uint64_t seq;
	const char *text; /* its command, text_len bytes, untrusted */
	size_t text_len;
	int64_t attempt; /* shown from the second on */
	int64_t elapsed_ns;
};

struct report_counts {
	uint64_t succeeded;
	uint64_t failed;
	uint64_t cancelled;
	uint64_t not_started;
	bool more_not_started; /* the input was not read to its end */
};

struct report *report_new(const struct report_options *options);
void report_free(struct report *report);

/* Says that a job starts, under --verbose. */
void report_started(struct report *report, const struct report_job *job);

/* Says that a service is ready, under --verbose. */
void report_ready(struct report *report, const struct report_job *job);

/*
 * Counts an end, remembers the first failures for the summary, and says it
 * under --verbose.
 */
void report_ended(struct report *report, const struct report_job *job,
    const struct outcome *outcome);

/* Says under --verbose that an attempt has failed and the next comes in ns. */
void report_again(struct report *report, const struct report_job *job,
    const struct outcome *outcome, int64_t ns);

/* What has been counted so far. */
struct report_counts *report_counts(struct report *report);

/*
 * Says the summary: a line for each failure (never more than 20 lines in all),
 * then the cause if it is not a job's (NULL or empty: none), then the counts.
 */
void report_summary(
    const struct report *report, const char *cause, int64_t elapsed_ns);

#endif
