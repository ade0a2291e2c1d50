/* How a job ended, and what exit status that stands for. */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome_kind {
	OUTCOME_SUCCEEDED,
	OUTCOME_EXITED,         /* detail: the exit status, not 0; name: why */
	OUTCOME_KILLED,         /* detail: the signal; we did not send it */
	OUTCOME_NOT_FOUND,      /* no such command; name: what it lacks */
	OUTCOME_NOT_EXECUTABLE, /* detail: errno of execve(2) */
	OUTCOME_NO_DIRECTORY,   /* detail: errno of chdir(2) */
	OUTCOME_NOT_STARTABLE,  /* detail: errno; no process, no descriptor */
	OUTCOME_JOB_TIMEOUT,    /* ran past --job-timeout */
	OUTCOME_IDLE_TIMEOUT,   /* wrote nothing for --idle-timeout */
	OUTCOME_WANTS_TERMINAL, /* detail: SIGTTIN or SIGTTOU */
	OUTCOME_OUT_OF_MEMORY,  /* met --memory-max; detail: exit status */
	OUTCOME_OUT_OF_PIDS,    /* met --pids-max; detail: exit status */
	OUTCOME_LEFT_ORPHANS,   /* under --orphans=fail */
	OUTCOME_ENDED_EARLY,    /* status 0 of a service that was needed */
	OUTCOME_NOT_READY,      /* a service ran past its --ready-timeout */
	OUTCOME_NEVER_READY,    /* a service cannot become ready any more */
	OUTCOME_TAKEN,          /* something else is at its address, name */
	OUTCOME_LOST,      /* its machine was lost; name: what that is called */
	OUTCOME_CANCELLED, /* we ended the job; it did nothing wrong */
	OUTCOME_UNREACHABLE, /* its machine cannot be used */
	OUTCOME_SKIPPED,     /* its template says that it is not to run */
};

struct outcome {
	enum outcome_kind kind;
	int detail;
	int64_t limit_ns; /* the time that ran out; 0 for other kinds */
	bool killed;      /* it was asked to end, and had to be killed */
	int64_t limit;    /* the limit met, in bytes or processes; or 0 */
	const char *name; /* as the kind says, or NULL; any bytes; borrowed */
};

/* The outcome of a leader that exited with code or was killed by signo. */
struct outcome outcome_of_exit(int code);
struct outcome outcome_of_signal(int signo);

/* The outcome of a command that execve(2) refused with error. */
struct outcome outcome_of_exec_error(int error);

/*
 * The outcome of a job for which there was no process or pipe, by the error.
 * EHOSTDOWN: its machine cannot be used.
 */
struct outcome outcome_of_start_error(int error);

/* True for all but OUTCOME_SUCCEEDED and OUTCOME_CANCELLED. */
bool outcome_is_failure(const struct outcome *outcome);

/*
 * The exit status that the outcome stands for: 0 if it is no failure, that of
 * the command, or one of base/exits.h.
 */
int outcome_status(const struct outcome *outcome);

/*
 * The columns Exitval and Signal of a job log, as GNU parallel fills them: of
 * the two one at most is not 0, but for a job that ran out of time, which has
 * -1 and a signal.  asked: the signal that asked it to end, or 0.
 */
void outcome_columns(
    const struct outcome *outcome, int asked, int *ret_status, int *ret_signal);

/* One word for its kind, for programs: "succeeded", "exited", "killed", ... */
const char *outcome_word(const struct outcome *outcome);

/* Room for what outcome_describe() says. */
#define OUTCOME_TEXT_MAX 512

/* "exit status 2", "killed by signal 9 (SIGKILL)", ... into buf. */
void outcome_describe(const struct outcome *outcome, char *buf, size_t size);

#endif
