#include "states.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "contain/reach.h"
#include "ending.h"
#include "executor.h"
#include "output/output.h"
#include "output/relay.h"
#include "retry.h"
#include "stopping.h"
#include "sys/usage.h"
#include "tell.h"

#define ORPHAN_GRACE_NS (1 * NS_PER_S)
#define KILL_PAUSE_NS (10 * NS_PER_MS)
#define KILL_GIVE_UP_NS (10 * NS_PER_S)
/* The shortest wait after an attempt that could not even begin. */
#define START_PAUSE_NS (50 * NS_PER_MS)

/* The one place that changes a job's state. */
static void
set_state(struct job *job, enum job_state state)
{
	enum job_state from = job->state;

	job->state = state;
	job->context->events.moved(job, from);
}

static int64_t
now(const struct job *job)
{
	return loop_now(job->context->loop);
}

static void
timer_fired(struct loop_timer *timer)
{
	job_event(timer->arg, JOB_TIMER);
}

static void
arm(struct job *job, int64_t deadline_ns)
{
	job->timer.fire = timer_fired;
	loop_timer_set(job->context->loop, &job->timer, deadline_ns);
}

/* When the job has written nothing for too long. */
static int64_t
idle_limit(const struct job *job)
{
	return job->output.capture == NULL || !job->kind->limited
	    ? NS_NEVER
	    : loop_after(job->attempt.wrote_ns,
		  job->context->options->idle_timeout_ns);
}

static void
arm_limits(struct job *job)
{
	int64_t idle_ns = idle_limit(job), limit_ns = job->attempt.limit_ns;

	arm(job, limit_ns < idle_ns ? limit_ns : idle_ns);
}

void
job_begin_attempt(struct job *job)
{
	struct attempt *attempt = &job->attempt;

	family_begin(&job->family);
	set_state(job, JOB_RUNNING);
	*attempt = (struct attempt){ .number = attempt->number + 1,
		.started_ns = now(job),
		.wall_ns = usage_wall_ns(),
		.wrote = { -1, -1 } };
}

void
job_began(struct job *job)
{
	struct attempt *attempt = &job->attempt;

	/* many start in one turn */
	attempt->started_ns = loop_moment(job->context->loop);
	attempt->wrote_ns = now(job);
	attempt->wall_ns = usage_wall_ns();
	attempt->our_rss = usage_our_rss();
	attempt->limit_ns = job->kind->limited
	    ? loop_after(attempt->started_ns, job->context->timeout_ns)
	    : NS_NEVER;
	arm_limits(job);
}

void
job_begin_lasting(struct job *job)
{
	family_begin_leaderless(&job->family);
	job->attempt.warned = false;
	arm(job, NS_NEVER);
	set_state(job, JOB_LINGERING);
}

static void
judge(struct job *job)
{
	if (job->judged)
		return;
	job->judged = true;
	job->context->events.judged(job);
	if (job->hooks != NULL && job->hooks->judged != NULL)
		job->hooks->judged(job);
}

/* A failure counts at once, unless the job may yet succeed. */
void
job_set_outcome(struct job *job, const struct outcome *outcome)
{
	struct attempt *attempt = &job->attempt;

	if (attempt->known)
		return;
	attempt->outcome = *outcome;
	attempt->known = true;
	attempt->known_ns = now(job);
	if (outcome_is_failure(outcome) && !retry_may(job))
		judge(job);
}

void
job_leader_status(struct job *job, int code, int status)
{
	const struct outcome outcome = ending_of_leader(job, code, status);

	if (outcome_is_failure(&outcome))
		job_set_outcome(job, &outcome);
}

void
job_fail(struct job *job, const struct outcome *outcome)
{
	job_set_outcome(job, outcome);
	job_event(job, JOB_STOP);
}

/* The actions of the table. */

static void
begin_lingering(struct job *job)
{
	set_state(job, JOB_LINGERING);
	if (job->context->options->orphans != ORPHANS_WAIT || job->place.ebbing)
		arm(job, NS_NEVER);
}

static void
end_orphans(struct job *job)
{
	const struct outcome failure = { .kind = OUTCOME_LEFT_ORPHANS };
	enum orphans_policy policy = job->context->options->orphans;
	bool left;

	if (policy == ORPHANS_WAIT)
		return;
	if (policy == ORPHANS_LEAVE) {
		family_leave_orphans(&job->family);
		return;
	}
	left = tell_orphans(job);
	if (job->family.asked == 0)
		arm(job, loop_after(now(job), ORPHAN_GRACE_NS));
	reach_ask(&job->family, SIGTERM);
	if (policy == ORPHANS_FAIL && left && !job->kind->lasts)
		job_set_outcome(job, &failure);
}

/* Asks orphans that have not got the signal yet, with the group or alone. */
static void
ask_orphans(struct job *job)
{
	reach_ask(&job->family, job->family.asked);
}

/*
 * Makes it the outcome that we stop the job, unless that has ended already.
 * With --orphans=wait it ends with its last orphan.
 */
static void
set_stopped(struct job *job)
{
	const struct outcome stopped = { .kind = job->kind->stopped };
	const struct family *family = &job->family;
	bool wait = job->context->options->orphans == ORPHANS_WAIT;

	if (!family->leader.exited || (wait && family->n_orphans > 0))
		job_set_outcome(job, &stopped);
}

/*
 * Asks the job to end.  If all jobs are asked, context->stop says how; a single
 * job gets the signal of the options, or the one that it got before, and the
 * full grace.
 */
static void
stop(struct job *job)
{
	const struct job_options *options = job->context->options;
	const struct stop *all = job->context->stop;
	struct stop how = { options->cancel_signal,
		loop_after(now(job), options->grace_ns) };
	bool first;

	if (all != NULL)
		how = *all;
	else if (job->family.asked != 0)
		how.signo = job->family.asked;
	set_stopped(job);
	first = job->family.asked != how.signo;
	stopping_ask(job, &how);
	arm(job, stopping_next_ns(job));
	set_state(job, JOB_STOPPING);
	job->place.executor->ask(job, &how);
	if (first)
		tell_event(job,
		    (struct report_event){
			.kind = REPORT_ASKED, .signo = how.signo });
}

static void
kill_again(struct job *job)
{
	if (now(job) >= job->attempt.give_up_ns) {
		job->place.executor->give_up(job);
		return;
	}
	job->place.executor->kill(job);
	arm(job, loop_after(now(job), KILL_PAUSE_NS));
}

void
job_heard(struct job *job)
{
	job->attempt.wrote_ns = now(job);
}

void
job_progressed(struct job *job)
{
	job->attempt.give_up_ns = loop_after(now(job), KILL_GIVE_UP_NS);
}

static void
begin_killing(struct job *job)
{
	bool asked = job->state == JOB_STOPPING && job->kind->counted;

	set_stopped(job);
	job->attempt.outcome.killed = asked;
	set_state(job, JOB_KILLING);
	tell_event(job,
	    (struct report_event){ .kind = REPORT_KILLED,
		.signo = asked ? job->family.asked : 0,
		.elapsed_ns = now(job) - job->attempt.asked_ns });
	job_progressed(job);
	kill_again(job);
}

static void
stop_on(struct job *job)
{
	int signo = stopping_take(job);

	if (signo == 0) {
		begin_killing(job);
		return;
	}
	job->place.executor->signal(job, signo);
	arm(job, stopping_next_ns(job));
}

static void
check_limits(struct job *job)
{
	const struct job_options *options = job->context->options;
	const struct outcome too_long = { .kind = OUTCOME_JOB_TIMEOUT,
		.limit_ns = job->context->timeout_ns };
	const struct outcome idle = { .kind = OUTCOME_IDLE_TIMEOUT,
		.limit_ns = options->idle_timeout_ns };

	if (job->output.capture != NULL &&
	    capture_is_held_back(job->output.capture))
		job->attempt.wrote_ns =
		    now(job); /* silent because we do not read */
	if (now(job) >= job->attempt.limit_ns)
		job_fail(job, &too_long);
	else if (now(job) >= idle_limit(job))
		job_fail(job, &idle);
	else
		arm_limits(job);
}

/* Orphans have the limits of the job (--orphans=wait), or 1 s, now over. */
static void
check_lingering(struct job *job)
{
	if (job->context->options->orphans == ORPHANS_WAIT)
		check_limits(job);
	else
		begin_killing(job);
}

void
job_end(struct job *job)
{
	if (job->state == JOB_WAITING)
		set_state(job, JOB_DRAINING);
	/* it would have run again, but nobody needs that any more */
	if (job->kind->vital && !job->judged &&
	    (job->release.dispensable || job->release.no_retry))
		job->attempt.outcome.kind = job->kind->stopped;
	judge(job);
	if (job->output.on_hold)
		capture_release(job->output.capture);
	job->context->events.over(job);
	job_drop(job);
}

static int64_t
wait_for_retry(const struct job *job)
{
	return retry_wait_ns(
	    job->context->options->retry_delay_ns, job->attempt.number);
}

static void
await_attempt(struct job *job, int64_t at_least_ns)
{
	const struct job_hooks *hooks = job->hooks;
	bool restarts = hooks != NULL && hooks->repeat != NULL;
	int64_t wait_ns = restarts ? hooks->repeat(job) : wait_for_retry(job);
	const struct report_usage usage = tell_usage(job);

	if (wait_ns < at_least_ns)
		wait_ns = at_least_ns;
	if (job->context->options->show_attempts && !restarts)
		capture_show(job->output.capture);
	tell_event(job,
	    (struct report_event){ .kind = REPORT_RETRY,
		.outcome = &job->attempt.outcome,
		.usage = &usage,
		.restart = restarts,
		.wait_ns = wait_ns });
	/* in the next turn at the earliest: signals must not wait */
	arm(job, loop_after(now(job), wait_ns > 0 ? wait_ns : 1));
	set_state(job, JOB_WAITING);
}

/* The attempt is over: the job waits for the next one, or is freed. */
static void
end_attempt(struct job *job, int64_t at_least_ns)
{
	if (retry_may(job))
		await_attempt(job, at_least_ns);
	else
		job_end(job);
}

/* Reads the rest of what the job wrote; may free the job. */
static void
drain(struct job *job)
{
	struct job_output *output = &job->output;
	int error = 0;

	if (output->capture != NULL) {
		capture_drain(output->capture);
		return;
	}
	if (output->relay != NULL)
		error = relay_drain(output->relay,
		    !job->kind->mute &&
			outcome_is_failure(&job->attempt.outcome));
	if (error != 0)
		tell_unread(job, strerror(error));
	relay_free(output->relay);
	output->relay = NULL;
	end_attempt(job, 0);
}

/* The job may be freed by this. */
static void
begin_draining(struct job *job)
{
	struct outcome outcome;

	if (job->kind->lasts) {
		job_begin_lasting(job);
		return;
	}
	outcome = ending_of_processes(job);
	job_set_outcome(job, &outcome);
	arm(job, NS_NEVER);
	set_state(job, JOB_DRAINING);
	job_end_family(job);
	if (!outcome_is_failure(&job->attempt.outcome))
		judge(job);
	drain(job);
}

void
job_end_unstarted(struct job *job, const struct outcome *outcome)
{
	struct attempt *attempt = &job->attempt;

	if (attempt->number == 0) {
		attempt->started_ns = now(job);
		attempt->wall_ns = usage_wall_ns();
		attempt->wrote[0] = attempt->wrote[1] = -1;
	}
	job_set_outcome(job, outcome);
	set_state(job, JOB_DRAINING);
	job_end_family(job);
	drain(job);
}

void
job_drained(struct job *job, int error, const int64_t wrote[2])
{
	memcpy(job->attempt.wrote, wrote, sizeof(job->attempt.wrote));
	if (error != 0)
		tell_unread(job, strerror(error));
	end_attempt(job, job->attempt.repeat_ns);
}

void
job_miss_attempt(struct job *job, int error)
{
	struct attempt *attempt = &job->attempt;

	attempt->outcome = outcome_of_start_error(error);
	attempt->number++;
	attempt->started_ns = attempt->known_ns = now(job);
	attempt->wall_ns = usage_wall_ns();
	attempt->wrote[0] = attempt->wrote[1] = -1;
	set_state(job, JOB_DRAINING);
	end_attempt(job, START_PAUSE_NS);
}

/* Leaves the next step to the scope: this event must not free the job. */
static void
become_due(struct job *job)
{
	arm(job, NS_NEVER);
	job->context->events.due(job);
}

static void
nothing(struct job *job)
{
	(void)job;
}

struct action {
	const char *name;
	void (*run)(struct job *job);
};

#define A(function)                                                            \
	{                                                                      \
#		function, function                                            \
	}
#define NOTHING                                                                \
	{                                                                      \
		"", nothing                                                    \
	}
#define CANNOT                                                                 \
	{                                                                      \
		NULL, NULL                                                     \
	}

/*
 * What a job does in each state for each event.  HACKING.md shows the same
 * table; tests/unit/job-states.bats compares them.
 */
static const struct action table[JOB_STATES][JOB_EVENTS] = {
	[JOB_RUNNING] = {
		[JOB_LEADER_EXITED] = A(begin_lingering),
		[JOB_ORPHANED] = NOTHING,
		[JOB_GONE] = CANNOT,
		[JOB_STOP] = A(stop),
		[JOB_KILL] = A(begin_killing),
		[JOB_TIMER] = A(check_limits),
	},
	[JOB_STOPPING] = {
		[JOB_LEADER_EXITED] = NOTHING,
		[JOB_ORPHANED] = A(ask_orphans),
		[JOB_GONE] = A(begin_draining),
		[JOB_STOP] = A(stop),
		[JOB_KILL] = A(begin_killing),
		[JOB_TIMER] = A(stop_on),
	},
	[JOB_KILLING] = {
		[JOB_LEADER_EXITED] = NOTHING,
		[JOB_ORPHANED] = A(kill_again),
		[JOB_GONE] = A(begin_draining),
		[JOB_STOP] = NOTHING,
		[JOB_KILL] = NOTHING,
		[JOB_TIMER] = A(kill_again),
	},
	[JOB_LINGERING] = {
		[JOB_LEADER_EXITED] = CANNOT,
		[JOB_ORPHANED] = A(end_orphans),
		[JOB_GONE] = A(begin_draining),
		[JOB_STOP] = A(stop),
		[JOB_KILL] = A(begin_killing),
		[JOB_TIMER] = A(check_lingering),
	},
	[JOB_DRAINING] = {
		[JOB_LEADER_EXITED] = CANNOT,
		[JOB_ORPHANED] = NOTHING,
		[JOB_GONE] = CANNOT,
		[JOB_STOP] = NOTHING,
		[JOB_KILL] = NOTHING,
		[JOB_TIMER] = NOTHING,
	},
	[JOB_WAITING] = {
		[JOB_LEADER_EXITED] = CANNOT,
		[JOB_ORPHANED] = NOTHING,
		[JOB_GONE] = CANNOT,
		[JOB_STOP] = A(become_due),
		[JOB_KILL] = A(become_due),
		[JOB_TIMER] = A(become_due),
	},
};

void
job_event(struct job *job, enum job_event event)
{
	const struct action *action = &table[job->state][event];

	assert(action->run != NULL);
	action->run(job);
}

const char *
job_action_name(enum job_state state, enum job_event event)
{
	return table[state][event].name;
}
