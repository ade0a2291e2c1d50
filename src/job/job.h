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

#include "base/buf.h"
#include "base/strvec.h"
#include "command.h"
#include "contain/family.h"
#include "inlet.h"
#include "kind.h"
#include "options.h"
#include "output/output.h"
#include "report/outcome.h"
#include "sys/loop.h"

struct capture;
struct environment;
struct executor;
struct job;
struct lastline;
struct link;
struct link_job;
struct output;
struct process_request;
struct process_spawner;
struct relay;
struct remote_run;
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
	/* The leader was killed by a signal; nobody else was told yet. */
	void (*killed)(struct job *job);
	/* Some of its output could not be read. */
	void (*unread)(struct job *job);
	/* SIGKILL does not end the job, which is about to be given up. */
	void (*stuck)(struct job *job);
	/*
	 * SIGKILL does not end a job on another machine: the scope gives that
	 * machine up.
	 */
	void (*deaf)(struct job *job);
};

/* What all jobs of a scope share; made and kept by the scope. */
struct job_context {
	const struct job_options *options;
	struct loop *loop;
	struct output *output;
	struct contain *contain;
	const struct executor *executor; /* of kinds that always run here */
	/* of kinds that run on other machines if there are some */
	const struct executor *placed;
	struct report *report;
	struct process_spawner *spawner;
	const struct signals *signals;
	struct environment *environment;
	struct inlets inlets;        /* of the jobs that are given input */
	int null_fd;                 /* /dev/null, to read and write */
	bool ungroup;                /* jobs write to our own descriptors */
	const struct rlimit *nofile; /* limit that jobs get; NULL: ours */
	const struct stop *stop;     /* set while all jobs are asked to end */
	struct job_events events;
	int64_t timeout_ns; /* --job-timeout, which may change */
	int64_t started_ns; /* when the scope began */
	void *arg;          /* the scope, for the events */
	uint64_t made;      /* how many jobs there were: each has its own id */
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
	/* The same for a job on another machine; cannot fail. */
	void (*equip_there)(struct job *job, struct remote_run *run);
	/*
	 * Of a kind that is vital: true if it may end with success although it
	 * is needed.  NULL: it may not.
	 */
	bool (*may_end)(struct job *job);
	/*
	 * True if a failed attempt is to be followed by another, which repeat()
	 * prepares then: it returns how many ns later.  Both or neither; NULL:
	 * as --retries says.
	 */
	bool (*may_repeat)(const struct job *job);
	int64_t (*repeat)(struct job *job);
	/* An attempt has begun: the leader runs. */
	void (*started)(struct job *job);
	/* The outcome of the job is known and stays as it is. */
	void (*judged)(struct job *job);
	/* The job is over, or was dropped, and is about to be freed. */
	void (*over)(struct job *job);
};

/* A job that is asked to end, on its way to SIGKILL. */
struct stopping {
	int64_t kill_ns; /* when that comes */
	size_t step;     /* how many of options->steps are done */
};

/* What messages have said of an attempt. */
struct said {
	bool stopped; /* that it is stopped */
	bool reads;   /* that it wants to read what nobody types */
};

/* One run of the command, of which --retries allows more than one. */
struct attempt {
	int64_t number;     /* from 1; 0: none has begun */
	int64_t started_ns; /* when the leader was started */
	int64_t wall_ns;    /* that time, since 1970 */
	int64_t our_rss;    /* the most memory that nursery had by then */
	int64_t wrote_ns;   /* when the job last wrote, for --idle-timeout */
	int64_t limit_ns;   /* when --job-timeout ends the attempt */
	int64_t asked_ns;   /* when it was asked to end with family.asked */
	struct stopping stopping;
	int64_t give_up_ns; /* when JOB_KILLING gives up */
	int64_t repeat_ns;  /* the next attempt begins no earlier; 0: at once */
	bool announced;     /* the command was printed before the start */
	bool warned;        /* a message has named the orphans */
	bool suspended;     /* we have stopped it, for want of memory */
	struct said said;   /* what messages have said */
	bool known;         /* the outcome is set and stays */
	int64_t known_ns;   /* when the outcome was set */
	int64_t wrote[2];   /* bytes, see output_events.drained(); or -1 */
	struct outcome outcome;
	/* Where it began and programs are looked for; borrowed; NULL: ours. */
	const char *directory, *path;
};

/* Stands in a label for the machine that the job runs on, see output.h. */
#define JOB_LABEL_MACHINE "\0h"
#define JOB_LABEL_MACHINE_LEN 2

/* Where what the job writes goes.  At most one of capture and relay is set. */
struct job_output {
	struct capture *capture; /* for kinds of VOICE_ORDER */
	struct relay *relay;     /* for kinds of VOICE_ERRORS; owned */
	/* Its place in the order while it is not started; NULL: at the end. */
	struct capture *place;
	bool on_hold; /* kept back because the job may run again */
	/* may have JOB_LABEL_MACHINE in it; its text is borrowed until the
	 * start */
	struct output_label label;
	char *label_text;      /* owned, if the label's is; else NULL */
	struct strvec results; /* see source_results() */
	char *key; /* what it is known by to a shell; owned; NULL: nothing */
	struct buf text; /* what that attempt wrote, if a shell is to have it */
	int64_t text_of; /* the attempt; 0: none has written anything */
	struct lastline *last; /* what it wrote last; owned; NULL: not kept */
};

/* The place of a job in the scope's list of those that are to start again. */
struct due {
	int64_t since_ns; /* 0: it is not in that list */
	int64_t retries;  /* attempts after the first; -1: as options say */
	TAILQ_ENTRY(job) link;
};

/* Where the processes of a job are. */
struct place {
	const struct executor *executor;
	char *directory; /* where it starts; owned; NULL: as options say */
	/* Names and contents, in turn, of files that are written before. */
	struct strvec files;
	size_t n_written; /* of both: what is in place */
	bool in_file;     /* what it reads is in a file that it is told of */
	char *input;      /* that file; owned; NULL: it is not made yet */
	/* For executor_elsewhere; most NULL while the job is on no machine. */
	void *bound;            /* the only one for it; NULL: any will do */
	void *machine;          /* the scope's, which has chosen it */
	void *kept;             /* where it has room until its next attempt */
	const char *host;       /* what it is called; borrowed */
	struct link *link;      /* to it; borrowed */
	struct link_job *there; /* NULL: nothing runs there */
	int64_t pid; /* its leader was started there; 0: it was not */
	bool killed; /* the agent was told to kill it */
	bool ebbing; /* it has ended; some of what it wrote is on its way */
};

/* What the scope has said of a job because it closes; false until then. */
struct release {
	bool no_retry;    /* there will be no other attempt */
	bool dispensable; /* nobody needs the service any more */
};

struct job {
	struct job_context *context;
	const struct kind *kind;
	struct place place;
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
	bool judged; /* the outcome is final, and was told */
	struct release release;
	struct inlet *inlet; /* what it reads; owned; NULL: /dev/null */
	struct due due;
	/*
	 * Clients in this job that wait for --spawn --wait; while > 0 its slot
	 * is free for others.
	 */
	unsigned n_waits;
	struct loop_timer timer; /* deadline of the state */
	TAILQ_ENTRY(job) link;   /* in the scope's list of jobs */
};

TAILQ_HEAD(job_list, job);

/*
 * Returns a job that has not started; text is its command, len bytes, copied.
 * seq: its number, or 0 if it is of a special kind.  The caller may set hooks,
 * owner, name, slot and the tag of the output.
 */
struct job *job_new(struct job_context *context, enum job_kind kind,
    uint64_t seq, const char *text, size_t len);

/* No process of the job is left, of this attempt. */
void job_end_family(struct job *job);

/* The job will not start: nobody waits any more for what it would write. */
void job_leave_place(struct job *job);

/* Frees a job that has no process; NULL is allowed. */
void job_free(struct job *job);

/* Frees a job, too, but tells its hooks first that it is over. */
void job_drop(struct job *job);

#endif
