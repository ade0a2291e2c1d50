/*
 * The body of struct nursery, for the files of this folder only.  Which file
 * changes what:
 *
 *	admission.c	source, pending, slots, seq: commands become jobs
 *	pace.c		when the next may start
 *	spawned.c	commands from inside, and who waits for them
 *	special.c	services, shielded, adopted and cleanup jobs
 *	job.c		the life of one job, as a state table
 *	retry.c		which jobs run again, and when
 *	closing.c	why and how the scope closes: halt, limits, the ladder
 *	control.c	what users ask for by signals
 *	nursery.c	the loop and the end
 */
#ifndef SCOPE_STATE_H
#define SCOPE_STATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>
#include <sys/resource.h>

#include "feed_plan.h"
#include "job.h"
#include "scope.h"
#include "sys/loop.h"

struct proctree;
struct spawn_queue;
struct process_spawner;

TAILQ_HEAD(job_list, job);

/* What the scope is doing; only ever goes on. */
enum stage {
	STAGE_OPEN,     /* commands are started, or waited for */
	STAGE_SERVICES, /* the work is over: services are stopped */
	STAGE_CLEANUP,  /* what --finally says */
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

/* How urgently running jobs are being stopped; only ever goes up. */
enum urgency {
	URGENCY_NONE,
	URGENCY_POLITE, /* a signal, then the grace */
	URGENCY_KILL,   /* SIGKILL now */
};

struct nursery {
	const struct scope_options *options;
	struct source *source;
	const struct signals *signals;
	const struct front *front;
	struct loop *loop;
	struct output *output;
	struct report *report;
	struct process_spawner *spawner;
	int null_fd;
	int64_t started_ns;

	enum stage stage;

	/* admission */
	struct specials *specials;
	struct pace pace;
	struct spawn_queue *spawn_queue;
	struct job *pending; /* taken from the source, not started yet */
	bool exhausted;      /* the source has no more */
	bool starved;        /* no process or descriptor to be had */
	uint64_t admitted;   /* jobs started or tried; also the last seq */
	uint64_t dropped;    /* was pending when the scope closed */
	uint64_t work;       /* of the admitted: those --halt counts */
	int64_t *free_slots; /* a stack */
	size_t n_free_slots, free_slots_cap;
	int64_t slots_made;
	struct loop_io source_io;
	struct loop_timer retry_timer; /* the source could not be watched */
	struct environment *environment;
	struct rlimit *nofile; /* to give back to jobs; NULL: unchanged */
	struct rlimit nofile_original;

	/* jobs */
	struct job_list jobs;
	size_t n_jobs;
	size_t n_slots;    /* of them: have a slot */
	size_t n_lent;     /* of those: have lent their place, see spawned.c */
	size_t n_open;     /* of them: hold the scope open */
	size_t n_draining; /* of those: only output is left */
	size_t n_waiting;  /* jobs that failed and will run again */
	int n_restarted;   /* in this turn of the loop */

	/* processes */
	struct contain *contain;
	struct job *strays; /* owns the orphans whose job nobody knows */

	/* closing */
	enum close_cause cause;
	bool halt_reached;
	struct halt_counts halt_counts; /* when it was */
	enum urgency urgency;
	int stop_signal;    /* what URGENCY_POLITE sends */
	int64_t kill_at_ns; /* when politeness ends, for all that are asked */
	bool asking_all;    /* that is being done now */
	bool failed;        /* a job has failed; the first says: */
	struct outcome first_failure;
	bool late_failed; /* the same after that: --finally, or won race */
	struct outcome first_late_failure;
	bool vital_failed;  /* a service has: the rest is pointless */
	bool abandoned;     /* a second signal came: no cleanup */
	bool outer_stepped; /* SIGTERM came from the outer nursery's ladder */
	struct loop_timer timeout_timer;
	struct loop_timer move_on_timer;
	struct loop_timer ladder_timer; /* SIGINT becomes SIGTERM */
	int spawned_error; /* errno of CLOSE_INPUT, 0: the source */
	int output_error;  /* errno of CLOSE_OUTPUT, 0: none */
	int output_error_fd;
	struct loop_timer deliver_timer; /* gives up delivering output */
	bool deliver_gave_up;
	bool late_error; /* output_error came only when closing */
	bool containment_failed;

	/* control */
	struct loop_io signal_io;
	struct loop_io front_io;
	unsigned from_others[NSIG]; /* signals not forwarded by the front */
	unsigned served[NSIG];
	int signo; /* the first fatal one that came, or 0 */
	bool suspending;
	int64_t suspend_ns;     /* real time when that began */
	unsigned suspend_conts; /* SIGCONT of the front before it was asked */
	struct loop_timer suspend_timer;
};

/* admission.c */

/* Prepares slots and the environment of jobs. */
void admission_init(struct nursery *n);
void admission_release(struct nursery *n);

/* Starts what may start now. True if more could start in another turn. */
bool admission_run(struct nursery *n);

/* True if fewer jobs than limit hold a slot that is not lent; 0: no limit. */
bool admission_has_room(const struct nursery *n, int64_t limit);

/* True if there are more descriptors to be had than when that error came. */
bool admission_raise_files(struct nursery *n, int error);

/* A slot for a job that is not of the source. */
int64_t admission_take_slot(struct nursery *n);

/* The job runs, or is about to. */
void admission_join(struct nursery *n, struct job *job);

/* Starts a probe, or tells its service that it has failed. */
void admission_start_probe(struct nursery *n, struct job *job);

enum restart {
	RESTARTED,      /* its next attempt has begun; it may even be freed */
	RESTART_SOON,   /* in the next turn: this one has had enough starts */
	RESTART_LATER,  /* not now */
	RESTART_FAILED, /* nothing is left that could make it possible */
};

/*
 * Starts the next attempt of a job that waits for it.  RESTART_FAILED comes
 * with the errno in *ret_error.
 */
enum restart admission_restart(struct job *job, int *ret_error);

/* A job that was joined cannot be started, for this error. */
void admission_fail(struct job *job, int error);

/* Nothing of the job is left: takes the rest of what it wrote; may free it. */
void admission_drain(struct job *job);

/* A job is over: its slot is free, and so is what it held. */
void admission_job_over(struct nursery *n, struct job *job);

/* True if no job will ever start again. */
bool admission_is_over(const struct nursery *n);

/*
 * True if moreover no job runs that holds the scope open: of those that are
 * left only output is.
 */
bool admission_is_drained(const struct nursery *n);

/* Nothing more will start: a job that was pending is dropped. */
void admission_end(struct nursery *n);

/* closing.c */

void closing_init(struct nursery *n);

/* A job's outcome is known: counts it, may close the scope. */
void closing_judge(struct nursery *n, const struct job *job);

/* Closes the scope if what has ended so far makes it (see halt.h). */
void closing_check_halt(struct nursery *n);

/* Closes the scope to new jobs, for this cause if it is the first. */
void closing_close(struct nursery *n, enum close_cause cause);

/* Closes the scope and stops all that runs, politely. */
void closing_cancel(struct nursery *n, enum close_cause cause);

/* The work is over, for good: nobody is admitted, time no longer matters. */
void closing_end_work(struct nursery *n);

/* A fatal signal came from outside; again is true from the second on. */
void closing_signal(struct nursery *n, int signo, bool again);

/* Everybody is gone and output waits: how long may it? */
void closing_limit_delivery(struct nursery *n);

/* What the whole run amounts to. */
struct scope_result closing_verdict(const struct nursery *n);

/* What closed the scope, if it was no job, as a message; "" if none. */
void closing_describe(const struct nursery *n, char *buf, size_t size);

/* control.c */

/* Watches the signalfd and the front. */
void control_init(struct nursery *n);
void control_release(struct nursery *n);

/* A leader stopped while nursery is being suspended. */
void control_leader_stopped(struct nursery *n);

#endif
