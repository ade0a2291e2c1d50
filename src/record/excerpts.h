/*
 * Excerpts of what each running job has written so far, for listeners that show
 * them only if the job fails.
 *
 * Escape sequences of terminals are left out.  Memory does not grow with how
 * much jobs write, nor with how many have ended.
 */
#ifndef RECORD_EXCERPTS_H
#define RECORD_EXCERPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/tree.h>

#include "base/buf.h"
#include "base/escape.h"
#include "excerpt.h"
#include "store/store.h"

struct report_event;

/* How many bytes are kept of what one attempt writes; 0: none. */
struct excerpt_sizes {
	size_t first, last; /* the first and last of each stream */
	size_t end; /* the last of both together, in the order of time */
};

/* What is known of one job. */
struct job_excerpts {
	RB_ENTRY(job_excerpts) node;
	uint64_t id;
	struct escape escapes[2];
	struct excerpt streams[2], end; /* of the attempt that runs */
	/* The listener's own: it may append here what is ready to be written */
	struct queue notes;
	unsigned n_notes;
	char *why; /* what happened while it ran; owned, or NULL */
};

RB_HEAD(excerpts_tree, job_excerpts);

struct excerpts {
	struct excerpt_sizes sizes;
	struct excerpts_tree jobs;
	struct store store;
	struct buf plain; /* what was written, without escape sequences */
};

/*
 * Prepares it in the caller's storage.  sizes are copied; dir, borrowed, is the
 * folder for a file if there is too much for memory.
 */
void excerpts_init(struct excerpts *excerpts, const struct excerpt_sizes *sizes,
    const char *dir);

void excerpts_release(struct excerpts *excerpts);

/* Keeps what a job wrote, as an event REPORT_OUTPUT says. */
void excerpts_hear(struct excerpts *excerpts, const struct report_event *event);

/* The excerpts of the job with that id; NULL: there are none. */
struct job_excerpts *excerpts_find(struct excerpts *excerpts, uint64_t id);

/* The same, but makes them if there are none. */
struct job_excerpts *excerpts_get(struct excerpts *excerpts, uint64_t id);

/*
 * Appends up to so many of the last lines that the job wrote, and drops them.
 * job may be NULL: then there are none.
 */
void excerpts_take_lines(struct excerpts *excerpts, struct job_excerpts *job,
    size_t lines, struct buf *out);

/*
 * Appends the excerpt of a stream (0: standard output, 1: standard error), and
 * drops it.  Where something is left out, a line in brackets says how much.
 */
void excerpts_take_stream(struct excerpts *excerpts, struct job_excerpts *job,
    int stream, struct buf *out);

/* Another attempt may follow: forgets what this one has written. */
void excerpts_begin_again(struct excerpts *excerpts, struct job_excerpts *job);

/* The job is over: forgets it; NULL is allowed. */
void excerpts_forget(struct excerpts *excerpts, struct job_excerpts *job);

#endif
