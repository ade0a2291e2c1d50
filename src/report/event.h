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
struct strvec;

/* A job as listeners see it. */
struct report_job {
	uint64_t id;      /* of this job alone, whatever its kind */
	const char *kind; /* "job", "service", ... */
	uint64_t seq;     /* 0: it is no command, and has a name only */
	const char *name; /* NULL: it has none; the strays have neither */
	const char *text; /* its command, text_len bytes, untrusted */
	size_t text_len;
	/*
	 * With --argv, whose text is shortened: what is executed, NULL behind
	 * it.  Else NULL.
	 */
	char *const *argv;
	const char *state;   /* "running", "stopping", ... */
	int64_t attempt;     /* from 1; 0: adopted or strays */
	int64_t slot;        /* from 1; 0: it takes none */
	pid_t pid;           /* its leader; 0: there was none, or not yet */
	const char *machine; /* where it runs or ran last; NULL: here */
	int64_t wall_ns;     /* when the attempt began, since 1970 */
	int64_t elapsed_ns;  /* time that it ran, has run or waits */
	int asked;           /* the signal that asked it to end; 0: none did */
	pid_t stopped;       /* its leader, if that was stopped; or 0 */
	bool everywhere;     /* --onall: others have its number elsewhere */
	bool work;           /* it is in the counts of jobs */
	bool spawned;        /* it waits for jobs that it has spawned */
	/* What its results are called, see source_results(); may be empty. */
	const struct strvec *results;
};

/* What an attempt has used, once all of its processes are gone. */
struct report_usage {
	/* CPU time of the processes that were waited for, by us or by them */
	int64_t user_ns, system_ns;
	/*
	 * Bytes of memory of the largest process.  0: it is not known, because
	 * it was not more than nursery had when it started the job.
	 */
	int64_t max_rss;
	/*
	 * Bytes that it wrote to standard output and error; -1: not known.  If
	 * both lead to one file, the first has all of it and the other is -1.
	 */
	int64_t wrote[2];
	int64_t given; /* bytes that it was given to read */
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
	REPORT_QUEUED,    /* it is the next to be started, when it can be */
	REPORT_ADOPTED,   /* it ran already, and has joined */
	REPORT_STARTED,   /* an attempt has begun */
	REPORT_READY,     /* a service is ready, as --ready says */
	REPORT_NOT_READY, /* a service is not ready, and text says why */
	REPORT_RETRY,     /* the attempt failed; wait_ns until the next; usage
			   */
	/*
	 * The job wrote these bytes, len in data, to fd 1 or 2.  Only told if a
	 * listener wants it; see struct report_listener.
	 */
	REPORT_OUTPUT,
	REPORT_ASKED, /* the job was asked to end by signo */
	/*
	 * SIGKILL from now on; signo: it was asked by that to end, elapsed_ns
	 * before, and did not; 0: it is killed at once.
	 */
	REPORT_KILLED,
	REPORT_INTERRUPTED, /* it ran when text came, such as "SIGINT came" */
	REPORT_ORPHANS,     /* the job left count orphans, which text names */
	REPORT_UNFED,       /* it was not given all of its input: text is why */
	REPORT_UNREAD, /* some of its output could not be read: text is why */
	REPORT_STUCK,  /* process pid, or what text names, does not end */
	REPORT_ENDED,  /* the outcome is known and counts */
	REPORT_OVER,   /* all that it wrote is read, too: outcome, usage */
	/*
	 * It will never start, because the scope has closed.  Those that were
	 * not even queued are told at the end, if a listener wants it, and only
	 * as many as are known; those that jobs spawned have no number.
	 */
	REPORT_NOT_STARTED,
	REPORT_SHORTAGE, /* the job cannot be started yet: error is why */
	REPORT_STOPPED,  /* its leader, pid, was stopped by a signal */
	REPORT_READS,    /* a process of it, pid, reads what nobody types */
	REPORT_STATUS,   /* state of the job, because somebody asked */
	/*
	 * Nothing starts until something has happened.  Without a job, text is
	 * what is waited for.  With one, it is a service that is not ready, and
	 * text says why, or is NULL.
	 */
	REPORT_WAITING,
	/* events of the scope: job is NULL */
	/*
	 * pid is that of nursery, count how many jobs may run at once (0: any
	 * number), counts->left how many commands there are, as far as known.
	 */
	REPORT_OPENED,
	/*
	 * No job starts any more: cause is one of "done", "halt", "won",
	 * "timeout", "moved_on", "signal", "output", "input",
	 * "machines", "containment", "hangup" and "quit"; text says the same
	 * for people; signo is the signal.
	 */
	REPORT_CLOSED,
	REPORT_UNSERVED, /* there are services, but there was no job for them */
	REPORT_TOTALS, /* counts so far; count more jobs had no REPORT_STATUS */
	/*
	 * All is over: counts, elapsed_ns, and the exit status or signo that
	 * nursery ends with; text says what closed the scope, "" if only
	 * jobs did.
	 * cause: "hangup" if no more were started although nothing had failed
	 */
	REPORT_FINISHED,
};

/* Members that the kind does not name are 0. */
struct report_event {
	enum report_kind kind;
	const struct report_job *job;
	const struct outcome *outcome;
	const struct report_usage *usage;
	const struct report_counts *counts;
	const char *text; /* only valid while the event is told */
	const char *cause;
	const char *data;
	size_t len;
	int fd;
	size_t count;
	bool at_least; /* there are more than count */
	bool restart;  /* of REPORT_RETRY: a service, by --restart */
	int status;
	int signo;
	int error; /* an errno; 0: none */
	pid_t pid; /* 0: none */
	int64_t wait_ns;
	int64_t elapsed_ns;
	int64_t at_ns; /* when, by loop_now(); filled in by report_tell() */
};

/* What is told only if a listener wants it, because it costs time. */
enum report_want {
	REPORT_WANTS_OUTPUT = 1,
	REPORT_WANTS_NOT_STARTED = 2,
};

/* A listener, which hears of every event, in the order of time. */
struct report_listener {
	unsigned wants; /* of enum report_want */
	void (*hear)(void *arg, const struct report_event *event);
	void (*release)(void *arg); /* at the end; NULL: nothing to do */
	void *arg;
};

#endif
