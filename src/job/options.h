/* What the command line says about every job. */
#ifndef JOB_OPTIONS_H
#define JOB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/codes.h"
#include "cgroup/limits.h"
#include "wrapping.h"

/* What becomes of orphans, which are left when the leader of a job ends. */
enum orphans_policy {
	ORPHANS_KILL,  /* ended */
	ORPHANS_WAIT,  /* waited for, as a part of the job */
	ORPHANS_FAIL,  /* ended, and the job has failed */
	ORPHANS_LEAVE, /* left alone */
};

/* --stdin: what jobs read. */
enum job_input {
	JOB_INPUT_DEFAULT, /* as JOB_INPUT_NULL, or their terminal */
	JOB_INPUT_NULL,    /* nothing */
	JOB_INPUT_OPEN,    /* nothing, but it does not end */
	JOB_INPUT_OURS,    /* our standard input itself: for a single command */
	/* our own terminal, where one command at a time is in the foreground */
	JOB_INPUT_TTY,
	JOB_INPUT_FIRST, /* the first command: our standard input */
	JOB_INPUT_TYPED, /* the same, where both are terminals */
	JOB_INPUT_EACH,  /* each command: all of our standard input */
};

/* A signal that follows the first one that asks a job to end. */
struct stop_step {
	int signo;
	int64_t at_ns; /* so long after that */
};

/* In the order of time; SIGKILL is none of them. */
struct stop_steps {
	struct stop_step *items; /* owned by who has the options */
	size_t n;
};

/* Times are in ns; NS_NEVER (see sys/loop.h) where there is no limit. */
struct job_options {
	char *const *shell; /* runs the commands: a program, its words, NULL */
	const char *directory;    /* where commands start; NULL: ours */
	bool direct;              /* a command that needs no shell gets none */
	struct wrapping wrapping; /* around each command */
	int nice;                 /* of every process; 0: as ours */
	bool cleanup; /* files made for a job are removed at its end */
	enum job_input input;
	bool trace; /* each command is written to standard error first */
	bool echo;  /* each command is written to standard output first */
	int64_t timeout_ns;      /* --job-timeout */
	int64_t idle_timeout_ns; /* --idle-timeout */
	int64_t retries;         /* attempts after the first, if a job fails */
	bool show_attempts;      /* the output of all attempts is printed */
	int64_t retry_delay_ns;  /* before the second attempt; then doubled */
	struct codes ok_codes; /* exit statuses that are no failure beside 0 */
	int cancel_signal;     /* what asks a job to end */
	struct stop_steps steps; /* unless another signal asks it */
	int64_t grace_ns;        /* from cancel_signal to SIGKILL */
	enum orphans_policy orphans;
	struct limits limits; /* --memory-max, --pids-max, --cpu-max */
};

#endif
