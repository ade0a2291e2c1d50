/* What the command line says about every job. */
#ifndef JOB_OPTIONS_H
#define JOB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/codes.h"

/* What becomes of processes that a job's first process leaves behind. */
enum orphans_policy {
	ORPHANS_KILL,  /* they are ended */
	ORPHANS_WAIT,  /* they are part of the job */
	ORPHANS_FAIL,  /* they are ended, and the job has failed */
	ORPHANS_LEAVE, /* they are left alone */
};

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct job_options {
	const char *shell;     /* runs the commands */
	const char *directory; /* where they start; NULL: ours */
	bool direct;           /* commands that need no shell do without */
	bool trace; /* each command is written to standard error first */
	bool echo;  /* each command is written to standard output first */
	int64_t timeout_ns;      /* --job-timeout */
	int64_t idle_timeout_ns; /* --idle-timeout */
	int64_t retries;         /* how often more a failing job runs */
	int64_t retry_delay_ns; /* before the second attempt; then it doubles */
	struct codes ok_codes;  /* exit statuses that are no failure beside 0 */
	int cancel_signal;      /* what asks a job to end */
	int64_t grace_ns;       /* from that signal to SIGKILL */
	enum orphans_policy orphans;
};

#endif
