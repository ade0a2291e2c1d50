/*
 * The kinds of jobs: what each is to its scope, as data.  Code asks the row,
 * never which row it is.
 */
#ifndef JOB_KIND_H
#define JOB_KIND_H

#include <stdbool.h>

#include "report/outcome.h"

enum job_kind {
	KIND_ORDINARY, /* a command of the source, or spawned from inside */
	KIND_SENT,     /* a command that our controller has sent, see remote/ */
	KIND_SHIELD,   /* --shield */
	KIND_SERVICE,  /* --service */
	KIND_FINALLY,  /* --finally */
	KIND_ADOPTED,  /* --adopt */
	KIND_PROBE,    /* --ready exec:, asks whether a service is ready */
	KIND_CARRIER,  /* what connects us to an agent on another machine */
	KIND_STRAYS,   /* the processes whose job nobody knows */
	KINDS
};

/* Who may end a job that did nothing wrong. */
enum canceller {
	CANCEL_CLOSING =
	    1 << 0,             /* the scope: a failure, a limit, lost output */
	CANCEL_SIGNAL = 1 << 1, /* the user, by a signal */
	CANCEL_ANY = 1 << 2,    /* the user, by a second signal: ends any job */
	CANCEL_SOON = 1 << 3,   /* the scope, when it starts no more jobs */
};

/* Where the job's output goes. */
enum voice {
	VOICE_NONE,   /* nowhere, or not through us */
	VOICE_ORDER,  /* as the mode of output says */
	VOICE_ERRORS, /* line by line to standard error, labelled */
};

struct kind {
	const char *name; /* before number or name: "job 3 failed" */
	enum voice voice;
	unsigned cancelled_by;     /* set of enum canceller */
	enum outcome_kind stopped; /* outcome if we stop the job */
	bool child;                /* we start it; false: runs already */
	bool takes_slot;           /* counts against --jobs */
	bool limited;              /* --job-timeout and --idle-timeout hold */
	bool counted;              /* the end is reported and judged */
	bool work;       /* in the counts of jobs, and in those of --halt */
	bool placed;     /* runs on another machine, if there are some */
	bool paced;      /* the start waits for --delay, --load, --memfree */
	bool retried;    /* --retries holds; needs VOICE_ORDER */
	bool holds_open; /* the work is not over while one runs */
	bool vital;      /* an early end is a failure that cancels the rest */
	bool cleanup; /* runs after the scope has closed, whatever closed it */
	bool lasts;   /* has no leader and never ends, but starts over */
	bool carries; /* others depend on it: only its maker stops it */
	bool mute;    /* its maker says all: not what it left, nor kept lines */
};

/* True if by may end a job of the kind that did nothing wrong. */
bool kind_yields_to(const struct kind *kind, enum canceller by);

/* The row of a kind. */
const struct kind *kind_of(enum job_kind which);

#endif
