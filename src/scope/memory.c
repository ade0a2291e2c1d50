#include "memory.h"

#include <signal.h>

#include "job/elsewhere.h"
#include "job/executor.h"
#include "state.h"
#include "sys/pressure.h"

/* How often the memory is looked at. */
#define LOOK_NS (1 * NS_PER_S)

/* Whether it is a job that can be stopped, or is. */
static bool
is_ours(const struct job *job)
{
	return job->kind->work && job->state == JOB_RUNNING &&
	    !elsewhere_is(job);
}

static void
set_suspended(struct job *job, bool suspended)
{
	if (job->attempt.suspended == suspended)
		return;
	job->attempt.suspended = suspended;
	/* who waits for a job that we have stopped need not be told */
	job->attempt.said.stopped = suspended;
	job->place.executor->signal(job, suspended ? SIGSTOP : SIGCONT);
}

/*
 * How many jobs may run with so many bytes free: one below 1.5 times the limit,
 * two there, four at 1.75, and so on.
 */
static size_t
allowed(int64_t free, int64_t limit)
{
	return (size_t)(1 / (2 - (double)free / (double)limit)) + 1;
}

/* There is enough: one that was stopped may go on, the oldest first. */
static void
resume_one(struct scope *scope)
{
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		if (!is_ours(job) || !job->attempt.suspended)
			continue;
		set_suspended(job, false);
		return;
	}
}

static void
keep_oldest(struct scope *scope, size_t n)
{
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		if (!is_ours(job))
			continue;
		set_suspended(job, n == 0);
		n -= n > 0;
	}
}

static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;
	int64_t limit = scope->options->parallel.memory_suspend, free;

	if (pressure_memory("", &free) < 0 || free >= 2 * limit)
		resume_one(scope);
	else
		keep_oldest(scope, allowed(free, limit));
	loop_timer_set(scope->context.loop, timer,
	    loop_now(scope->context.loop) + LOOK_NS);
}

void
memory_init(struct scope *scope)
{
	struct loop_timer *timer = &scope->control.memory_timer;

	loop_timer_init(timer, timer_fired, scope);
	if (scope->options->parallel.memory_suspend > 0)
		loop_timer_set(scope->context.loop, timer,
		    loop_now(scope->context.loop) + LOOK_NS);
}

void
memory_release(struct scope *scope)
{
	loop_timer_clear(scope->context.loop, &scope->control.memory_timer);
}
