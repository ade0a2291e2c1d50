#include "closing.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "job/states.h"
#include "job/tell.h"
#include "ladder.h"
#include "report/report.h"
#include "roster.h"
#include "tally.h"
#include "verdict.h"

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
	job->release.no_retry = is_closed_for(scope, job->kind);
}

/* Ends jobs that wait for an attempt which they will not get: they failed. */
static void
end_retries(struct scope *scope)
{
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		closing_admit(scope, job);
		if (job->release.no_retry && job->state == JOB_WAITING)
			job_event(job, JOB_STOP);
	}
}

/* How many jobs did what --halt waits for. */
static void
describe_halt(const struct scope *scope, char *buf, size_t size)
{
	static const char *const did[] = {
		[HALT_FAIL] = "failed",
		[HALT_SUCCESS] = "succeeded",
		[HALT_DONE] = "ended",
	};
	const struct halt *halt = &scope->options->halt;
	const struct halt_counts *counts = &scope->tally.at_halt;
	uint64_t n = 0;

	if (scope->verdict.service_failed && !scope->tally.halt_reached) {
		snprintf(buf, size, "a service failed");
		return;
	}
	n += halt->why != HALT_SUCCESS ? counts->failed : 0;
	n += halt->why != HALT_FAIL ? counts->succeeded : 0;
	snprintf(buf, size, "%" PRIu64 " job%s %s", n, n == 1 ? "" : "s",
	    did[halt->why]);
}

/* Tells once that the scope is closed, and why. */
static void
tell_closed(struct scope *scope)
{
	static const char *const causes[] = {
		[CLOSE_NOT] = "done",
		[CLOSE_HALT] = "halt",
		[CLOSE_WON] = "won",
		[CLOSE_TIMEOUT] = "timeout",
		[CLOSE_MOVED_ON] = "moved_on",
		[CLOSE_SIGNAL] = "signal",
		[CLOSE_OUTPUT] = "output",
		[CLOSE_INPUT] = "input",
		[CLOSE_MACHINES] = "machines",
		[CLOSE_CONTAINMENT] = "containment",
		[CLOSE_HANGUP] = "hangup",
		[CLOSE_QUIT] = "quit",
	};
	struct closing *closing = &scope->closing;
	char text[512];

	if (closing->told)
		return;
	closing->told = true;
	if (closing->cause == CLOSE_NOT)
		snprintf(text, sizeof(text), "all jobs are over");
	else if (closing->cause == CLOSE_HALT || closing->cause == CLOSE_WON)
		describe_halt(scope, text, sizeof(text));
	else
		verdict_describe(scope, text, sizeof(text));
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_CLOSED,
		.cause = causes[closing->cause],
		.text = text,
		.signo = closing->signo });
}

void
closing_close(struct scope *scope, enum close_cause cause)
{
	struct closing *closing = &scope->closing;
	bool first = closing->cause == CLOSE_NOT;
	bool limit = cause == CLOSE_TIMEOUT || cause == CLOSE_MOVED_ON;

	if (first || cause == CLOSE_SIGNAL ||
	    (limit && closing->cause == CLOSE_HALT && !scope->verdict.failed))
		closing->cause = cause;
	end_retries(scope);
	tell_closed(scope);
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
	    (closing_is_drained(scope) &&
		scope->roster.strays->family.n_orphans == 0);
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

int64_t
closing_time_left(const struct scope *scope)
{
	const struct scope_limits *limits = &scope->options->limits;
	int64_t ns = limits->timeout_ns, gone_ns;

	if (limits->move_on_ns < ns)
		ns = limits->move_on_ns;
	if (limits->told_ns < ns)
		ns = limits->told_ns;
	if (ns == NS_NEVER || scope->context.started_ns == 0)
		return ns;
	gone_ns = loop_now(scope->context.loop) - scope->context.started_ns;
	return gone_ns < ns ? ns - gone_ns : 0;
}

void
closing_init(struct scope *scope)
{
	struct closing *closing = &scope->closing;
	struct loop *loop = scope->context.loop;

	loop_timer_init(&closing->timeout_timer, timeout_fired, scope);
	loop_timer_init(&closing->move_on_timer, move_on_fired, scope);
	loop_timer_set(loop, &closing->timeout_timer,
	    loop_after(
		scope->context.started_ns, scope->options->limits.timeout_ns));
	loop_timer_set(loop, &closing->move_on_timer,
	    loop_after(
		scope->context.started_ns, scope->options->limits.move_on_ns));
}

void
closing_end_work(struct scope *scope)
{
	struct closing *closing = &scope->closing;
	struct loop *loop = scope->context.loop;
	struct job *job;

	tell_closed(scope);
	closing->stage = STAGE_SERVICES;
	loop_timer_clear(loop, &closing->timeout_timer);
	loop_timer_clear(loop, &closing->move_on_timer);
	ladder_rest(scope);
	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		job->release.dispensable = job->kind->vital;
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
closing_hang_up(struct scope *scope)
{
	size_t n = scope->roster.n_jobs;
	char text[120];

	closing_close(scope, CLOSE_HANGUP);
	snprintf(text, sizeof(text),
	    "%zu job%s to end: SIGHUP came, and no more are started (SIGTERM "
	    "stops what runs)",
	    n, n == 1 ? "" : "s");
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = text });
}

void
closing_quit(struct scope *scope, int64_t grace_ns)
{
	closing_close(scope, CLOSE_QUIT);
	ladder_quit(scope, grace_ns);
}

void
closing_signal(struct scope *scope, int signo)
{
	struct closing *closing = &scope->closing;
	bool again = closing->signo != 0;
	char name[SIGNAL_NAME_MAX], what[SIGNAL_NAME_MAX + 8];

	if (again && ladder_follow_outer(scope, signo))
		return;
	/* Slurm's time limit is told twice: srun gets SIGTERM and passes it on
	 */
	if (again && scope->options->agent != NULL)
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
