/* When the next job may start: --delay, --load and --memfree. */
#ifndef SCOPE_PACE_H
#define SCOPE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/loop.h"

struct report;

/* When no job may start; 0 is no limit. */
struct pace_limits {
	int64_t delay_ns;   /* shortest time between two starts */
	int64_t load_milli; /* no start at this load, in thousandths */
	int64_t memory;     /* no start while fewer bytes are free */
};

/* What a start may wait for. */
enum pace_cause {
	PACE_NOTHING,
	PACE_DELAY,
	PACE_LOAD,
	PACE_MEMORY,
};

struct pace {
	const struct pace_limits *limits;
	struct loop *loop;
	struct report *report;
	struct loop_timer timer; /* armed while a job has to wait */
	int64_t next_ns;         /* when the next start is allowed */
	int64_t pause_ns;        /* time until load and memory are read again */
	enum pace_cause cause;   /* what a start waits for */
	int64_t since_ns;        /* when it began to wait for that */
	int64_t found;           /* the load or memory that was read last */
	bool said[PACE_MEMORY + 1]; /* it was said that this is waited for */
};

/* Prepares it in the caller's storage; the others are borrowed. */
void pace_init(struct pace *pace, const struct pace_limits *limits,
    struct loop *loop, struct report *report);
void pace_release(struct pace *pace);

/*
 * True if a job may start now.  Else a turn of the loop will come when it is
 * worth asking again; what is waited for is said once, after 5 s.
 */
bool pace_allows(struct pace *pace);

/* A job has started. */
void pace_started(struct pace *pace);

/*
 * What a start waits for into buf, as what follows "waiting for"; "" if none
 * does.
 */
void pace_describe(const struct pace *pace, char *buf, size_t size);

/* Tells the report what a start waits for, if one does. */
void pace_tell(const struct pace *pace);

/*
 * Which of load and memory is beyond its limit, and what it is in *ret_found;
 * root as in sys/pressure.h.  What cannot be read is no reason to wait.
 */
enum pace_cause pace_pressed(
    const struct pace_limits *limits, const char *root, int64_t *ret_found);

#endif
