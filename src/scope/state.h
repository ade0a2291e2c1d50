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
#include "report/line.h"
#include "report/markers.h"
#include "report/rate.h"
#include "room.h"
#include "scope.h"
#include "share.h"
#include "sys/loop.h"

struct machine;
struct median;
struct remote_config;
struct remote_spawn;
struct screen;
struct source;

/* The file with the number of jobs, as it was read last. */
struct jobs_file {
	struct loop_timer timer; /* when it is looked at; not armed: none */
	struct timespec changed;
	ino_t inode;
	int64_t limit;
};

/* The slots of running jobs: --jobs, {%} and NURSERY_SLOT. */
struct slots {
	int64_t *free; /* a stack of numbers given back; owned */
	size_t n_free, cap;
	int64_t made;   /* the highest number so far */
	size_t *shares; /* how many more jobs have each number; owned */
	size_t n_shares;
	size_t used; /* slots of jobs in the roster */
	struct jobs_file file;
	size_t lent; /* used slots whose job waits for what it spawned */
};

/* The jobs in the scope. */
struct roster {
	struct job_list jobs;
	struct job *strays; /* owns the processes whose job nobody knows */
	size_t n_jobs;
	size_t n_open;     /* jobs that hold the scope open */
	size_t n_draining; /* some of n_open: only output is left */
	size_t n_waiting;  /* of n_open: they wait for their next attempt */
};

/* How many jobs there were, and how they ended. */
struct tally {
	struct median *median; /* of how long jobs ran; owned; or NULL */
	uint64_t numbered;     /* commands that got a number */
	uint64_t work; /* these, and other jobs of kinds that are work */
	struct report_counts counts;
	bool halt_reached;
	struct halt_counts at_halt; /* counts when --halt was reached */
};

/* What starts jobs. */
struct admission {
	struct job *pending;  /* taken from a feed, not started yet */
	int64_t pending_ns;   /* when it was taken */
	struct job_list due;  /* to be started again, or new probes */
	uint64_t dropped;     /* jobs pending when the scope closed */
	bool again;           /* there is more to do in another turn */
	struct rlimit nofile; /* the limit that we began with, for jobs */
};

/* A process, descriptor or memory was missing when a job was to start. */
struct shortage {
	int error; /* the errno of the start; 0: nothing is missing */
	int said;  /* the error that was said last, or 0 */
	struct report_job job;   /* kind, number and name of what waits */
	int64_t since_ns;        /* when the shortage began */
	int64_t pause_ns;        /* between the next two tries */
	struct loop_timer timer; /* the next try; armed while nothing starts */
};

/* What the scope is doing; only ever goes on. */
enum stage {
	STAGE_OPEN,     /* commands are started, or waited for */
	STAGE_SERVICES, /* the work is over: services are stopped */
	STAGE_CLEANUP,  /* commands of --finally run */
};

/*
 * Why the scope closed.  The first cause counts, except that a signal replaces
 * any, and a time limit CLOSE_HALT if no job has failed.
 */
enum close_cause {
	CLOSE_NOT,      /* it is open */
	CLOSE_HALT,     /* --halt was reached by failed or finished jobs */
	CLOSE_WON,      /* --halt was reached by successes: the race is won */
	CLOSE_TIMEOUT,  /* --timeout */
	CLOSE_MOVED_ON, /* --move-on-after */
	CLOSE_SIGNAL,   /* somebody told us to end */
	CLOSE_OUTPUT,   /* what the jobs wrote cannot be delivered */
	CLOSE_INPUT,    /* the input is bad */
	CLOSE_MACHINES, /* no machine is left that could run a job */
	CLOSE_CONTAINMENT, /* a process could not be ended */
	CLOSE_HANGUP,      /* SIGHUP, for which parallel starts no more */
	CLOSE_QUIT,        /* our controller has said so, or is gone */
};

struct closing {
	enum stage stage;
	enum close_cause cause;
	int signo;      /* the first fatal signal that came, or 0 */
	bool abandoned; /* a second signal came: no --finally */
	bool told;      /* the report knows that the scope is closed */
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
	struct stop stop;        /* for URGENCY_ASKED: signal and deadline */
	struct loop_timer timer; /* fires when SIGTERM follows SIGINT */
	bool outer_stepped; /* SIGTERM came from the outer nursery's ladder */
};

/* What the exit status will be made of. */
struct verdict {
	bool failed;                     /* an ordinary job has failed */
	struct outcome first_failure;    /* valid if failed */
	char first_failed[LINE_JOB_MAX]; /* what that job is called */
	/* A failure that sets the status only if no ordinary job failed. */
	bool late_failed;
	struct outcome first_late_failure; /* valid if late_failed */
	bool service_failed;               /* so other jobs are pointless */
	bool containment_failed;
	bool records_failed;     /* a report could not be written */
	int output_error;        /* errno of a failed write, or 0 */
	int output_error_fd;     /* the descriptor that it was for */
	bool output_lost;        /* output_error has lost bytes of jobs */
	bool output_unread;      /* output of a job could not be read */
	bool late_error;         /* the error came when closing */
	const char *input_error; /* why the input is bad; borrowed */
};

/* How long output may take once no process is left. */
struct delivery {
	struct loop_timer timer;
	bool gave_up; /* the time is over: the rest is lost */
};

/* What users ask for by signals; arrays have the signal as index. */
struct control {
	struct loop_io signal_io;
	struct loop_io front_io;
	unsigned from_others[NSIG]; /* how often each came past the front */
	unsigned served[NSIG];      /* how often each was acted on */
	bool suspending;            /* Ctrl-Z: jobs are being stopped */
	int64_t suspend_ns;         /* when suspending began, by loop_clock() */
	unsigned suspend_conts;     /* SIGCONT of the front before the Ctrl-Z */
	struct loop_timer suspend_timer;
	struct loop_timer memory_timer; /* armed with --memsuspend */
	struct loop_timer reads_timer;  /* armed if jobs have terminals */
	pid_t gave_tty; /* leader of a job that was in the foreground, or 0 */
	struct loop_timer stopped_timer; /* armed when a job has stopped */
};

/* The longest message of manager_status_update(). */
#define MANAGER_STATUS_MAX 512

/* What is shown while it runs. */
struct overview {
	struct screen *screen; /* NULL: there is none, or nothing is drawn */
	const struct source *source; /* of the commands; borrowed */
	struct rate rate;
	struct loop_timer timer;       /* the next drawing; not armed: none */
	bool due;                      /* it is time to draw */
	bool over;                     /* nothing is drawn any more */
	char told[MANAGER_STATUS_MAX]; /* the last that manager_status_update()
					  told */
};

/* The files that reports are written to. */
struct readers {
	struct recorder *recorder;
	struct loop_timer timer; /* armed while a reader is waited for */
	bool said;               /* it was said that one is */
};

/* Who hears of the clients of --spawn on machines. */
struct machine_clients {
	/* One asks, in that job, or NULL; machine_answer() follows. */
	void (*asked)(void *arg, struct machine *machine, uint32_t client,
	    struct job *job, const struct remote_spawn *spawn);
	/* One is gone, or will ask no more. */
	void (*told)(
	    void *arg, struct machine *machine, uint32_t client, bool gone);
	/* None of that machine can be answered any more. */
	void (*lost)(void *arg, struct machine *machine);
	void *arg;
};

/* The machines that jobs are placed on. */
struct machines {
	struct machine *items; /* owned */
	size_t n;              /* 0: jobs run here */
	struct room room;
	struct machine_clients clients;
	bool *failed; /* with --onall: a job on this one has; owned */
	struct remote_config *config; /* for each agent, but its host; owned */
};

struct scope {
	const struct scope_options *options;
	const struct front *front;
	struct job_context context; /* shared with jobs: loop, output, ... */
	struct slots slots;
	struct machines machines;
	struct share share;
	struct roster roster;
	struct feeds feeds;
	struct pace pace;
	struct tally tally;
	struct admission admission;
	struct shortage shortage;
	struct closing closing;
	struct ladder ladder;
	struct verdict verdict;
	struct delivery delivery;
	struct control control;
	struct markers markers;
	struct overview overview;
	struct readers readers;
};

/* The scope of a job. */
static inline struct scope *
scope_of(const struct job *job)
{
	return job->context->arg;
}

#endif
