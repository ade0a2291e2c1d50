/*
 * One job: a command with every process that descends from it, from its start
 * until all of them are gone and all it wrote is taken over.
 */
#ifndef SCOPE_JOB_H
#define SCOPE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>

#include "contain/family.h"
#include "contain/proctree.h"
#include "job/command.h"
#include "kind.h"
#include "report/outcome.h"
#include "report/report.h"
#include "sys/loop.h"

struct capture;
struct nursery;
struct errand;
struct relay;
struct service;

enum job_state {
	JOB_RUNNING,   /* its leader runs, nobody asked it to stop */
	JOB_STOPPING,  /* was asked politely; the grace runs */
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
	JOB_STOP,          /* stop it, politely, or with a sterner signal */
	JOB_KILL,          /* stop it now */
	JOB_TIMER,         /* the deadline of its state has come */
	JOB_EVENTS
};

struct job {
	struct nursery *nursery;
	const struct kind *kind;
	uint64_t seq; /* 0: the nursery's own, for strays of unknown jobs */
	int64_t slot; /* 0: it takes none */
	enum job_state state;
	struct command command;
	struct errand *errand; /* a reference; NULL: it was not spawned */
	unsigned n_waits;      /* for what it spawned: its place is lent */
	const char *tag;       /* of its output, until it starts; NULL: none */
	size_t tag_len;
	int64_t attempt;         /* how often it was started, or tried to be */
	bool announced;          /* its next attempt is, see may_start() */
	struct capture *capture; /* by its kind's voice, NULL: */
	bool on_hold;            /* its capture is */
	struct relay *relay;     /* this, or neither */
	struct service *service; /* that it is, or is a probe of; or NULL */
	struct family family;
	bool warned; /* its orphans were named */
	bool outcome_known;
	bool judged; /* ... and counted: it stays as it is */
	struct outcome outcome;
	int64_t started_ns;
	int64_t known_ns;   /* when its outcome was known */
	int64_t limit_ns;   /* when --job-timeout ends it */
	int64_t wrote_ns;   /* last sign of life for --idle-timeout */
	int64_t give_up_ns; /* when JOB_KILLING despairs */
	struct loop_timer timer;
	TAILQ_ENTRY(job) link; /* in nursery->jobs */
};

/*
 * A job that has not started.  It takes over nothing; release what it holds
 * with job_free().
 */
struct job *job_new(struct nursery *n, enum job_kind kind, uint64_t seq,
    const char *text, size_t len);
void job_free(struct job *job);

/* Another attempt begins, maybe the first: nothing is left of the one before.
 */
void job_begin_attempt(struct job *job);

/* The leader runs: arms the limits. */
void job_began(struct job *job);

/* The leader could not be started, or will not be; the job may be freed. */
void job_end_unstarted(struct job *job, const struct outcome *outcome);

/*
 * All that this attempt wrote was taken over: the job waits for the next, or is
 * over and freed.
 */
void job_drained(struct job *job);

/* There will be no other attempt: judges the job and frees it. */
void job_end(struct job *job);

/* True while processes of the job may be left. */
bool job_is_alive(const struct job *job);

/* Lets the event act on the job by the state table. */
void job_event(struct job *job, enum job_event event);

/* The leader's end as waitid(2) tells it, before JOB_LEADER_EXITED. */
void job_leader_status(struct job *job, int code, int status);

/* Fails the job for a reason of ours, and stops it. */
void job_fail(struct job *job, const struct outcome *outcome);

/* One of its processes has ended: SIGKILL is given more time for the rest. */
void job_progressed(struct job *job);

/* The job as messages show it. */
struct report_job job_for_report(const struct job *job);

/* Names for messages: "running", "stopping", ... */
const char *job_state_name(enum job_state state);

/* How the state table answers, for the test that walks it: the name of the
 * action, "" for none, or NULL where the event cannot happen. */
const char *job_action_name(enum job_state state, enum job_event event);

#endif
