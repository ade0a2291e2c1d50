/* How a job ended, and what exit status that stands for. */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome_kind {
	OUTCOME_SUCCEEDED,
	OUTCOME_EXITED,         /* detail: the exit status, not 0 */
	OUTCOME_KILLED,         /* detail: the signal that nobody here sent */
	OUTCOME_NOT_FOUND,      /* no such command */
	OUTCOME_NOT_EXECUTABLE, /* detail: errno of execve(2) */
	OUTCOME_NO_DIRECTORY,   /* detail: errno of chdir(2) */
	OUTCOME_NOT_STARTABLE,  /* detail: errno: no process, no pipe */
	OUTCOME_JOB_TIMEOUT,    /* ran past --job-timeout */
	OUTCOME_IDLE_TIMEOUT,   /* wrote nothing for --idle-timeout */
	OUTCOME_WANTS_TERMINAL, /* detail: SIGTTIN or SIGTTOU */
	OUTCOME_LEFT_ORPHANS,   /* under --orphans=fail */
	OUTCOME_ENDED_EARLY, /* a service, with status 0, but it was needed */
	OUTCOME_NOT_READY,   /* a service, within its --ready-timeout */
	OUTCOME_NEVER_READY, /* a service that cannot be any more */
	OUTCOME_CANCELLED,   /* it did nothing wrong */
};

struct outcome {
	enum outcome_kind kind;
	int detail;
	int64_t limit_ns; /* of the three kinds of timeout */
};

/* The outcome of a leader that exited with code or was killed by signo. */
struct outcome outcome_of_exit(int code);
struct outcome outcome_of_signal(int signo);

/* The outcome of a command that execve(2) refused with error. */
struct outcome outcome_of_exec_error(int error);

/* True for all but succeeded and cancelled. */
bool outcome_is_failure(const struct outcome *outcome);

/* The exit status of design: 0, 1-255, 124, 126, 127, 128+N. */
int outcome_status(const struct outcome *outcome);

/* "exit status 2", "killed by signal 9 (SIGKILL)", ... into buf. */
void outcome_describe(const struct outcome *outcome, char *buf, size_t size);

#endif
