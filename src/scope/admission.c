#include "admission.h"

#include <assert.h>

#include "closing.h"
#include "files.h"
#include "job/elsewhere.h"
#include "job/launch.h"
#include "job/retry.h"
#include "job/states.h"
#include "job/tell.h"
#include "jobsfile.h"
#include "machines.h"
#include "output/output.h"
#include "readers.h"
#include "roster.h"
#include "share.h"
#include "shortage.h"
#include "slots.h"
#include "verdict.h"

/* How many jobs start in one turn of the loop: signals must not wait long. */
#define STARTS_A_TURN 16

void
admission_init(struct scope *scope)
{
	TAILQ_INIT(&scope->admission.due);
}

void
admission_due(struct scope *scope, struct job *job)
{
	struct admission *admission = &scope->admission;

	if (job->due.since_ns == 0)
		TAILQ_INSERT_TAIL(&admission->due, job, due.link);
	job->due.since_ns = loop_now(scope->context.loop);
	admission->again = true;
}

static void
undue(struct scope *scope, struct job *job)
{
	TAILQ_REMOVE(&scope->admission.due, job, due.link);
	job->due.since_ns = 0;
}

/*
 * A job that waits for its next attempt has kept its slot and token.  The CPUs
 * of other machines are not in our pool.  One that ends as it starts needs
 * none.
 */
static bool
takes_token(struct job *job)
{
	struct outcome outcome;

	return job->kind->takes_slot && job->state != JOB_WAITING &&
	    !elsewhere_is(job) && !launch_is_refused(job, &outcome);
}

/* How many jobs with a slot run when this one does, too. */
static size_t
running_with(const struct scope *scope, const struct job *job)
{
	return slots_running(scope) + (job->state != JOB_WAITING);
}

/*
 * False while a reader of a report, its maker or the pace forbids a start, or
 * its announcement is not out.
 */
static bool
may_start(struct scope *scope, struct job *job)
{
	const struct job_hooks *hooks = job->hooks;

	if (job->kind->counted && readers_hold(scope))
		return false;
	if (hooks != NULL && hooks->waits != NULL && hooks->waits(job))
		return false;
	return machines_allow(scope, job) &&
	    (!job->kind->paced ||
		pace_allows(&scope->pace, running_with(scope, job))) &&
	    launch_announce(job) && (!takes_token(job) || share_allows(scope));
}

/*
 * Begins an attempt of a job, which may be freed by that.  Returns 0; or an
 * errno if something was missing: nothing has changed then.
 */
static int
begin(struct scope *scope, struct job *job)
{
	const struct kind *kind = job->kind;
	int error;

	machines_place(scope, job);
	error = launch(job);
	if (error != 0) {
		machines_unplace(job);
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
	return files_find(scope, error) ||
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

	while ((job = machines_next_carrier(scope)) != NULL)
		admission_due(scope, job);
	TAILQ_FOREACH_SAFE(job, &admission->due, due.link, next) {
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

static void
tell_queued(const struct job *job)
{
	assert(job != NULL);
	if (job->kind->counted)
		tell_event(job, (struct report_event){ .kind = REPORT_QUEUED });
}

/*
 * Acts on the answer of a feed, which may have made the next job pending.  True
 * if the feed behind it is to be asked.
 */
static bool
heed(struct scope *scope, const struct feed *feed, enum feed_answer answer)
{
	struct admission *admission = &scope->admission;

	switch (answer) {
	case FEED_JOB:
		admission->pending_ns = loop_now(scope->context.loop);
		tell_queued(admission->pending);
		return false;
	case FEED_NONE:
		return true;
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
	return false;
}

/* True if one more job may run, here or on another machine. */
static bool
has_room(struct scope *scope)
{
	return scope->machines.n > 0
	    ? machines_have_room(scope)
	    : slots_have_room(scope, jobsfile_limit(scope));
}

/* Asks the feeds for the next job.  False if none may start. */
static bool
take_next(struct scope *scope)
{
	struct admission *admission = &scope->admission;
	bool room = has_room(scope);

	if (scope->closing.stage == STAGE_SERVICES ||
	    (scope->closing.stage == STAGE_OPEN && closing_has_begun(scope)))
		return false;
	if (admission->pending != NULL) /* one for any machine needs room */
		return room || admission->pending->place.bound != NULL ||
		    !admission->pending->kind->takes_slot;
	for (size_t i = 0; i < FEEDS; i++) {
		const struct feed *feed = &scope->feeds.items[i];

		if (feed->ops->prepare != NULL &&
		    !heed(scope, feed, feed->ops->prepare(feed->arg)))
			return false;
	}
	for (size_t i = 0; i < FEEDS; i++) {
		const struct feed *feed = &scope->feeds.items[i];

		if (!heed(scope, feed,
			feed->ops->next(feed->arg, room, &admission->pending)))
			break;
	}
	return admission->pending != NULL;
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
	tell_event(
	    pending, (struct report_event){ .kind = REPORT_NOT_STARTED });
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
	    admission->pending_ns <= due->due.since_ns;
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
	machines_check(scope);
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
