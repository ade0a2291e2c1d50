/*
 * What happens to jobs and to the scope, as facts: each is handed to every
 * listener, and nobody else says anything about jobs.
 */
#ifndef REPORT_EVENT_H
#define REPORT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

struct outcome;

/* A job as listeners see it. */
struct report_job {
	const char *kind; /* "job", "service", ... */
	uint64_t seq;     /* 0: it is no command, and has a name only */
	const char *name; /* NULL: it has none; the strays have neither */
	const char *text; /* its command, text_len bytes, untrusted */
	size_t text_len;
	const char *state;  /* "running", "stopping", ... */
	int64_t attempt;    /* from 1; 0: adopted or strays */
	int64_t elapsed_ns; /* time that it ran, has run or waits */
	pid_t stopped;      /* its leader, if that was stopped; or 0 */
	bool spawned;       /* it waits for jobs that it has spawned */
};

/* How many jobs ended how. */
struct report_counts {
	uint64_t succeeded;
	uint64_t failed;
	uint64_t cancelled;
	uint64_t killed; /* of these, who did not end in their grace */
	uint64_t not_started;
	bool more_not_started;      /* the input was not read to its end */
	uint64_t final_not_started; /* commands of --finally */
	uint64_t running;           /* at this moment */
	uint64_t waiting;           /* at this moment, for their next attempt */
	uint64_t left;              /* have not started, at this moment */
	bool more_left;             /* the input has not been read to its end */
};

enum report_kind {
	/* events of a job */
	REPORT_STARTED,   /* an attempt has begun */
	REPORT_READY,     /* a service is ready, as --ready says */
	REPORT_NOT_READY, /* a service is not ready, and text says why */
	REPORT_RETRY,     /* the attempt failed; wait_ns until the next */
	REPORT_ASKED,     /* the job was asked to end by signo */
	/*
	 * SIGKILL from now on; signo: it was asked by that to end, elapsed_ns
	 * before, and did not; 0: it is killed at once.
	 */
	REPORT_KILLED,
	REPORT_INTERRUPTED, /* it ran when text came, such as "SIGINT came" */
	REPORT_ORPHANS,     /* the job left count orphans, which text names */
	REPORT_UNREAD,   /* some of its output could not be read: text is why */
	REPORT_STUCK,    /* process pid, or what text names, does not end */
	REPORT_ENDED,    /* the outcome is known and counts */
	REPORT_SHORTAGE, /* the job cannot be started yet: error is why */
	REPORT_STOPPED,  /* its leader, pid, was stopped by a signal */
	REPORT_STATUS,   /* state of the job, because somebody asked */
	/*
	 * Nothing starts until something has happened.  Without a job, text is
	 * what is waited for.  With one, it is a service that is not ready, and
	 * text says why, or is NULL.
	 */
	REPORT_WAITING,
	/* events of the scope: job is NULL */
	REPORT_OPENED,
	REPORT_CLOSED,   /* no job starts any more */
	REPORT_UNSERVED, /* there are services, but there was no job for them */
	REPORT_TOTALS, /* counts so far; count more jobs had no REPORT_STATUS */
	/*
	 * All is over: counts, elapsed_ns, and the exit status or signo that
	 * nursery ends with; text says what closed the scope, "" if only
	 * jobs did.
	 */
	REPORT_FINISHED,
};

/* Members that the kind does not name are 0. */
struct report_event {
	enum report_kind kind;
	const struct report_job *job;
	const struct outcome *outcome;
	const struct report_counts *counts;
	const char *text; /* only valid while the event is told */
	size_t count;
	bool at_least; /* there are more than count */
	int status;
	int signo;
	int error; /* an errno; 0: none */
	pid_t pid; /* 0: none */
	int64_t wait_ns;
	int64_t elapsed_ns;
};

/* A listener, which hears of every event, in the order of time. */
struct report_listener {
	void (*hear)(void *arg, const struct report_event *event);
	void (*release)(void *arg); /* at the end; NULL: nothing to do */
	void *arg;
};

#endif
