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
	KIND_SHIELD,   /* --shield */
	KIND_SERVICE,  /* --service */
	KIND_FINALLY,  /* --finally */
	KIND_ADOPTED,  /* --adopt */
	KIND_PROBE,    /* asks whether a service is ready (exec:) */
	KIND_STRAYS,   /* the processes whose job nobody knows */
	KINDS
};

/* Who may end a job that did nothing wrong; a second signal ends any. */
enum canceller {
	CANCEL_CLOSING =
	    1 << 0,             /* the scope: a failure, a limit, lost output */
	CANCEL_SIGNAL = 1 << 1, /* the user, by a signal */
	CANCEL_ANY = 1 << 2,    /* the user, by a second one */
	CANCEL_SOON = 1 << 3,   /* nothing will be started any more */
};

/* Where the job's output goes. */
enum voice {
	VOICE_NONE,   /* nowhere, or it is not ours */
	VOICE_ORDER,  /* as the mode of output says */
	VOICE_ERRORS, /* line by line to standard error, labelled */
};

struct kind {
	const char *name; /* before the number: "job 3 failed" */
	enum voice voice;
	unsigned cancelled_by;     /* set of enum canceller */
	enum outcome_kind stopped; /* what being stopped by us means */
	bool child;                /* we start it; else it runs already */
	bool takes_slot;           /* counts against --jobs */
	bool limited;    /* --job-timeout and --idle-timeout are for it */
	bool counted;    /* its end is reported, counted and judged */
	bool paced;      /* its start may have to wait: see pace.h */
	bool retried;    /* --retries is for it; needs VOICE_ORDER */
	bool holds_open; /* the work is not over while it runs */
	bool vital;      /* ending unasked is a failure that cancels the rest */
	bool cleanup; /* runs after the scope has closed, whatever closed it */
	bool lasts;   /* has no leader and never ends: it starts over */
};

/* True if these may end a job of the kind that did nothing wrong. */
bool kind_yields_to(const struct kind *kind, enum canceller by);

/* The row of a kind. */
const struct kind *kind_of(enum job_kind which);

#endif
