/*
 * One job: a command with every process that descends from it, from its start
 * until all of them are gone and all it wrote is taken over.
 *
 * A job knows nothing of the scope around it, or of the other jobs.  What
 * concerns all jobs is in its context; whom it tells is in the context (the
 * scope) and in its hooks (whoever made it).
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>

#include "command.h"
#include "contain/family.h"
#include "kind.h"
#include "options.h"
#include "report/outcome.h"
#include "sys/loop.h"

struct capture;
struct environment;
struct job;
struct output;
struct process_request;
struct process_spawner;
struct relay;
struct report;
struct rlimit;
struct signals;

enum job_state {
	JOB_RUNNING,   /* its leader runs, nobody asked it to stop */
	JOB_STOPPING,  /* was asked to end; the grace runs */
	JOB_KILLING,   /* SIGKILL, again and again until nothing is left */
	JOB_LINGERING, /* its leader has exited; maybe orphans are left */
	JOB_DRAINING,  /* nothing is left; its pipes are read empty */
	JOB_WAITING,   /* it has failed and will run again */
	JOB_STATES
};

enum job_event {
	JOB_LEADER_EXITED, /* and is still a zombie: its group is pinned */
	JOB_ORPHANED,      /* more of its processes became ours */
	JOB_GONE,          /* no process of it is left: proved */
	JOB_STOP,          /* ask it to end, or ask with another signal */
	JOB_KILL,          /* end it now */
	JOB_TIMER,         /* the deadline of its state has come */
	JOB_EVENTS
};

/* How all jobs are asked to end. */
struct stop {
	int signo;           /* what asks them */
	int64_t deadline_ns; /* when SIGKILL follows */
};

/* What the scope is told of each job. */
struct job_events {
	/* Its state was another one before. */
	void (*moved)(struct job *job, enum job_state from);
	/* Its outcome is known and stays as it is. */
	void (*judged)(struct job *job);
	/* It waits for its next attempt, and the time has come. */
	void (*due)(struct job *job);
	/* It is over and about to be freed, or was never started. */
	void (*over)(struct job *job);
	/* Its leader was stopped by the signal. */
	void (*stopped)(struct job *job, int signo);
	/* SIGKILL does not end it: it is about to be given up. */
	void (*stuck)(struct job *job);
};

/* What all jobs of a scope share; made and kept by the scope. */
struct job_context {
	const struct job_options *options;
	struct loop *loop;
	struct output *output;
	struct contain *contain;
	struct report *report;
	struct process_spawner *spawner;
	const struct signals *signals;
	struct environment *environment;
	int null_fd;                 /* /dev/null, open for both */
	bool ungroup;                /* jobs write to our own descriptors */
	const struct rlimit *nofile; /* to give back to jobs; NULL: unchanged */
	const struct stop *stop;     /* set while all are asked; else NULL */
	struct job_events events;
	void *arg; /* the scope's, for the events */
};

/* What the maker of a job adds; each may be NULL. */
struct job_hooks {
	/*
	 * Adds to the request what this job needs beside what all get.
	 * Returns 0, or -1 with errno: it cannot be started now.
	 */
	int (*equip)(struct job *job, struct process_request *request);
	/* An attempt has begun: its leader runs. */
	void (*started)(struct job *job);
	/* Its outcome is known and stays as it is. */
	void (*judged)(struct job *job);
	/* It is over, or was dropped, and is about to be freed. */
	void (*over)(struct job *job);
};

/* One run of the command, of which --retries allows more than one. */
struct attempt {
	int64_t number;     /* from 1; 0: none was begun */
	int64_t started_ns; /* when its leader was started */
	int64_t wrote_ns;   /* last sign of life for --idle-timeout */
	int64_t limit_ns;   /* when --job-timeout ends it */
	int64_t give_up_ns; /* when JOB_KILLING despairs */
	bool announced;     /* its command was printed before it started */
	bool warned;        /* its orphans were named */
	bool known;         /* its outcome is */
	int64_t known_ns;   /* when its outcome was known */
	struct outcome outcome;
};

/* Where what the job writes goes.  At most one of capture and relay is set. */
struct job_output {
	struct capture *capture; /* by kind->voice VOICE_ORDER */
	struct relay *relay;     /* by kind->voice VOICE_ERRORS; owned */
	bool on_hold;            /* kept back because the job may run again */
	const char *tag;         /* label until it starts; borrowed, or NULL */
	size_t tag_len;
};

struct job {
	struct job_context *context;
	const struct kind *kind;
	const struct job_hooks *hooks; /* NULL: none */
	void *owner;                   /* for the hooks */
	uint64_t seq;                  /* 0: the strays of unknown jobs */
	int64_t slot;                  /* 0: it takes none */
	enum job_state state; /* changed by job_set_state() in states.c only */
	struct command command;
	struct attempt attempt; /* the one that runs, or the last */
	struct job_output output;
	struct family family;
	bool judged;      /* its outcome was counted */
	bool no_retry;    /* the scope has closed for it: no other attempt */
	bool dispensable; /* nobody needs it any more: it may end */
	bool is_due;      /* whether it is in the scope's list of due jobs */
	/*
	 * Clients in this job that wait for --spawn --wait; while > 0 its slot
	 * is free for others.
	 */
	unsigned n_waits;
	struct loop_timer timer;   /* of its state */
	TAILQ_ENTRY(job) link;     /* in the scope's list of jobs */
	TAILQ_ENTRY(job) due_link; /* in the scope's list of due jobs */
};

TAILQ_HEAD(job_list, job);

/*
 * A job that has not started.  The caller may set hooks, owner, slot and output
 * tag then, and frees it with job_free().
 */
struct job *job_new(struct job_context *context, enum job_kind kind,
    uint64_t seq, const char *text, size_t len);

/* Frees a job that has no process; NULL is allowed. */
void job_free(struct job *job);

/* Tells its hooks and frees a job that was never started. */
void job_drop(struct job *job);

#endif
