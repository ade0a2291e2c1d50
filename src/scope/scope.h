/*
 * The scope: owns every process started inside it, and closes only when all
 * of them are gone.
 */
#ifndef SCOPE_SCOPE_H
#define SCOPE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "gnu.h"
#include "halt.h"
#include "job/options.h"
#include "output/output.h"
#include "pace.h"
#include "record/recorder.h"
#include "remote/host.h"
#include "report/markers.h"
#include "report/report.h"
#include "share.h"

struct agent;
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

/* What commands are called, in their order. */
struct command_names {
	const char *const *chosen; /* by the user; some may be NULL */
	size_t n_chosen;           /* the commands after these have none */
	/* of listed commands: the names that labels have; NULL: not listed */
	const char *const *in_labels;
	bool with_machine; /* --tag: that of a job which goes to one is first */
	bool labelled; /* --tag: special and spawned jobs have labels, too */
};

/* What is written instead of what jobs write. */
enum instead {
	INSTEAD_FILE,      /* the name of the file that has it: --files */
	INSTEAD_LAST_LINE, /* its last line: --latest-line */
};

/* What is written of what jobs write, and around it, besides struct
 * output_options. */
struct standin_options {
	enum instead instead; /* for OUTPUT_SHOW_INSTEAD */
	char file_end;        /* what ends the name of a file */
	bool colour_failed;   /* what failed jobs wrote is red */
	bool colour_all;      /* what a job wrote has a colour of its own */
	enum markers_style sections; /* lines around what a job wrote */
};

/* --progress: whether the live block is drawn. */
enum progress_when {
	PROGRESS_AUTO,   /* if the terminal is ours */
	PROGRESS_ALWAYS, /* on any terminal; or else some lines a time */
	PROGRESS_NEVER,
};

/* What a person sees while it runs. */
struct progress_options {
	enum progress_when when;
	uint64_t total_jobs; /* so many there will be; 0: nobody says */
};

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct scope_limits {
	int64_t timeout_ns; /* --timeout, for the whole nursery */
	int64_t move_on_ns; /* --move-on-after: as that, but no error */
	/* the limit of our controller: jobs are told of it, that is all */
	int64_t told_ns;
};

/* Jobs that options ask for beside the commands. */
struct plan_options {
	struct plan_item *items; /* in their order */
	size_t n;
	size_t n_services; /* some of these */
	bool alone;        /* there are services, and no commands are given */
};

struct scope_options {
	struct job_options job;
	enum containment contain;
	struct plan_options plan;
	struct command_names names;
	int64_t jobs;        /* how many at once; 0: no limit */
	int64_t jobs_listed; /* listed commands that made jobs 0, or 0 */
	struct machine_options machines; /* other machines for jobs */
	struct pace_limits pace;
	struct share_options share;
	struct halt halt; /* when to close because of jobs' ends */
	struct scope_limits limits;
	/*
	 * Jobs come from the controller that this is connected to, and what
	 * becomes of them is told there; borrowed.  NULL: they come from the
	 * source.
	 */
	struct agent *agent;
	bool nested;                 /* we are a job of another nursery */
	struct gnu_options parallel; /* what only that name asks for */
	struct progress_options progress;
	struct output_options output;
	struct standin_options standin;
	struct report_options report;
	struct record_options records; /* what is found afterwards */
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
 * worker; source, signals and front stay the caller's.  The source is NULL if
 * options->agent is set.
 */
struct scope_result scope_run(const struct scope_options *options,
    struct source *source, const struct signals *signals,
    const struct front *front);

#endif
