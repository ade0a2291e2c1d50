/* Why and how the scope closes: halt, limits, signals, undeliverable output. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/exits.h"
#include "base/msg.h"
#include "base/parse.h"
#include "contain/scan.h"
#include "feed_spawned.h"
#include "input/source.h"
#include "retry.h"
#include "state.h"
#include "sys/signals.h"

/* A stop that did not begin with SIGTERM gets there after this. */
#define LADDER_STEP_NS (1 * NS_PER_S)

/* Those that would have run again have failed, then. */
static void
end_waiting(struct nursery *n)
{
	struct job *job;

	if (n->n_waiting == 0)
		return;
	TAILQ_FOREACH(job, &n->jobs, link)
		if (job->state == JOB_WAITING && !retry_may(job))
			job_event(job, JOB_STOP);
}

void
closing_close(struct nursery *n, enum close_cause cause)
{
	bool limit = cause == CLOSE_TIMEOUT || cause == CLOSE_MOVED_ON;

	if (n->cause == CLOSE_NOT || cause == CLOSE_SIGNAL ||
	    (limit && n->cause == CLOSE_HALT && !n->failed))
		n->cause = cause;
	end_waiting(n);
}

static void
stop_all(struct nursery *n, enum job_event event, enum canceller by)
{
	struct job *job, *strays = n->strays;

	scan_look(n->contain);
	TAILQ_FOREACH(job, &n->jobs, link)
		if (kind_yields_to(job->kind, by))
			job_event(job, event);
	if (strays->family.n_orphans > 0 && kind_yields_to(strays->kind, by))
		job_event(strays, event);
}

/* Asks everybody with the signal; SIGKILL follows at kill_at_ns. */
static void
ask_all(struct nursery *n, int signo, int64_t kill_at_ns, enum canceller by)
{
	n->kill_at_ns = kill_at_ns;
	n->urgency = URGENCY_POLITE;
	n->stop_signal = signo;
	n->asking_all = true;
	stop_all(n, JOB_STOP, by);
	n->asking_all = false;
}

static void
kill_all(struct nursery *n, enum canceller by)
{
	n->urgency = URGENCY_KILL;
	loop_timer_clear(n->loop, &n->ladder_timer);
	stop_all(n, JOB_KILL, by);
}

void
closing_cancel(struct nursery *n, enum close_cause cause)
{
	int64_t now_ns = loop_now(n->loop);

	closing_close(n, cause);
	if (n->urgency != URGENCY_NONE)
		return;
	if (n->options->job.grace_ns == 0)
		kill_all(n, CANCEL_CLOSING);
	else
		ask_all(n, n->options->job.cancel_signal,
		    loop_after(now_ns, n->options->job.grace_ns),
		    CANCEL_CLOSING);
}

/* What runs goes on, but for what was to let others start. */
static void
close_soon(struct nursery *n, enum close_cause cause)
{
	closing_close(n, cause);
	stop_all(n, JOB_STOP, CANCEL_SOON);
}

/* Only output is left, and that has no time limit. */
static bool
is_all_done(const struct nursery *n)
{
	return n->stage != STAGE_OPEN ||
	    (admission_is_drained(n) && n->strays->family.n_orphans == 0);
}

static void
timeout_fired(struct loop_timer *timer)
{
	if (!is_all_done(timer->arg))
		closing_cancel(timer->arg, CLOSE_TIMEOUT);
}

static void
move_on_fired(struct loop_timer *timer)
{
	if (!is_all_done(timer->arg))
		closing_cancel(timer->arg, CLOSE_MOVED_ON);
}

/* The signal that was asked for did not do: the ladder's next step. */
static void
ladder_fired(struct loop_timer *timer)
{
	struct nursery *n = timer->arg;

	if (n->urgency == URGENCY_POLITE)
		ask_all(n, SIGTERM, n->kill_at_ns, CANCEL_SIGNAL);
}

static void
delivery_over(struct loop_timer *timer)
{
	struct nursery *n = timer->arg;

	n->deliver_gave_up = true;
}

void
closing_init(struct nursery *n)
{
	loop_timer_init(&n->timeout_timer, timeout_fired, n);
	loop_timer_init(&n->move_on_timer, move_on_fired, n);
	loop_timer_init(&n->ladder_timer, ladder_fired, n);
	loop_timer_init(&n->deliver_timer, delivery_over, n);
	loop_timer_set(n->loop, &n->timeout_timer,
	    loop_after(n->started_ns, n->options->timeout_ns));
	loop_timer_set(n->loop, &n->move_on_timer,
	    loop_after(n->started_ns, n->options->move_on_ns));
}

void
closing_end_work(struct nursery *n)
{
	if (n->stage != STAGE_OPEN)
		return;
	n->stage = STAGE_SERVICES;
	admission_end(n);
	spawned_end(n);
	loop_timer_clear(n->loop, &n->timeout_timer);
	loop_timer_clear(n->loop, &n->move_on_timer);
	loop_timer_clear(n->loop, &n->ladder_timer); /* not for the cleanup */
}

/* The race is won, but not over for this job: its failure is no loser's. */
static bool
outlives_race(const struct nursery *n, const struct job *job)
{
	return n->cause == CLOSE_WON && job->kind->holds_open &&
	    !kind_yields_to(job->kind, CANCEL_CLOSING);
}

/* Keeps the counts that reached it: more jobs may end in the same turn. */
static bool
note_halt(struct nursery *n)
{
	const struct report_counts *counts = report_counts(n->report);
	const struct halt_counts now = {
		.failed = counts->failed,
		.succeeded = counts->succeeded,
		.total = n->work + source_known(n->source) + spawned_waiting(n),
		.total_known = source_ended(n->source),
	};

	if (n->halt_reached)
		return true;
	n->halt_reached = halt_reached(&n->options->halt, &now);
	n->halt_counts = now;
	return n->halt_reached;
}

void
closing_judge(struct nursery *n, const struct job *job)
{
	struct report_job shown = job_for_report(job);

	if (!job->kind->counted)
		return;
	report_ended(n->report, &shown, &job->outcome);
	spawned_judge(job);
	note_halt(n);
	if (!outcome_is_failure(&job->outcome))
		return;
	n->vital_failed |= job->kind->vital;
	if (job->kind->cleanup || outlives_race(n, job)) {
		if (!n->late_failed)
			n->first_late_failure = job->outcome;
		n->late_failed = true;
	} else if (!n->failed && n->cause != CLOSE_TIMEOUT) {
		n->first_failure = job->outcome;
		n->failed = true;
	}
}

void
closing_check_halt(struct nursery *n)
{
	const struct halt *halt = &n->options->halt;

	if (n->stage != STAGE_OPEN)
		return;
	if (n->vital_failed && n->urgency == URGENCY_NONE)
		closing_cancel(n, CLOSE_HALT);
	if (n->cause != CLOSE_NOT || !note_halt(n))
		return;
	if (halt->when == HALT_NOW)
		closing_cancel(
		    n, halt->why == HALT_SUCCESS ? CLOSE_WON : CLOSE_HALT);
	else
		close_soon(
		    n, halt->why == HALT_SUCCESS ? CLOSE_WON : CLOSE_HALT);
}

/* What the jobs get for a signal that we got. */
static int
passed_on(int signo)
{
	return signo == SIGINT || signo == SIGHUP || signo == SIGQUIT ? signo
								      : SIGTERM;
}

/* The outer nursery's ladder is ours, too: that is no second wish. */
static bool
is_outer_ladder(const struct nursery *n, int signo)
{
	return n->options->nested && signo == SIGTERM &&
	    passed_on(n->signo) != SIGTERM && !n->outer_stepped;
}

void
closing_signal(struct nursery *n, int signo, bool again)
{
	int64_t now_ns = loop_now(n->loop);
	bool steps = passed_on(signo) != SIGTERM;

	closing_close(n, CLOSE_SIGNAL);
	if (again && is_outer_ladder(n, signo)) {
		n->outer_stepped = true;
		if (n->ladder_timer.deadline_ns != NS_NEVER)
			ladder_fired(&n->ladder_timer);
		return;
	}
	n->abandoned |= again;
	if (n->abandoned && n->stage == STAGE_CLEANUP)
		admission_end(n); /* it was about to start */
	if (again || n->options->job.grace_ns == 0) {
		kill_all(n, again ? CANCEL_ANY : CANCEL_SIGNAL);
	} else {
		ask_all(n, passed_on(signo),
		    loop_after(now_ns + (steps ? LADDER_STEP_NS : 0),
			n->options->job.grace_ns),
		    CANCEL_SIGNAL);
		if (steps)
			loop_timer_set(
			    n->loop, &n->ladder_timer, now_ns + LADDER_STEP_NS);
	}
}

void
closing_limit_delivery(struct nursery *n)
{
	int64_t now_ns = loop_now(n->loop), wait_ns = n->options->job.grace_ns;

	if (n->signo == 0)
		return;
	if (wait_ns < NS_PER_S || n->urgency == URGENCY_KILL)
		wait_ns = NS_PER_S;
	if (loop_after(now_ns, wait_ns) < n->deliver_timer.deadline_ns)
		loop_timer_set(
		    n->loop, &n->deliver_timer, loop_after(now_ns, wait_ns));
}

struct scope_result
closing_verdict(const struct nursery *n)
{
	bool lost = output_lost(n->output) > 0 || n->late_error;
	bool broken = lost || n->containment_failed || n->deliver_gave_up ||
	    (n->cause == CLOSE_INPUT && !n->failed);
	struct scope_result end = { .status = EXITS_SUCCESS };

	if (n->signo != 0)
		return (struct scope_result){ .signo = n->signo };
	if (lost && n->output_error == EPIPE && !n->signals->pipe_ignored)
		return (struct scope_result){ .signo = SIGPIPE };
	if (broken)
		return (struct scope_result){ .status = EXITS_NURSERY,
			.broken = true };
	end.halted = n->cause == CLOSE_WON || n->cause == CLOSE_HALT;
	if (n->cause == CLOSE_WON)
		end.status = EXITS_SUCCESS;
	else if (n->failed)
		end.status = outcome_status(&n->first_failure);
	else if (n->cause == CLOSE_TIMEOUT)
		end.status = EXITS_TIMEOUT;
	if (end.status == EXITS_SUCCESS && n->late_failed)
		end.status = outcome_status(&n->first_late_failure);
	return end;
}

static void
describe_limit(const char *what, int64_t ns, char *buf, size_t size)
{
	char limit[FORMAT_DURATION_MAX];

	format_limit_duration(ns, limit, sizeof(limit));
	snprintf(buf, size, "%s after %s", what, limit);
}

void
closing_describe(const struct nursery *n, char *buf, size_t size)
{
	char name[SIGNAL_NAME_MAX];

	buf[0] = '\0';
	if (n->signo != 0)
		snprintf(buf, size, "stopped by signal %d (%s)", n->signo,
		    signal_name(n->signo, name, sizeof(name)));
	else if (n->output_error != 0 && output_lost(n->output) > 0)
		snprintf(buf, size, "cannot write to standard %s: %s",
		    n->output_error_fd == 1 ? "output" : "error",
		    strerror(n->output_error));
	else if (n->cause == CLOSE_INPUT && n->spawned_error != 0)
		snprintf(buf, size, "cannot keep what was spawned: %s",
		    strerror(n->spawned_error));
	else if (n->cause == CLOSE_INPUT)
		snprintf(buf, size, "%s", source_error(n->source));
	else if (n->cause == CLOSE_TIMEOUT)
		describe_limit("timed out", n->options->timeout_ns, buf, size);
	else if (n->cause == CLOSE_MOVED_ON)
		describe_limit("moved on", n->options->move_on_ns, buf, size);
}
