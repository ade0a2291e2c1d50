/* When the next job may start: --delay, --load, --memfree and --limit. */
#ifndef SCOPE_PACE_H
#define SCOPE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classes.h"
#include "sys/loop.h"

struct report;

/* When no job may start; 0 is no limit. */
struct pace_limits {
	int64_t delay_ns; /* shortest time between two starts */
	bool adapts; /* that time grows when a job fails, else it shrinks */
	int64_t load_milli; /* no start at this load, in thousandths */
	int64_t memory;     /* no start while fewer bytes are free */
	struct class_limits classes;
};

/* What a start may wait for. */
enum pace_cause {
	PACE_NOTHING,
	PACE_DELAY,
	PACE_LOAD,
	PACE_MEMORY,
	PACE_CLASS,
	PACE_CAUSES
};

struct pace {
	const struct pace_limits *limits;
	struct loop *loop;
	struct report *report;
	struct loop_timer timer; /* armed while a job has to wait */
	int64_t delay_ns;        /* between two starts at this moment */
	int64_t next_ns;         /* when the next start is allowed */
	int64_t pause_ns;        /* time until load and memory are read again */
	enum pace_cause cause;   /* what a start waits for */
	int64_t since_ns;        /* when it began to wait for that */
	int64_t found;           /* the load or memory that was read last */
	const struct class_limit *full; /* the class of PACE_CLASS */
	struct loop_io news;    /* watched while a job waits for a class */
	bool said[PACE_CAUSES]; /* it was said that this is waited for */
};

/* Prepares it in the caller's storage; the others are borrowed. */
void pace_init(struct pace *pace, const struct pace_limits *limits,
    struct loop *loop, struct report *report);
void pace_release(struct pace *pace);

/*
 * True if one more job may start now, which makes so many that run.  Else a
 * turn of the loop will come when it is worth asking again; what is waited for
 * is said once, after 5 s.
 */
bool pace_allows(struct pace *pace, size_t running);

/* Once in each turn of the loop, in which so many jobs run. */
void pace_settle(struct pace *pace, size_t running);

/* A job has started. */
void pace_started(struct pace *pace);

/* An attempt of a job has ended. */
void pace_judged(struct pace *pace, bool failed);

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
