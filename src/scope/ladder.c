#include "ladder.h"

#include "contain/scan.h"
#include "job/states.h"
#include "state.h"

/* The time from SIGINT, SIGHUP or SIGQUIT to SIGTERM. */
#define STEP_NS (1 * NS_PER_S)

/*
 * The longest grace after a signal for an agent: what has started it, as Slurm,
 * may kill it 5 s after SIGTERM, and the controller must hear of all ends.
 */
#define AGENT_GRACE_NS (3 * NS_PER_S)

/* What jobs are sent when a signal came, and whether SIGTERM follows. */
struct step {
	int came, sent;
	bool steps;
};

static const struct step steps[] = {
	{ SIGINT, SIGINT, true },
	{ SIGHUP, SIGHUP, true },
	{ SIGQUIT, SIGQUIT, true },
};

static struct step
step_of(int signo)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].came == signo)
			return steps[i];
	return (struct step){ signo, SIGTERM, false };
}

static void
stop_all(struct scope *scope, enum job_event event, enum canceller by)
{
	struct job *job, *strays = scope->roster.strays;

	scan_look(scope->context.contain);
	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		if (kind_yields_to(job->kind, by))
			job_event(job, event);
	if (strays->family.n_orphans > 0 && kind_yields_to(strays->kind, by))
		job_event(strays, event);
}

/* Asks everybody with the signal; SIGKILL follows at the deadline. */
static void
ask_all(struct scope *scope, int signo, int64_t deadline_ns, enum canceller by)
{
	struct ladder *ladder = &scope->ladder;

	ladder->stop = (struct stop){ signo, deadline_ns };
	ladder->urgency = URGENCY_ASKED;
	scope->context.stop = &ladder->stop;
	stop_all(scope, JOB_STOP, by);
	scope->context.stop = NULL;
}

static void
kill_all(struct scope *scope, enum canceller by)
{
	scope->ladder.urgency = URGENCY_KILL;
	ladder_rest(scope);
	stop_all(scope, JOB_KILL, by);
}

void
ladder_cancel(struct scope *scope)
{
	const struct job_options *options = &scope->options->job;

	if (scope->ladder.urgency != URGENCY_NONE)
		return;
	if (options->grace_ns == 0)
		kill_all(scope, CANCEL_CLOSING);
	else
		ask_all(scope, options->cancel_signal,
		    loop_after(
			loop_now(scope->context.loop), options->grace_ns),
		    CANCEL_CLOSING);
}

void
ladder_cancel_helpers(struct scope *scope)
{
	stop_all(scope, JOB_STOP, CANCEL_SOON);
}

/* The first signal has not ended all jobs: asks with SIGTERM. */
static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;

	if (scope->ladder.urgency == URGENCY_ASKED)
		ask_all(scope, SIGTERM, scope->ladder.stop.deadline_ns,
		    CANCEL_SIGNAL);
}

void
ladder_init(struct scope *scope)
{
	loop_timer_init(&scope->ladder.timer, timer_fired, scope);
}

void
ladder_rest(struct scope *scope)
{
	loop_timer_clear(scope->context.loop, &scope->ladder.timer);
}

void
ladder_signal(struct scope *scope, int signo, bool again)
{
	struct loop *loop = scope->context.loop;
	int64_t now_ns = loop_now(loop);
	int64_t grace_ns = scope->options->job.grace_ns;
	const struct step step = step_of(signo);

	if (scope->options->agent != NULL && grace_ns > AGENT_GRACE_NS)
		grace_ns = AGENT_GRACE_NS;
	if (again || grace_ns == 0) {
		kill_all(scope, again ? CANCEL_ANY : CANCEL_SIGNAL);
		return;
	}
	ask_all(scope, step.sent,
	    loop_after(now_ns + (step.steps ? STEP_NS : 0), grace_ns),
	    CANCEL_SIGNAL);
	if (step.steps)
		loop_timer_set(loop, &scope->ladder.timer, now_ns + STEP_NS);
}

void
ladder_quit(struct scope *scope, int64_t grace_ns)
{
	struct ladder *ladder = &scope->ladder;
	int64_t deadline_ns =
	    loop_after(loop_now(scope->context.loop), grace_ns);

	if (ladder->urgency == URGENCY_KILL)
		return;
	if (ladder->urgency == URGENCY_ASKED &&
	    ladder->stop.deadline_ns < deadline_ns)
		deadline_ns = ladder->stop.deadline_ns;
	if (grace_ns == 0)
		kill_all(scope, CANCEL_SIGNAL);
	else
		ask_all(scope, scope->options->job.cancel_signal, deadline_ns,
		    CANCEL_SIGNAL);
}

void
ladder_ask(struct scope *scope, struct job *job, int signo, int64_t grace_ns)
{
	const struct stop stop = { signo,
		loop_after(loop_now(scope->context.loop), grace_ns) };

	scope->context.stop = &stop;
	job_event(job, grace_ns == 0 ? JOB_KILL : JOB_STOP);
	scope->context.stop = NULL;
}

bool
ladder_follow_outer(struct scope *scope, int signo)
{
	struct ladder *ladder = &scope->ladder;

	if (!scope->options->nested || signo != SIGTERM ||
	    !step_of(scope->closing.signo).steps || ladder->outer_stepped)
		return false;
	ladder->outer_stepped = true;
	if (ladder->timer.deadline_ns != NS_NEVER)
		timer_fired(&ladder->timer);
	return true;
}
