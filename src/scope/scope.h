/*
 * The scope: owns every process started inside it, and closes only when all
 * of them are gone.
 */
#ifndef SCOPE_SCOPE_H
#define SCOPE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "halt.h"
#include "job/options.h"
#include "output/output.h"
#include "pace.h"
#include "report/markers.h"
#include "report/report.h"

struct front;
struct signals;
struct source;

struct plan_item; /* see feed_plan.h */

/* --contain: what keeps the processes together, besides the subreapers. */
enum containment {
	CONTAIN_AUTO,   /* cgroups if they can be had: jobs see no difference */
	CONTAIN_STRICT, /* a cgroup or a PID namespace, or nothing is started */
	CONTAIN_PIDNS,  /* a PID namespace, or nothing is started */
};

/* --progress: whether the live block is drawn. */
enum progress_when {
	PROGRESS_AUTO,   /* if the terminal is ours */
	PROGRESS_ALWAYS, /* on any terminal; or else some lines a time */
	PROGRESS_NEVER,
};

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct scope_options {
	struct job_options job;
	enum containment contain;
	struct plan_item *plan; /* jobs that options ask for, in order */
	size_t n_plan;
	const char *const *names; /* of commands, in order; some may be NULL */
	size_t n_names;           /* the commands after these have none */
	int64_t jobs;             /* how many at once; 0: no limit */
	int64_t jobs_listed;      /* listed commands that made jobs 0, or 0 */
	struct pace_limits pace;
	bool labelled; /* --tag: special and spawned jobs have labels, too */
	/* of listed commands: the names that labels have; NULL: not listed */
	const char *const *label_names;
	struct halt halt;   /* when to close because of jobs' ends */
	int64_t timeout_ns; /* --timeout, for the whole nursery */
	int64_t move_on_ns; /* --move-on-after: as that, but no error */
	bool nested;        /* we are a job of another nursery */
	bool parallel;      /* jobs get the variables of GNU parallel, too */
	enum progress_when progress;
	struct output_options output;
	enum markers_style sections; /* lines around the output of jobs */
	struct report_options report;
};

/* How a scope ended. */
struct scope_result {
	int status;      /* exit status, if signo is 0 */
	int signo;       /* the signal to die of, or 0 */
	bool broken;     /* nursery itself has failed */
	bool halted;     /* options->halt was reached */
	uint64_t failed; /* failed jobs when halted, or at the end */
	uint64_t total;  /* all jobs at that time: see halt_total() */
};

/*
 * Runs the commands of source under one scope and returns when no process of
 * it is left and all output is written or given up.  Called once, in the
 * worker; source, signals and front stay the caller's.
 */
struct scope_result scope_run(const struct scope_options *options,
    struct source *source, const struct signals *signals,
    const struct front *front);

#endif
