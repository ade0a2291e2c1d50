#include "closing.h"

#include <stdio.h>

#include "base/parse.h"
#include "job/states.h"
#include "job/tell.h"
#include "ladder.h"
#include "report/report.h"
#include "roster.h"
#include "tally.h"

/* A signal closes the scope for all jobs, other causes not for every kind. */
static bool
is_closed_for(const struct scope *scope, const struct kind *kind)
{
	if (kind_yields_to(kind, CANCEL_CLOSING))
		return scope->closing.cause != CLOSE_NOT;
	return scope->closing.signo != 0;
}

void
closing_admit(const struct scope *scope, struct job *job)
{
	job->no_retry = is_closed_for(scope, job->kind);
}

/* Ends jobs that wait for an attempt which they will not get: they failed. */
static void
end_retries(struct scope *scope)
{
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		closing_admit(scope, job);
		if (job->no_retry && job->state == JOB_WAITING)
			job_event(job, JOB_STOP);
	}
}

void
closing_close(struct scope *scope, enum close_cause cause)
{
	const struct report_event event = { .kind = REPORT_CLOSED };
	struct closing *closing = &scope->closing;
	bool first = closing->cause == CLOSE_NOT;
	bool limit = cause == CLOSE_TIMEOUT || cause == CLOSE_MOVED_ON;

	if (first || cause == CLOSE_SIGNAL ||
	    (limit && closing->cause == CLOSE_HALT && !scope->verdict.failed))
		closing->cause = cause;
	end_retries(scope);
	if (first)
		report_tell(scope->context.report, &event);
}

/* Tells who runs at this moment and yields to what comes. */
static void
tell_running(struct scope *scope, enum canceller by, const char *what)
{
	const struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		if (job->kind->work && kind_yields_to(job->kind, by) &&
		    (job->state == JOB_RUNNING || job->state == JOB_LINGERING))
			tell_event(job,
			    (struct report_event){
				.kind = REPORT_INTERRUPTED, .text = what });
}

void
closing_cancel(struct scope *scope, enum close_cause cause)
{
	closing_close(scope, cause);
	ladder_cancel(scope);
}

bool
closing_has_begun(const struct scope *scope)
{
	return scope->closing.cause != CLOSE_NOT ||
	    scope->closing.stage != STAGE_OPEN;
}

bool
closing_is_drained(const struct scope *scope)
{
	bool over =
	    scope->admission.pending == NULL && feeds_are_over(&scope->feeds);

	if (scope->closing.stage != STAGE_CLEANUP)
		over |= closing_has_begun(scope);
	return over && roster_is_drained(scope);
}

/* True if only output is left, which has no time limit. */
static bool
is_all_done(const struct scope *scope)
{
	return scope->closing.stage != STAGE_OPEN ||
	    (closing_is_drained(scope) && scope->strays->family.n_orphans == 0);
}

static void
timeout_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;

	if (is_all_done(scope))
		return;
	tell_running(scope, CANCEL_CLOSING, "time ran out");
	if (!closing_has_begun(scope))
		feeds_tell_waits(&scope->feeds);
	closing_cancel(scope, CLOSE_TIMEOUT);
}

static void
move_on_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;

	if (is_all_done(scope))
		return;
	tell_running(scope, CANCEL_CLOSING, "time ran out");
	closing_cancel(scope, CLOSE_MOVED_ON);
}

void
closing_init(struct scope *scope)
{
	struct closing *closing = &scope->closing;
	struct loop *loop = scope->context.loop;

	loop_timer_init(&closing->timeout_timer, timeout_fired, scope);
	loop_timer_init(&closing->move_on_timer, move_on_fired, scope);
	loop_timer_set(loop, &closing->timeout_timer,
	    loop_after(scope->started_ns, scope->options->timeout_ns));
	loop_timer_set(loop, &closing->move_on_timer,
	    loop_after(scope->started_ns, scope->options->move_on_ns));
}

void
closing_end_work(struct scope *scope)
{
	struct closing *closing = &scope->closing;
	struct loop *loop = scope->context.loop;
	struct job *job;

	closing->stage = STAGE_SERVICES;
	loop_timer_clear(loop, &closing->timeout_timer);
	loop_timer_clear(loop, &closing->move_on_timer);
	ladder_rest(scope);
	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		job->dispensable = job->kind->vital;
}

void
closing_begin_cleanup(struct scope *scope)
{
	scope->closing.stage = STAGE_CLEANUP;
}

void
closing_check_halt(struct scope *scope)
{
	const struct halt *halt = &scope->options->halt;
	enum close_cause cause =
	    halt->why == HALT_SUCCESS ? CLOSE_WON : CLOSE_HALT;

	if (scope->closing.stage != STAGE_OPEN)
		return;
	if (scope->verdict.service_failed &&
	    scope->ladder.urgency == URGENCY_NONE)
		closing_cancel(scope, CLOSE_HALT);
	if (scope->closing.cause != CLOSE_NOT || !tally_reaches_halt(scope))
		return;
	if (halt->when == HALT_NOW) {
		closing_cancel(scope, cause);
	} else {
		closing_close(scope, cause);
		ladder_cancel_helpers(scope);
	}
}

void
closing_signal(struct scope *scope, int signo)
{
	struct closing *closing = &scope->closing;
	bool again = closing->signo != 0;
	char name[SIGNAL_NAME_MAX], what[SIGNAL_NAME_MAX + 8];

	if (again && ladder_follow_outer(scope, signo))
		return;
	if (!again) {
		closing->signo = signo;
		snprintf(what, sizeof(what), "%s came",
		    signal_name(signo, name, sizeof(name)));
		tell_running(scope, CANCEL_SIGNAL, what);
	}
	closing->abandoned |= again;
	closing_close(scope, CLOSE_SIGNAL);
	ladder_signal(scope, signo, again);
}
