#include "outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/exits.h"
#include "base/parse.h"

/* The column Exitval that GNU parallel has for a job that was skipped. */
#define STATUS_SKIPPED (-2)

struct outcome
outcome_of_exit(int code)
{
	return (struct outcome){
		.kind = code == 0 ? OUTCOME_SUCCEEDED : OUTCOME_EXITED,
		.detail = code,
	};
}

struct outcome
outcome_of_signal(int signo)
{
	return (struct outcome){ .kind = OUTCOME_KILLED, .detail = signo };
}

struct outcome
outcome_of_exec_error(int error)
{
	return (struct outcome){
		.kind = error == ENOENT ? OUTCOME_NOT_FOUND
					: OUTCOME_NOT_EXECUTABLE,
		.detail = error,
	};
}

struct outcome
outcome_of_start_error(int error)
{
	if (error == EHOSTDOWN)
		return (struct outcome){ .kind = OUTCOME_UNREACHABLE };
	return (struct outcome){
		.kind = OUTCOME_NOT_STARTABLE,
		.detail = error,
	};
}

bool
outcome_is_failure(const struct outcome *outcome)
{
	return outcome->kind != OUTCOME_SUCCEEDED &&
	    outcome->kind != OUTCOME_CANCELLED;
}

const char *
outcome_word(const struct outcome *outcome)
{
	static const char *const kinds[] = {
		[OUTCOME_SUCCEEDED] = "succeeded",
		[OUTCOME_EXITED] = "exited",
		[OUTCOME_KILLED] = "killed",
		[OUTCOME_NOT_FOUND] = "not_found",
		[OUTCOME_NOT_EXECUTABLE] = "not_executable",
		[OUTCOME_NO_DIRECTORY] = "no_directory",
		[OUTCOME_NOT_STARTABLE] = "not_startable",
		[OUTCOME_JOB_TIMEOUT] = "job_timeout",
		[OUTCOME_IDLE_TIMEOUT] = "idle_timeout",
		[OUTCOME_WANTS_TERMINAL] = "wants_terminal",
		[OUTCOME_OUT_OF_MEMORY] = "out_of_memory",
		[OUTCOME_OUT_OF_PIDS] = "out_of_pids",
		[OUTCOME_LEFT_ORPHANS] = "left_orphans",
		[OUTCOME_ENDED_EARLY] = "ended_early",
		[OUTCOME_NOT_READY] = "not_ready",
		[OUTCOME_NEVER_READY] = "never_ready",
		[OUTCOME_TAKEN] = "taken",
		[OUTCOME_LOST] = "lost",
		[OUTCOME_UNREACHABLE] = "unreachable",
		[OUTCOME_SKIPPED] = "skipped",
		[OUTCOME_CANCELLED] = "cancelled",
	};

	return kinds[outcome->kind];
}

int
outcome_status(const struct outcome *outcome)
{
	switch (outcome->kind) {
	case OUTCOME_SUCCEEDED:
	case OUTCOME_CANCELLED:
		return EXITS_SUCCESS;
	case OUTCOME_EXITED:
	case OUTCOME_OUT_OF_MEMORY:
	case OUTCOME_OUT_OF_PIDS:
		return outcome->detail;
	case OUTCOME_KILLED:
	case OUTCOME_WANTS_TERMINAL:
		return EXITS_SIGNAL + outcome->detail;
	case OUTCOME_NOT_FOUND:
		return EXITS_NOT_FOUND;
	case OUTCOME_NOT_EXECUTABLE:
	case OUTCOME_NO_DIRECTORY:
		return EXITS_NOT_EXECUTABLE;
	case OUTCOME_NOT_STARTABLE:
		return EXITS_NURSERY;
	case OUTCOME_JOB_TIMEOUT:
	case OUTCOME_IDLE_TIMEOUT:
	case OUTCOME_NOT_READY:
		return EXITS_TIMEOUT;
	case OUTCOME_LEFT_ORPHANS:
	case OUTCOME_ENDED_EARLY:
	case OUTCOME_NEVER_READY:
	case OUTCOME_TAKEN:
		return EXITS_FAILURE;
	case OUTCOME_LOST:
	case OUTCOME_UNREACHABLE:
		return EXITS_LOST;
	case OUTCOME_SKIPPED:
		return STATUS_SKIPPED & 0xff;
	}
	return EXITS_NURSERY;
}

void
outcome_columns(
    const struct outcome *outcome, int asked, int *ret_status, int *ret_signal)
{
	*ret_status = 0;
	*ret_signal = 0;
	switch (outcome->kind) {
	case OUTCOME_KILLED:
	case OUTCOME_WANTS_TERMINAL:
		*ret_signal = outcome->detail;
		break;
	case OUTCOME_JOB_TIMEOUT:
	case OUTCOME_IDLE_TIMEOUT:
		*ret_status = -1;
		*ret_signal = outcome->killed ? SIGKILL : SIGTERM;
		break;
	case OUTCOME_SKIPPED:
		*ret_status = STATUS_SKIPPED;
		break;
	case OUTCOME_CANCELLED:
		*ret_signal = outcome->killed || asked == 0 ? SIGKILL : asked;
		break;
	case OUTCOME_SUCCEEDED:
	case OUTCOME_EXITED:
	case OUTCOME_NOT_FOUND:
	case OUTCOME_NOT_EXECUTABLE:
	case OUTCOME_NO_DIRECTORY:
	case OUTCOME_NOT_STARTABLE:
	case OUTCOME_OUT_OF_MEMORY:
	case OUTCOME_OUT_OF_PIDS:
	case OUTCOME_LEFT_ORPHANS:
	case OUTCOME_ENDED_EARLY:
	case OUTCOME_NOT_READY:
	case OUTCOME_NEVER_READY:
	case OUTCOME_TAKEN:
	case OUTCOME_LOST:
	case OUTCOME_UNREACHABLE:
		*ret_status = outcome_status(outcome);
		break;
	}
}

static void
describe_signal(const char *what, int signo, char *buf, size_t size)
{
	char name[32];

	snprintf(buf, size, "%s signal %d (%s)", what, signo,
	    signal_name(signo, name, sizeof(name)));
}

static void
describe_limit(const char *what, int64_t limit_ns, char *buf, size_t size)
{
	char limit[48];

	format_limit_duration(limit_ns, limit, sizeof(limit));
	snprintf(buf, size, "%s %s", what, limit);
}

/*
 * Describes the limit that was met: a number of processes; or a size as the
 * option takes it, such as 100M, or in bytes if it is no round one.
 */
static void
describe_met(const struct outcome *outcome, char *buf, size_t size)
{
	static const char units[] = "KMGT";
	int64_t limit = outcome->limit;
	char unit[2] = "";

	if (outcome->kind == OUTCOME_OUT_OF_PIDS) {
		snprintf(buf, size,
		    "it wanted more processes than --pids-max %" PRId64, limit);
		return;
	}
	for (size_t i = 0; units[i] != '\0' && limit % 1024 == 0; i++) {
		limit /= 1024;
		unit[0] = units[i];
	}
	snprintf(buf, size,
	    "killed: it used more than --memory-max %" PRId64 "%s", limit,
	    unit);
}

static void
describe_error(const char *what, int error, char *buf, size_t size)
{
	snprintf(buf, size, "%s: %s", what, strerror(error));
}

/* Those that need no more words than these. */
static const char *const words[] = {
	[OUTCOME_SUCCEEDED] = "succeeded",
	[OUTCOME_CANCELLED] = "cancelled",
	[OUTCOME_WANTS_TERMINAL] = "wants the terminal",
	[OUTCOME_NOT_FOUND] = "command not found",
	[OUTCOME_LEFT_ORPHANS] = "left processes behind",
	[OUTCOME_ENDED_EARLY] = "ended while it was needed",
	[OUTCOME_NEVER_READY] = "will not become ready",
	[OUTCOME_LOST] = "lost with its machine",
	[OUTCOME_UNREACHABLE] = "its machine cannot be used",
	[OUTCOME_SKIPPED] = "skipped",
};

static void
describe_words(const char *what, const char *name, char *buf, size_t size)
{
	if (*name == '\0')
		strlcpy(buf, what, size);
	else
		snprintf(buf, size, "%s (%s)", what, name);
}

void
outcome_describe(const struct outcome *outcome, char *buf, size_t size)
{
	const char *name = outcome->name != NULL ? outcome->name : "";
	const char *open = *name != '\0' ? " (" : "";
	const char *close = *name != '\0' ? ")" : "";
	int detail = outcome->detail;

	switch (outcome->kind) {
	case OUTCOME_SUCCEEDED:
	case OUTCOME_CANCELLED:
	case OUTCOME_WANTS_TERMINAL:
	case OUTCOME_NOT_FOUND:
	case OUTCOME_LEFT_ORPHANS:
	case OUTCOME_ENDED_EARLY:
	case OUTCOME_NEVER_READY:
	case OUTCOME_LOST:
	case OUTCOME_UNREACHABLE:
	case OUTCOME_SKIPPED:
		describe_words(words[outcome->kind], name, buf, size);
		break;
	case OUTCOME_EXITED:
		snprintf(buf, size, "exit status %d%s%s%s", detail, open, name,
		    close);
		break;
	case OUTCOME_KILLED:
		describe_signal("killed by", detail, buf, size);
		break;
	case OUTCOME_NOT_EXECUTABLE:
		describe_error("cannot execute", detail, buf, size);
		break;
	case OUTCOME_NO_DIRECTORY:
		describe_error("cannot enter the directory it is to run in",
		    detail, buf, size);
		break;
	case OUTCOME_NOT_STARTABLE:
		describe_error("cannot start", detail, buf, size);
		break;
	case OUTCOME_JOB_TIMEOUT:
		describe_limit(
		    "ran past its time limit of", outcome->limit_ns, buf, size);
		break;
	case OUTCOME_IDLE_TIMEOUT:
		describe_limit(
		    "wrote nothing for", outcome->limit_ns, buf, size);
		break;
	case OUTCOME_OUT_OF_MEMORY:
	case OUTCOME_OUT_OF_PIDS:
		describe_met(outcome, buf, size);
		break;
	case OUTCOME_NOT_READY:
		describe_limit(
		    "not ready within", outcome->limit_ns, buf, size);
		break;
	case OUTCOME_TAKEN:
		snprintf(buf, size, "something already %s %s",
		    strncmp(name, "http:", 5) == 0 ? "answers at"
						   : "accepts connections on",
		    name);
		break;
	}
}
