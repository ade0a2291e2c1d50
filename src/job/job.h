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
#include "output/output.h"
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
	JOB_RUNNING,   /* the leader runs, nobody has asked it to end */
	JOB_STOPPING,  /* the job was asked to end; the grace runs */
	JOB_KILLING,   /* SIGKILL, again and again until nothing is left */
	JOB_LINGERING, /* the leader has ended; orphans may be left */
	JOB_DRAINING,  /* no process is left; the pipes are read empty */
	JOB_WAITING,   /* an attempt has failed; the next is still to come */
	JOB_STATES
};

enum job_event {
	JOB_LEADER_EXITED, /* the leader has ended and is still a zombie */
	JOB_ORPHANED,      /* more processes of the job became our children */
	JOB_GONE,          /* no process of the job is left: proved */
	JOB_STOP,          /* ask the job to end, even if it was asked before */
	JOB_KILL,          /* end the job now */
	JOB_TIMER,         /* the deadline of the state has come */
	JOB_EVENTS
};

/* How jobs are asked to end. */
struct stop {
	int signo;           /* the signal that asks */
	int64_t deadline_ns; /* when SIGKILL follows */
};

/* What the scope is told of each job. */
struct job_events {
	/* The state of the job has changed; from: what it was. */
	void (*moved)(struct job *job, enum job_state from);
	/* The outcome of the job is known and stays as it is. */
	void (*judged)(struct job *job);
	/* The job has waited for its next attempt, and the time has come. */
	void (*due)(struct job *job);
	/* The job is over and about to be freed. */
	void (*over)(struct job *job);
	/* The leader of the job was stopped by the signal. */
	void (*stopped)(struct job *job, int signo);
	/* Some of its output could not be read. */
	void (*unread)(struct job *job);
	/* SIGKILL does not end the job, which is about to be given up. */
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
	int null_fd;                 /* /dev/null, to read and write */
	bool ungroup;                /* jobs write to our own descriptors */
	const struct rlimit *nofile; /* limit that jobs get; NULL: ours */
	const struct stop *stop;     /* set while all jobs are asked to end */
	struct job_events events;
	void *arg;     /* the scope, for the events */
	uint64_t made; /* how many jobs there were: each has its own id */
};

/* What the maker of a job adds; each function may be NULL. */
struct job_hooks {
	/*
	 * True while the job must not be started; asked in each turn of the
	 * loop.
	 */
	bool (*waits)(struct job *job);
	/* True if an attempt is not to begin: it has failed, with *ret. */
	bool (*refuses)(struct job *job, struct outcome *ret);
	/*
	 * Adds to the request what this job needs beside what all get.
	 * Returns 0, or -1 with errno: the job cannot be started now.
	 */
	int (*equip)(struct job *job, struct process_request *request);
	/* An attempt has begun: the leader runs. */
	void (*started)(struct job *job);
	/* The outcome of the job is known and stays as it is. */
	void (*judged)(struct job *job);
	/* The job is over, or was dropped, and is about to be freed. */
	void (*over)(struct job *job);
};

/* One run of the command, of which --retries allows more than one. */
struct attempt {
	int64_t number;     /* from 1; 0: none has begun */
	int64_t started_ns; /* when the leader was started */
	int64_t wrote_ns;   /* when the job last wrote, for --idle-timeout */
	int64_t limit_ns;   /* when --job-timeout ends the attempt */
	int64_t asked_ns;   /* when it was asked to end with family.asked */
	int64_t give_up_ns; /* when JOB_KILLING gives up */
	bool announced;     /* the command was printed before the start */
	bool warned;        /* a message has named the orphans */
	bool said_stopped;  /* a message has said that it is stopped */
	bool known;         /* the outcome is set and stays */
	int64_t known_ns;   /* when the outcome was set */
	struct outcome outcome;
	/* Where it began and programs are looked for; borrowed; NULL: ours. */
	const char *directory, *path;
};

/* Where what the job writes goes.  At most one of capture and relay is set. */
struct job_output {
	struct capture *capture;   /* for kinds of VOICE_ORDER */
	struct relay *relay;       /* for kinds of VOICE_ERRORS; owned */
	bool on_hold;              /* kept back because the job may run again */
	struct output_label label; /* its text is borrowed until the start */
};

struct job {
	struct job_context *context;
	const struct kind *kind;
	const struct job_hooks *hooks; /* NULL: none */
	void *owner;                   /* the maker of the job, for the hooks */
	uint64_t seq;         /* number of a command; 0: of a special kind */
	const char *name;     /* borrowed from the maker; NULL: it has none */
	int64_t slot;         /* 0: none is taken */
	enum job_state state; /* changed by set_state() in states.c only */
	struct command command;
	struct attempt attempt; /* the attempt that runs, or ran last */
	struct job_output output;
	struct family family;
	bool judged;      /* the outcome is final, and was told */
	bool no_retry;    /* the scope has closed: no other attempt */
	bool dispensable; /* nobody needs the service any more */
	int64_t due_ns;   /* when it became due; 0: not in that list */
	/*
	 * Clients in this job that wait for --spawn --wait; while > 0 its slot
	 * is free for others.
	 */
	unsigned n_waits;
	struct loop_timer timer;   /* deadline of the state */
	TAILQ_ENTRY(job) link;     /* in the scope's list of jobs */
	TAILQ_ENTRY(job) due_link; /* in the scope's list of due jobs */
};

TAILQ_HEAD(job_list, job);

/*
 * Returns a job that has not started; text is its command, len bytes, copied.
 * seq: its number, or 0 if it is of a special kind.  The caller may set hooks,
 * owner, name, slot and the tag of the output.
 */
struct job *job_new(struct job_context *context, enum job_kind kind,
    uint64_t seq, const char *text, size_t len);

/* Frees a job that has no process; NULL is allowed. */
void job_free(struct job *job);

/* Frees a job, too, but tells its hooks first that it is over. */
void job_drop(struct job *job);

#endif
