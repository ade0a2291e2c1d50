/*
 * What a picture of the run is made of: a lane for each slot, service and final
 * command, and in each lane the spans of time in which something ran.
 *
 * However many jobs there are, memory is bounded.  When there are too many
 * spans, short ones that are close to each other in a lane become one; and when
 * there are too many slots, two neighbours share a lane.
 */
#ifndef RECORD_LANES_H
#define RECORD_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a span ended, the worst last: a merged one has the worst of them. */
enum span_end {
	SPAN_WAITED,   /* nothing ran: the job waited for its next attempt */
	SPAN_STARTING, /* a service that was not ready yet */
	SPAN_SERVED,   /* a service, until it was stopped */
	SPAN_SUCCEEDED,
	SPAN_RETRIED, /* failed, and ran again */
	SPAN_CANCELLED,
	SPAN_KILLED, /* cancelled, and did not end in its grace */
	SPAN_TIMED_OUT,
	SPAN_FAILED,
	SPAN_ENDS
};

/* What is told of a span that is one attempt of one job. */
struct span_detail {
	int64_t took_ns;
	int64_t user_ns, system_ns;  /* -1: not known */
	int64_t max_rss;             /* 0: not known */
	size_t what, command, shown; /* where these strings begin in text */
	/* Strings: which job it was, how it ended, its command, and the name
	 * that its bar shows. */
	char text[];
};

struct span {
	int64_t begin_ns, end_ns; /* since the start of the run */
	int64_t slot;             /* 0: it has none */
	enum span_end end;
	uint64_t count; /* of how many attempts it was made */
	uint64_t worst; /* how many of these ended as end says */
	struct span_detail
	    *detail; /* owned; NULL: several were merged, or it is a wait */
};

struct lane {
	char *label;  /* owned; NULL: of a slot */
	bool service; /* of a service */
	struct span *spans;
	size_t n_spans, cap;
};

/* The caller's storage; read by whoever draws it, written by lanes.c alone. */
struct lanes {
	struct lane *slots; /* slot s in lane (s - 1) / fold */
	size_t n_slots;
	int64_t fold;       /* how many slots share a lane; a power of two */
	int64_t last_slot;  /* the largest that was used */
	struct lane *named; /* of services, final commands, adopted processes */
	size_t n_named;
	int64_t resolution_ns; /* what is shorter may be merged; 0: nothing */
	size_t n_spans;        /* of all lanes */
	size_t max_spans, max_slots;
};

/*
 * Begins with no lane.  No more than max_spans are kept, unless there are more
 * lanes, and no more than max_slots lanes of slots; both are at least 2.
 */
void lanes_init(struct lanes *lanes, size_t max_spans, size_t max_slots);
void lanes_release(struct lanes *lanes);

/* A new lane with a name, which is copied; returns its number. */
size_t lanes_add_named(struct lanes *lanes, const char *label, bool service);

/*
 * Adds a span with its detail to the lane of its slot, or if that is 0 to the
 * named lane of that number.  In a lane of one slot they come in the order of
 * their beginning.
 */
void lanes_add(struct lanes *lanes, size_t named, const struct span *span);

/*
 * Merges, in all lanes, spans that are shorter than this and close to each
 * other.  Does nothing if that was done with a longer time already.
 */
void lanes_coarsen(struct lanes *lanes, int64_t resolution_ns);

/*
 * Merges spans, which are sorted by their beginning, that are shorter than the
 * resolution and begin in the same multiple of it.  Waits that are so short are
 * dropped.  Returns how many spans are left.
 */
size_t spans_merge(struct span *spans, size_t n, int64_t resolution_ns);

#endif
