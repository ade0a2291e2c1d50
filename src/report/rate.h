/* How fast jobs end: over the last half minute, or since the start. */
#ifndef REPORT_RATE_H
#define REPORT_RATE_H

#include <stdint.h>

#define RATE_SAMPLES 16

struct rate_sample {
	int64_t at_ns;
	uint64_t done;
};

struct rate {
	struct rate_sample start;
	struct rate_sample samples[RATE_SAMPLES]; /* a ring */
	int next;                                 /* where the next one goes */
};

/* Prepares it in the caller's storage; nothing is done. */
void rate_init(struct rate *rate, int64_t now_ns);

/* So many jobs are done by now; to be called some times a second. */
void rate_note(struct rate *rate, int64_t now_ns, uint64_t done);

/*
 * Jobs in a thousand seconds.  If few have ended lately: on the average since
 * the start.  0: nothing has ended yet.
 */
uint64_t rate_get(const struct rate *rate, int64_t now_ns, uint64_t done);

#endif
