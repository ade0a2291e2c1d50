/*
 * The scope: owns every process started inside it, and closes only when all
 * of them are gone.
 */
#ifndef SCOPE_SCOPE_H
#define SCOPE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/codes.h"
#include "halt.h"
#include "output/output.h"
#include "pace.h"
#include "report/report.h"

struct front;
struct signals;
struct source;

enum orphans_policy {
	ORPHANS_KILL,  /* ended when their leader has exited */
	ORPHANS_WAIT,  /* part of the job */
	ORPHANS_FAIL,  /* ended, and the job has failed */
	ORPHANS_LEAVE, /* not ours */
};

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct special_options; /* see special.h */

struct nursery_options {
	struct special_options *specials; /* in the order of the options */
	size_t n_specials;
	const char *shell;     /* of the commands */
	const char *directory; /* they start there; NULL: ours */
	bool direct;           /* commands that need no shell do without */
	int64_t jobs;          /* how many at once; 0: no limit */
	int64_t jobs_listed;   /* no limit because so many are listed, or 0 */
	struct pace_limits pace;
	bool tag;         /* labels are wanted: of a spawned job, its command */
	struct halt halt; /* when to close because of jobs' ends */
	int64_t timeout_ns; /* of the whole nursery */
	int64_t move_on_ns; /* the same, but no error */
	int64_t job_timeout_ns;
	int64_t idle_timeout_ns;
	int64_t retries;        /* how often more a failing job runs */
	int64_t retry_delay_ns; /* before the second time; then it doubles */
	struct codes ok_codes;  /* exit statuses that are no failure, and 0 */
	int cancel_signal;      /* the polite one */
	int64_t grace_ns;       /* from that to SIGKILL */
	enum orphans_policy orphans;
	bool nested;   /* we are a job of another nursery */
	bool parallel; /* jobs get the variables of GNU parallel, too */
	bool trace;    /* each command is written to standard error first, */
	bool echo;     /* or to standard output, before what it writes */
	struct output_options output;
	struct report_options report;
};

struct nursery;

/* How a nursery ended. */
struct nursery_end {
	int status;      /* exit status, if signo is 0 */
	int signo;       /* the signal to die of, or 0 */
	bool broken;     /* nursery itself failed: status is no job's */
	bool halted;     /* options->halt was reached */
	uint64_t failed; /* how many jobs had then, or have */
	uint64_t total;  /* of how many: see halt_total() */
};

/*
 * Runs the commands of source under one scope and returns when no process of
 * it is left and all output is written or given up.  Called once, in the
 * worker; source, sig and front stay the caller's.
 */
struct nursery_end nursery_run(const struct nursery_options *options,
    struct source *source, const struct signals *sig,
    const struct front *front);

#endif
