/*
 * The body of struct scope, for the files of this folder only.  Each part is
 * changed by one file, which has the part's name; lint checks it.
 */
#ifndef SCOPE_STATE_H
#define SCOPE_STATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/resource.h>

#include "feed.h"
#include "halt.h"
#include "job/job.h"
#include "pace.h"
#include "report/event.h"
#include "scope.h"
#include "sys/loop.h"

/* The places of running jobs: --jobs, {%} and NURSERY_SLOT. */
struct slots {
	int64_t *free; /* numbers given back, a stack; owned */
	size_t n_free, cap;
	int64_t made; /* the highest number so far */
	size_t used;  /* by jobs that were joined */
	size_t lent;  /* of the used: their job waits for what it spawned */
};

/* Who is in the scope. */
struct roster {
	struct job_list jobs;
	size_t n_jobs;
	size_t n_open;     /* hold the scope open */
	size_t n_draining; /* hold the scope open, but only output is left */
	size_t n_waiting;  /* have failed and will run again */
};

/* How many jobs there were, and how they ended. */
struct tally {
	uint64_t numbered; /* jobs that got a number */
	uint64_t work;     /* jobs that --halt counts */
	struct report_counts counts;
	bool halt_reached;
	struct halt_counts at_halt; /* when it was reached */
};

/* What starts jobs. */
struct admission {
	struct job *pending;  /* taken from a feed, not started yet */
	struct job_list due;  /* for another attempt, or probes */
	uint64_t dropped;     /* was pending when the scope closed */
	bool over;            /* the feeds have no more */
	bool again;           /* there is more to do in another turn */
	bool starved;         /* no process or descriptor was to be had */
	bool files_raised;    /* the limit of descriptors */
	struct rlimit nofile; /* the limit before, for jobs */
	struct loop_timer
	    timer; /* looks again, armed while short of something */
};

/* What the scope is doing; only ever goes on. */
enum stage {
	STAGE_OPEN,     /* commands are started, or waited for */
	STAGE_SERVICES, /* the work is over: services are stopped */
	STAGE_CLEANUP,  /* commands of --finally run */
};

/* Why the scope closed; the first cause stays, but for the user's signal. */
enum close_cause {
	CLOSE_NOT,      /* it is open */
	CLOSE_HALT,     /* --halt was reached by failed or finished jobs */
	CLOSE_WON,      /* --halt was reached by successes: the race is won */
	CLOSE_TIMEOUT,  /* --timeout */
	CLOSE_MOVED_ON, /* --move-on-after */
	CLOSE_SIGNAL,   /* somebody told us to end */
	CLOSE_OUTPUT,   /* what the jobs wrote cannot be delivered */
	CLOSE_INPUT,    /* the input is bad */
	CLOSE_CONTAINMENT, /* a process could not be ended */
};

struct closing {
	enum stage stage;
	enum close_cause cause;
	int signo;      /* the first fatal signal that came, or 0 */
	bool abandoned; /* a second signal came: no cleanup */
	struct loop_timer timeout_timer;
	struct loop_timer move_on_timer;
};

/* How urgently running jobs are being stopped; only ever goes up. */
enum urgency {
	URGENCY_NONE,
	URGENCY_ASKED, /* a signal, then the grace */
	URGENCY_KILL,  /* SIGKILL now */
};

struct ladder {
	enum urgency urgency;
	struct stop stop;        /* what URGENCY_ASKED sends, and until when */
	struct loop_timer timer; /* the next step: SIGINT becomes SIGTERM */
	bool outer_stepped; /* SIGTERM came from the outer nursery's ladder */
};

/* What the exit status will be made of. */
struct verdict {
	bool failed; /* an ordinary job has failed, the first like this: */
	struct outcome first_failure;
	/* A failure that sets the status only if no ordinary job failed. */
	bool late_failed;
	struct outcome first_late_failure;
	bool service_failed; /* the rest is pointless */
	bool containment_failed;
	int output_error;        /* errno of output that was not taken, or 0 */
	int output_error_fd;     /* of which descriptor that is */
	bool late_error;         /* output_error came only when closing */
	const char *input_error; /* why the input is bad; borrowed */
};

/* How long output may take once everybody is gone. */
struct delivery {
	struct loop_timer timer;
	bool gave_up;
};

/* What users ask for by signals. */
struct control {
	struct loop_io signal_io;
	struct loop_io front_io;
	unsigned from_others[NSIG]; /* signals not forwarded by the front */
	unsigned served[NSIG];
	bool suspending;        /* Ctrl-Z: jobs are being stopped */
	int64_t suspend_ns;     /* real time when that began */
	unsigned suspend_conts; /* SIGCONT of the front before it was asked */
	struct loop_timer suspend_timer;
};

struct scope {
	const struct scope_options *options;
	const struct front *front;
	int64_t started_ns;
	struct job_context context; /* of all jobs: loop, output, report ... */
	struct job *strays; /* owns the processes whose job nobody knows */
	struct slots slots;
	struct roster roster;
	struct feeds feeds;
	struct pace pace;
	struct tally tally;
	struct admission admission;
	struct closing closing;
	struct ladder ladder;
	struct verdict verdict;
	struct delivery delivery;
	struct control control;
};

/* The scope of a job. */
static inline struct scope *
scope_of(const struct job *job)
{
	return job->context->arg;
}

#endif
