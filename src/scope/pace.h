/* When the next job may start: --delay, --load and --memfree. */
#ifndef SCOPE_PACE_H
#define SCOPE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/loop.h"

/* When no job may start; 0 is no limit. */
struct pace_limits {
	int64_t delay_ns;   /* shortest time between two starts */
	int64_t load_milli; /* no start at this load, in thousandths */
	int64_t memory;     /* no start while fewer bytes are free */
};

struct pace {
	const struct pace_limits *limits;
	struct loop *loop;
	struct loop_timer timer; /* armed while a job has to wait */
	int64_t next_ns;         /* when the next start is allowed */
	int64_t pause_ns;        /* time until load and memory are read again */
};

/* Prepares it in the caller's storage; limits and loop are borrowed. */
void pace_init(
    struct pace *pace, const struct pace_limits *limits, struct loop *loop);
void pace_release(struct pace *pace);

/*
 * True if a job may start now.  Else a turn of the loop will come when it is
 * worth asking again.
 */
bool pace_allows(struct pace *pace);

/* A job has started. */
void pace_started(struct pace *pace);

/*
 * True if load or memory is beyond its limit; root as in sys/pressure.h.  What
 * cannot be read is no reason to wait.
 */
bool pace_is_pressed(const struct pace_limits *limits, const char *root);

#endif
