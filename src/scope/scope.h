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
#include "report/report.h"

struct front;
struct signals;
struct source;

struct plan_item; /* see feed_plan.h */

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct scope_options {
	struct job_options job;
	struct plan_item *plan; /* what options ask for, in their order */
	size_t n_plan;
	int64_t jobs;        /* how many at once; 0: no limit */
	int64_t jobs_listed; /* no limit because so many are listed, or 0 */
	struct pace_limits pace;
	bool tag;         /* labels are wanted: of a spawned job, its command */
	struct halt halt; /* when to close because of jobs' ends */
	int64_t timeout_ns; /* of the whole nursery */
	int64_t
	    move_on_ns; /* of the whole nursery, but running out is no error */
	bool nested;    /* we are a job of another nursery */
	bool parallel;  /* jobs get the variables of GNU parallel, too */
	struct output_options output;
	struct report_options report;
};

/* How a scope ended. */
struct scope_result {
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
 * worker; source, signals and front stay the caller's.
 */
struct scope_result scope_run(const struct scope_options *options,
    struct source *source, const struct signals *signals,
    const struct front *front);

#endif
