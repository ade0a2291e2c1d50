/* What the command line says about every job. */
#ifndef JOB_OPTIONS_H
#define JOB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/codes.h"
#include "cgroup/limits.h"

/* What becomes of orphans, which are left when the leader of a job ends. */
enum orphans_policy {
	ORPHANS_KILL,  /* ended */
	ORPHANS_WAIT,  /* waited for, as a part of the job */
	ORPHANS_FAIL,  /* ended, and the job has failed */
	ORPHANS_LEAVE, /* left alone */
};

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct job_options {
	char *const *shell; /* runs the commands: a program, its words, NULL */
	const char *directory; /* where commands start; NULL: ours */
	bool direct;           /* a command that needs no shell gets none */
	bool trace; /* each command is written to standard error first */
	bool echo;  /* each command is written to standard output first */
	int64_t timeout_ns;      /* --job-timeout */
	int64_t idle_timeout_ns; /* --idle-timeout */
	int64_t retries;         /* attempts after the first, if a job fails */
	bool show_attempts;      /* the output of all attempts is printed */
	int64_t retry_delay_ns;  /* before the second attempt; then doubled */
	struct codes ok_codes; /* exit statuses that are no failure beside 0 */
	int cancel_signal;     /* what asks a job to end */
	int64_t grace_ns;      /* from cancel_signal to SIGKILL */
	enum orphans_policy orphans;
	struct limits limits; /* --memory-max, --pids-max, --cpu-max */
};

#endif
