/*
 * The text of the live block, see --progress: how far the run is, what nursery
 * waits for, and the jobs that run.
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

struct buf;

/* A job that runs, and what of its output waits. */
struct progress_job {
	struct report_job job;
	bool not_ready; /* a service that others wait for */
	uint64_t lines; /* lines of its output that wait */
	/* Whose end these lines wait for; NULL: that of the job itself. */
	const struct report_job *behind;
	uint64_t others; /* lines of other jobs that wait for this one */
};

struct progress {
	uint64_t done, total; /* jobs; all that are known so far */
	bool total_known;     /* no more will come */
	bool stopping;        /* no more will start */
	uint64_t running, failed;
	uint64_t services; /* that run */
	uint64_t retrying; /* jobs that wait for another attempt */
	uint64_t to_start; /* jobs that have not started yet, as far as known */
	uint64_t per_1000s; /* how many end in a thousand seconds; 0: unknown */
	const char *waits;  /* what nursery waits for, any bytes, or "" */
	/* Say that lines need not wait for another job with --line-buffer. */
	bool hint_lines;
	const struct progress_job *jobs; /* the oldest first */
	size_t n_jobs;
};

/*
 * How many jobs at most a block shows on a terminal with so many rows: with the
 * first line they fill a third of it.
 */
size_t progress_rows(int rows);

/*
 * Appends the lines of the block, each with a newline: the first one, then what
 * nursery waits for, then jobs, n_rows of these in all.  Each is narrower than
 * columns, whatever bytes the commands have.
 */
void progress_block(const struct progress *progress, int columns, size_t n_rows,
    struct buf *ret);

/* Appends the first line, and what nursery waits for, without a newline. */
void progress_line(const struct progress *progress, struct buf *ret);

/* How many columns of a terminal the text takes that msg_shown() has made. */
int progress_width(const char *text, size_t len);

#endif
