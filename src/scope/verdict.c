#include "verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/exits.h"
#include "base/parse.h"
#include "contain/front.h"
#include "job/job.h"
#include "job/tell.h"
#include "output/output.h"
#include "record/recorder.h"
#include "report/line.h"
#include "state.h"
#include "sys/signals.h"

/* True if the race is won, but the job is not cancelled for that. */
static bool
outlives_race(const struct scope *scope, const struct job *job)
{
	return scope->closing.cause == CLOSE_WON && job->kind->holds_open &&
	    !kind_yields_to(job->kind, CANCEL_CLOSING);
}

void
verdict_judge(struct scope *scope, const struct job *job)
{
	const struct outcome *outcome = &job->attempt.outcome;
	struct verdict *verdict = &scope->verdict;

	if (!outcome_is_failure(outcome))
		return;
	verdict->service_failed |= job->kind->vital;
	if (job->kind->cleanup || outlives_race(scope, job)) {
		if (!verdict->late_failed)
			verdict->first_late_failure = *outcome;
		verdict->late_failed = true;
	} else if (!verdict->failed && scope->closing.cause != CLOSE_TIMEOUT) {
		const struct report_job shown = tell_show(job);

		line_job(&shown, verdict->first_failed,
		    sizeof(verdict->first_failed));
		verdict->first_failure = *outcome;
		verdict->failed = true;
	}
}

void
verdict_stuck(struct scope *scope)
{
	scope->verdict.containment_failed = true;
}

void
verdict_bad_input(struct scope *scope, const char *why)
{
	scope->verdict.input_error = why;
}

void
verdict_output_failed(struct scope *scope, int fd, int error, bool lost)
{
	struct verdict *verdict = &scope->verdict;

	if (verdict->output_error != 0 && (!lost || verdict->output_lost))
		return;
	verdict->output_error = error;
	verdict->output_error_fd = fd;
	verdict->output_lost = lost;
}

void
verdict_output_unread(struct scope *scope)
{
	scope->verdict.output_unread = true;
}

void
verdict_records(struct scope *scope)
{
	scope->verdict.records_failed =
	    recorder_has_failed(scope->readers.recorder);
}

void
verdict_output_late(struct scope *scope, int error)
{
	scope->verdict.output_error = error;
	scope->verdict.late_error = error != 0;
}

struct scope_result
verdict_result(const struct scope *scope)
{
	const struct verdict *verdict = &scope->verdict;
	const struct tally *tally = &scope->tally;
	enum close_cause cause = scope->closing.cause;
	bool lost =
	    output_lost(scope->context.output) > 0 || verdict->late_error;
	bool broken = lost || verdict->output_unread ||
	    verdict->containment_failed || scope->delivery.gave_up ||
	    verdict->records_failed ||
	    ((cause == CLOSE_INPUT || cause == CLOSE_MACHINES) &&
		!verdict->failed);
	struct scope_result result = { .status = EXITS_SUCCESS,
		.failed = tally->counts.failed,
		.total = tally->work };

	if (scope->closing.signo != 0) {
		result.signo = scope->closing.signo;
		return result;
	}
	if (lost && verdict->output_error == EPIPE &&
	    !scope->context.signals->pipe_ignored) {
		result.signo = SIGPIPE;
		return result;
	}
	if (broken) {
		result.status = EXITS_NURSERY;
		result.broken = true;
		return result;
	}
	result.halted = cause == CLOSE_WON || cause == CLOSE_HALT;
	if (result.halted) {
		result.failed = tally->at_halt.failed;
		result.total = halt_total(&tally->at_halt);
	}
	if (verdict->failed && cause != CLOSE_WON)
		result.status = outcome_status(&verdict->first_failure);
	else if (cause == CLOSE_TIMEOUT)
		result.status = EXITS_TIMEOUT;
	if (result.status == EXITS_SUCCESS && verdict->late_failed)
		result.status = outcome_status(&verdict->first_late_failure);
	return result;
}

static void
describe_limit(const char *what, int64_t ns, char *buf, size_t size)
{
	char limit[FORMAT_DURATION_MAX];

	format_limit_duration(ns, limit, sizeof(limit));
	snprintf(buf, size, "%s after %s", what, limit);
}

/* How many were not started is known at the end. */
static void
describe_hangup(const struct report_counts *counts, char *buf, size_t size)
{
	if (counts->not_started == 0)
		snprintf(buf, size, "no more started, because SIGHUP came");
	else
		snprintf(buf, size,
		    "%" PRIu64 "%s not started, because SIGHUP came",
		    counts->not_started,
		    counts->more_not_started ? " or more" : "");
}

void
verdict_describe(const struct scope *scope, char *buf, size_t size)
{
	const struct verdict *verdict = &scope->verdict;
	const struct closing *closing = &scope->closing;
	char name[SIGNAL_NAME_MAX];

	buf[0] = '\0';
	if (closing->signo != 0 && front_lost_parent(scope->front))
		snprintf(buf, size,
		    "stopped, because the process that started nursery ended");
	else if (closing->signo != 0)
		snprintf(buf, size, "stopped by signal %d (%s)", closing->signo,
		    signal_name(closing->signo, name, sizeof(name)));
	else if (verdict->output_error != 0 &&
	    output_lost(scope->context.output) > 0)
		snprintf(buf, size, "cannot write to standard %s: %s",
		    verdict->output_error_fd == 1 ? "output" : "error",
		    strerror(verdict->output_error));
	else if (verdict->containment_failed)
		snprintf(buf, size, "could not end every process");
	else if (closing->cause == CLOSE_INPUT)
		snprintf(buf, size, "%s", verdict->input_error);
	else if (closing->cause == CLOSE_MACHINES)
		snprintf(buf, size, "no machine is left to run jobs on");
	else if (closing->cause == CLOSE_TIMEOUT)
		describe_limit(
		    "timed out", scope->options->limits.timeout_ns, buf, size);
	else if (closing->cause == CLOSE_HANGUP)
		describe_hangup(&scope->tally.counts, buf, size);
	else if (closing->cause == CLOSE_MOVED_ON)
		describe_limit(
		    "moved on", scope->options->limits.move_on_ns, buf, size);
}

void
verdict_describe_failure(const struct scope *scope, char *buf, size_t size)
{
	const struct verdict *verdict = &scope->verdict;
	char why[OUTCOME_TEXT_MAX];

	buf[0] = '\0';
	if (!verdict->failed)
		return;
	outcome_describe(&verdict->first_failure, why, sizeof(why));
	snprintf(buf, size, "%s failed: %s", verdict->first_failed, why);
}
