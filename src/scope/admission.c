#include "admission.h"

#include <errno.h>

#include "closing.h"
#include "job/launch.h"
#include "job/retry.h"
#include "job/states.h"
#include "output/output.h"
#include "roster.h"
#include "shortage.h"
#include "slots.h"
#include "sys/fd.h"
#include "verdict.h"

/* How many jobs start in one turn of the loop: signals must not wait long. */
#define STARTS_A_TURN 16

void
admission_init(struct scope *scope)
{
	struct admission *admission = &scope->admission;

	TAILQ_INIT(&admission->due);
	if (fd_keep_reserve(&admission->nofile) > 0)
		scope->context.nofile = &admission->nofile;
}

bool
admission_raise_files(struct scope *scope, int error)
{
	struct admission *admission = &scope->admission;

	if ((error != EMFILE && error != ENFILE) ||
	    scope->context.nofile != NULL ||
	    fd_raise_limit(&admission->nofile) <= 0)
		return false;
	scope->context.nofile = &admission->nofile;
	return true;
}

/* True if we could make a descriptor free, or raise our limit of them. */
static bool
find_files(struct scope *scope, int error)
{
	return admission_raise_files(scope, error) ||
	    (error == EMFILE &&
		(output_spare(scope->context.output) ||
		    feeds_spare(&scope->feeds)));
}

void
admission_due(struct scope *scope, struct job *job)
{
	struct admission *admission = &scope->admission;

	if (job->due_ns == 0)
		TAILQ_INSERT_TAIL(&admission->due, job, due_link);
	job->due_ns = loop_now(scope->context.loop);
	admission->again = true;
}

static void
undue(struct scope *scope, struct job *job)
{
	TAILQ_REMOVE(&scope->admission.due, job, due_link);
	job->due_ns = 0;
}

/*
 * False while its maker or the pace forbids a start, or its announcement is not
 * out.
 */
static bool
may_start(struct scope *scope, struct job *job)
{
	const struct job_hooks *hooks = job->hooks;

	if (hooks != NULL && hooks->waits != NULL && hooks->waits(job))
		return false;
	return (!job->kind->paced || pace_allows(&scope->pace)) &&
	    launch_announce(job);
}

/*
 * Begins an attempt of a job, which may be freed by that.  Returns 0; or an
 * errno if something was missing: nothing has changed then.
 */
static int
begin(struct scope *scope, struct job *job)
{
	const struct kind *kind = job->kind;
	int error = launch(job);

	if (error != 0) {
		launch_undo(job);
		return error;
	}
	shortage_end(scope);
	if (kind->paced)
		pace_started(&scope->pace);
	return 0;
}

/* True if a job that could not be started because of error is to wait. */
static bool
must_wait(struct scope *scope, const struct job *job, int error)
{
	return find_files(scope, error) ||
	    (launch_is_shortage(error) && shortage_wait(scope, job, error));
}

/*
 * Starts a job for the first time.  False if it must wait: nothing has changed
 * then.
 */
static bool
start(struct scope *scope, struct job *job)
{
	int error;

	closing_admit(scope, job);
	roster_join(scope, job);
	error = begin(scope, job);
	if (error == 0)
		return true;
	roster_leave(scope, job);
	if (must_wait(scope, job, error))
		return false;
	roster_join(scope, job);
	launch_fail(job, error);
	return true;
}

/* Starts the next attempt of a job that waits for it.  Returns as start(). */
static bool
start_again(struct scope *scope, struct job *job)
{
	int error = begin(scope, job);

	if (error == 0)
		return true;
	if (must_wait(scope, job, error))
		return false;
	job_miss_attempt(job, error);
	return true;
}

/* True if the scope has closed for the job, which is due. */
static bool
is_pointless(const struct scope *scope, const struct job *job)
{
	return job->state == JOB_WAITING ? !retry_may(job)
					 : closing_has_begun(scope);
}

static void
end_due(struct scope *scope, struct job *job)
{
	undue(scope, job);
	shortage_end(scope);
	if (job->state == JOB_WAITING)
		job_end(job);
	else
		job_drop(job);
}

/* Jobs that become due meanwhile go to the end of the list. */
static void
start_due(struct scope *scope)
{
	struct admission *admission = &scope->admission;
	struct job *job, *next;
	int budget = STARTS_A_TURN;

	TAILQ_FOREACH_SAFE(job, &admission->due, due_link, next) {
		bool waits = job->state == JOB_WAITING;

		if (is_pointless(scope, job)) {
			end_due(scope, job);
			continue;
		}
		if (scope->control.suspending || shortage_holds(scope) ||
		    !may_start(scope, job))
			continue;
		if (budget-- == 0) {
			admission->again = true;
			return;
		}
		undue(scope, job);
		if (waits ? !start_again(scope, job) : !start(scope, job))
			admission_due(scope, job);
	}
}

/* Asks the feeds for the next job.  False if none may start. */
static bool
take_next(struct scope *scope)
{
	struct admission *admission = &scope->admission;
	bool room = slots_have_room(scope, scope->options->jobs);

	if (scope->closing.stage == STAGE_SERVICES ||
	    (scope->closing.stage == STAGE_OPEN && closing_has_begun(scope)))
		return false;
	if (admission->pending != NULL)
		return room || !admission->pending->kind->takes_slot;
	for (size_t i = 0; i < FEEDS; i++) {
		const struct feed *feed = &scope->feeds.items[i];

		switch (feed->ops->next(feed->arg, room, &admission->pending)) {
		case FEED_JOB:
			admission->pending_ns = loop_now(scope->context.loop);
			return true;
		case FEED_NONE:
			break;
		case FEED_AGAIN:
			admission->again = true;
			return false;
		case FEED_BAD:
			verdict_bad_input(scope, feed->ops->error(feed->arg));
			closing_cancel(scope, CLOSE_INPUT);
			return false;
		case FEED_HOLD:
			return false;
		}
	}
	return false;
}

static void
start_fed(struct scope *scope, int budget)
{
	struct admission *admission = &scope->admission;
	struct job *job;

	for (; budget > 0; budget--) {
		closing_check_halt(scope); /* a start may have failed */
		if (scope->control.suspending || shortage_holds(scope) ||
		    !take_next(scope) || !may_start(scope, admission->pending))
			return;
		job = admission->pending;
		admission->pending = NULL;
		if (!start(scope, job))
			admission->pending = job;
	}
	admission->again = true;
}

/* Drops the pending job if the scope has closed for it. */
static void
drop_pending(struct scope *scope)
{
	struct admission *admission = &scope->admission;
	struct job *pending = admission->pending;

	if (pending == NULL ||
	    !(pending->kind->cleanup ? scope->closing.abandoned
				     : closing_has_begun(scope)))
		return;
	admission->dropped += pending->kind->work;
	shortage_end(scope);
	job_drop(pending);
	admission->pending = NULL;
}

/* True if the pending job has waited longer than those that are due. */
static bool
pending_is_first(const struct scope *scope)
{
	const struct admission *admission = &scope->admission;
	const struct job *due = TAILQ_FIRST(&admission->due);

	return admission->pending != NULL && due != NULL &&
	    admission->pending_ns <= due->due_ns;
}

void
admission_run(struct scope *scope)
{
	scope->admission.again = false;
	closing_check_halt(scope);
	drop_pending(scope);
	if (pending_is_first(scope))
		start_fed(scope, 1);
	start_due(scope);
	start_fed(scope, STARTS_A_TURN);
	drop_pending(scope);
}

void
admission_release(struct scope *scope)
{
	struct admission *admission = &scope->admission;
	struct job *job;

	while ((job = TAILQ_FIRST(&admission->due)) != NULL) {
		undue(scope, job);
		if (job->state != JOB_WAITING) /* the roster frees the others */
			job_drop(job);
	}
	if (admission->pending != NULL)
		job_drop(admission->pending);
}
