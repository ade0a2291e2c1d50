#include "shortage.h"

#include <errno.h>

#include "job/job.h"
#include "report/report.h"
#include "state.h"

/* The first pause before a start is tried again, and the longest. */
#define PAUSE_FIRST_NS (10 * NS_PER_MS)
#define PAUSE_MAX_NS (1 * NS_PER_S)
/* How long a shortage lasts until we say so. */
#define SAY_NS (5 * NS_PER_S)
/* How long it lasts until the job fails, if none runs whose end could help. */
#define GIVE_UP_NS (10 * NS_PER_S)
/* GIVE_UP_NS if we ourselves have all the descriptors: nobody can free some. */
#define GIVE_UP_ALONE_NS (500 * NS_PER_MS)

static void
timer_fired(struct loop_timer *timer)
{
	(void)timer; /* only wakes the loop; admission tries again */
}

void
shortage_init(struct scope *scope)
{
	struct shortage *shortage = &scope->shortage;

	shortage->pause_ns = PAUSE_FIRST_NS;
	loop_timer_init(&shortage->timer, timer_fired, scope);
}

void
shortage_release(struct scope *scope)
{
	loop_timer_clear(scope->context.loop, &scope->shortage.timer);
}

/*
 * True if a job runs whose end may bring what is missing.  Services do not
 * count, since they run until the work is over.  Nor do jobs that drain if job
 * is to run again: they may have to wait for its output.
 */
static bool
may_pass(const struct scope *scope, const struct job *job)
{
	const struct roster *roster = &scope->roster;
	size_t idle = roster->n_waiting + scope->slots.lent;

	if (job->state == JOB_WAITING)
		idle += roster->n_draining;
	return roster->n_open > idle;
}

void
shortage_tell(const struct scope *scope)
{
	const struct shortage *shortage = &scope->shortage;

	if (shortage->error == 0)
		return;
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_SHORTAGE,
		.job = &shortage->job,
		.error = shortage->error });
}

/* Says what is missing, once for each thing. */
static void
say(struct scope *scope)
{
	struct shortage *shortage = &scope->shortage;

	if (shortage->said == shortage->error)
		return;
	shortage->said = shortage->error;
	shortage_tell(scope);
}

/* The time at which the job fails, if none runs whose end could help. */
static int64_t
give_up_ns(const struct scope *scope)
{
	const struct shortage *shortage = &scope->shortage;
	bool alone = shortage->error == EMFILE && scope->roster.n_jobs == 0;

	return shortage->since_ns + (alone ? GIVE_UP_ALONE_NS : GIVE_UP_NS);
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool
shortage_wait(struct scope *scope, const struct job *job, int error)
{
	struct shortage *shortage = &scope->shortage;
	struct loop *loop = scope->context.loop;
	int64_t now_ns = loop_now(loop), until_ns;

	if (shortage->error == 0)
		shortage->since_ns = now_ns;
	shortage->error = error;
	shortage->job = (struct report_job){
		.kind = job->kind->name, .seq = job->seq, .name = job->name
	};
	until_ns = now_ns + shortage->pause_ns;
	shortage->pause_ns = earlier(shortage->pause_ns * 2, PAUSE_MAX_NS);
	if (now_ns - shortage->since_ns >= SAY_NS)
		say(scope);
	else
		until_ns = earlier(until_ns, shortage->since_ns + SAY_NS);
	if (now_ns < give_up_ns(scope))
		until_ns = earlier(until_ns, give_up_ns(scope));
	else if (!may_pass(scope, job))
		return false;
	loop_timer_set(loop, &shortage->timer, until_ns);
	return true;
}

bool
shortage_holds(const struct scope *scope)
{
	return scope->shortage.timer.deadline_ns != NS_NEVER;
}

void
shortage_wake(struct scope *scope)
{
	struct shortage *shortage = &scope->shortage;

	shortage->pause_ns = PAUSE_FIRST_NS;
	loop_timer_clear(scope->context.loop, &shortage->timer);
}

void
shortage_end(struct scope *scope)
{
	scope->shortage.error = 0;
	shortage_wake(scope);
}
