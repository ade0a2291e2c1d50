/*
 * Remembers when each running attempt has begun, for listeners that need to
 * know it at its end; also of jobs that wait for their next attempt.
 */
#ifndef RECORD_RUNNING_H
#define RECORD_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report_job;

struct running_job {
	uint64_t id;       /* of the job; 0: this place is free */
	int64_t begin_ns;  /* when this attempt began, by loop_now() */
	int64_t ready_ns;  /* since when the service is ready; 0: it is not */
	int64_t waits_ns;  /* since when it waits; 0: it does not */
	int64_t waited_ns; /* since when it waited for this attempt; or 0 */
	size_t number;     /* among those without a slot, from 0 */
	bool slot;         /* it has one */
	void *arg;         /* the listener's own; NULL at first */
};

struct running {
	struct running_job *slots; /* slot s is at s - 1; owned */
	size_t n_slots;
	struct running_job *others; /* without a slot; since they are few, they
				       stay here when they are over; owned */
	size_t n_others;
	uint64_t count; /* of those with a slot, how many run at this moment */
};

void running_init(struct running *running);
void running_release(struct running *running);

/*
 * An attempt has begun at that time, by loop_now().  Returns the job, which is
 * valid until the next call.
 */
struct running_job *running_begin(
    struct running *running, const struct report_job *job, int64_t at_ns);

/*
 * Returns the job, which is valid until the next running_begin(); NULL if no
 * attempt of it runs or has run.
 */
struct running_job *running_find(
    struct running *running, const struct report_job *job);

/* The attempt is over: from then on the job waits for the next. */
void running_wait(
    struct running *running, struct running_job *job, int64_t at_ns);

/* The job is over; it may have waited.  What arg points to is the caller's. */
void running_end(struct running *running, struct running_job *job);

#endif
