#include "job.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "feed_spawned.h"
#include "output/relay.h"
#include "reach.h"
#include "retry.h"
#include "state.h"

#define ORPHAN_GRACE_NS (1 * NS_PER_S)
#define KILL_PAUSE_NS (10 * NS_PER_MS)
#define KILL_GIVE_UP_NS (10 * NS_PER_S)

static void
timer_fired(struct loop_timer *timer)
{
	job_event(timer->arg, JOB_TIMER);
}

struct job *
job_new(struct nursery *n, enum job_kind kind, uint64_t seq, const char *text,
    size_t len)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->nursery = n;
	job->kind = kind_of(kind);
	job->seq = seq;
	job->pidfd = -1;
	job->state = JOB_RUNNING;
	LIST_INIT(&job->orphans);
	job->leader.job = job;
	job->leader.is_leader = true;
	loop_timer_init(&job->timer, timer_fired, job);
	command_init(&job->command, text, len, n->options->job.shell,
	    n->options->job.direct);
	return job;
}

void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	assert(!job->in_lingering && LIST_EMPTY(&job->orphans));
	loop_timer_clear(job->nursery->loop, &job->timer);
	if (job->pidfd >= 0)
		close(job->pidfd);
	proclist_release(&job->below);
	relay_free(job->relay);
	command_release(&job->command);
	errand_unref(job->errand);
	free(job);
}

/* How long it waits, ran until it failed, or has run. */
static int64_t
elapsed_ns(const struct job *job)
{
	int64_t now_ns = loop_now(job->nursery->loop);

	if (job->state == JOB_WAITING)
		return now_ns - job->known_ns;
	if (job->outcome_known && outcome_is_failure(&job->outcome))
		return job->known_ns - job->started_ns;
	return now_ns - job->started_ns;
}

struct report_job
job_for_report(const struct job *job)
{
	return (struct report_job){
		.kind = job->kind->name,
		.seq = job->seq,
		.text = job->command.text,
		.text_len = job->command.len,
		.attempt = job->attempt,
		.elapsed_ns = elapsed_ns(job),
	};
}

bool
job_is_alive(const struct job *job)
{
	return job->state != JOB_DRAINING && job->state != JOB_WAITING;
}

static void
arm(struct job *job, int64_t deadline_ns)
{
	loop_timer_set(job->nursery->loop, &job->timer, deadline_ns);
}

/* When the job has written nothing for too long. */
static int64_t
idle_limit(const struct job *job)
{
	return job->capture == NULL || !job->kind->limited
	    ? NS_NEVER
	    : loop_after(
		  job->wrote_ns, job->nursery->options->job.idle_timeout_ns);
}

static void
arm_limits(struct job *job)
{
	int64_t idle_ns = idle_limit(job);

	arm(job, job->limit_ns < idle_ns ? job->limit_ns : idle_ns);
}

void
job_begin_attempt(struct job *job)
{
	assert(LIST_EMPTY(&job->orphans) && !job->leader.listed);
	if (job->pidfd >= 0)
		close(job->pidfd);
	job->pidfd = -1;
	job->nursery->n_waiting -= job->state == JOB_WAITING;
	job->state = JOB_RUNNING;
	job->leader.pid = 0;
	job->leader_exited = job->leader_stopped = job->leader_reaped = false;
	job->asked = 0;
	job->warned = job->outcome_known = false;
	job->below.len = 0;
	job->attempt++;
	job->started_ns = loop_now(job->nursery->loop);
}

void
job_began(struct job *job)
{
	struct nursery *n = job->nursery;

	job->started_ns = job->wrote_ns = loop_now(n->loop);
	job->limit_ns = job->kind->limited
	    ? loop_after(job->started_ns, n->options->job.timeout_ns)
	    : NS_NEVER;
	arm_limits(job);
}

static void
judge(struct job *job)
{
	if (job->judged)
		return;
	job->judged = true;
	closing_judge(job->nursery, job);
}

/* A failure counts at once, unless the job may yet succeed. */
static void
set_outcome(struct job *job, const struct outcome *outcome)
{
	if (job->outcome_known)
		return;
	job->outcome = *outcome;
	job->outcome_known = true;
	job->known_ns = loop_now(job->nursery->loop);
	if (outcome_is_failure(outcome) && !retry_may(job))
		judge(job);
}

void
job_fail(struct job *job, const struct outcome *outcome)
{
	set_outcome(job, outcome);
	job_event(job, JOB_STOP);
}

void
job_leader_status(struct job *job, int code, int status)
{
	struct outcome outcome = code == CLD_EXITED ? outcome_of_exit(status)
						    : outcome_of_signal(status);

	job->leader_exited = true;
	if (code == CLD_EXITED && job->kind->counted && !job->kind->vital &&
	    codes_have(&job->nursery->options->job.ok_codes, status))
		outcome.kind = OUTCOME_SUCCEEDED;
	if (job->kind->vital && job->nursery->stage != STAGE_OPEN)
		outcome.kind = job->kind->stopped; /* not needed any more */
	else if (job->kind->vital && outcome.kind == OUTCOME_SUCCEEDED)
		outcome.kind = OUTCOME_ENDED_EARLY;
	if (outcome_is_failure(&outcome))
		set_outcome(job, &outcome);
}

/* The actions of the state table, 1 to 10 lines each. */

static void
linger(struct job *job)
{
	struct nursery *n = job->nursery;

	TAILQ_INSERT_TAIL(&n->lingering, job, linger_link);
	job->in_lingering = true;
}

static void
begin_lingering(struct job *job)
{
	job->state = JOB_LINGERING;
	if (job->nursery->options->job.orphans != ORPHANS_WAIT)
		arm(job, NS_NEVER);
	linger(job);
}

static void
name_orphans(struct job *job)
{
	char names[256];
	const char *least =
	    job->nursery->members.more_to_adopt ? "at least " : "";

	if (job->warned)
		return;
	job->warned = true;
	reach_name_orphans(job, names, sizeof(names));
	if (job->n_orphans == 0) /* there is no /proc to list them */
		msg_warn("%s %llu left processes behind", job->kind->name,
		    (unsigned long long)job->seq);
	else if (job->seq > 0)
		msg_warn("%s %llu left %s%zu process%s behind: %s",
		    job->kind->name, (unsigned long long)job->seq, least,
		    job->n_orphans, job->n_orphans == 1 ? "" : "es", names);
	else
		msg_warn("%s%zu process%s of finished jobs left behind: %s",
		    least, job->n_orphans, job->n_orphans == 1 ? "" : "es",
		    names);
}

static void
end_orphans(struct job *job)
{
	const struct outcome failure = { .kind = OUTCOME_LEFT_ORPHANS };
	struct nursery *n = job->nursery;

	if (n->options->job.orphans == ORPHANS_WAIT)
		return;
	if (n->options->job.orphans == ORPHANS_LEAVE) {
		members_leave_orphans(job);
		return;
	}
	name_orphans(job);
	if (job->asked == 0)
		arm(job, loop_after(loop_now(n->loop), ORPHAN_GRACE_NS));
	reach_ask(job, SIGTERM);
	if (n->options->job.orphans == ORPHANS_FAIL && job->seq > 0)
		set_outcome(job, &failure);
}

/* Those that were asked as members of the group are not asked again. */
static void
ask_orphans(struct job *job)
{
	reach_ask(job, job->asked);
}

/* With --orphans=wait what a job has left is part of it. */
static void
set_stopped(struct job *job)
{
	const struct outcome stopped = { .kind = job->kind->stopped };
	bool wait = job->nursery->options->job.orphans == ORPHANS_WAIT;

	if (!job->leader_exited || (wait && job->n_orphans > 0))
		set_outcome(job, &stopped);
}

/* A stop never moves a deadline that runs already to a later time. */
static void
stop(struct job *job)
{
	struct nursery *n = job->nursery;
	int64_t deadline_ns = n->asking_all
	    ? n->kill_at_ns
	    : loop_after(loop_now(n->loop), n->options->job.grace_ns);
	int signo = n->options->job.cancel_signal;

	if (n->asking_all)
		signo = n->stop_signal;
	else if (job->asked != 0)
		signo = job->asked; /* it is being stopped already */

	set_stopped(job);
	if (job->asked == 0 || deadline_ns < job->timer.deadline_ns)
		arm(job, deadline_ns);
	job->state = JOB_STOPPING;
	reach_ask(job, signo);
}

static void
kill_again(struct job *job)
{
	int64_t now_ns = loop_now(job->nursery->loop);

	if (now_ns >= job->give_up_ns) {
		members_give_up(job);
		return;
	}
	reach_signal(job, SIGKILL);
	arm(job, loop_after(now_ns, KILL_PAUSE_NS));
}

void
job_progressed(struct job *job)
{
	job->give_up_ns =
	    loop_after(loop_now(job->nursery->loop), KILL_GIVE_UP_NS);
}

static void
begin_killing(struct job *job)
{
	set_stopped(job);
	job->state = JOB_KILLING;
	job_progressed(job);
	kill_again(job);
}

static void
check_limits(struct job *job)
{
	const struct scope_options *options = job->nursery->options;
	const struct outcome too_long = { .kind = OUTCOME_JOB_TIMEOUT,
		.limit_ns = options->job.timeout_ns };
	const struct outcome idle = { .kind = OUTCOME_IDLE_TIMEOUT,
		.limit_ns = options->job.idle_timeout_ns };
	int64_t now_ns = loop_now(job->nursery->loop);

	if (job->capture != NULL && capture_is_held_back(job->capture))
		job->wrote_ns = now_ns; /* it is we who do not read */
	if (now_ns >= job->limit_ns)
		job_fail(job, &too_long);
	else if (now_ns >= idle_limit(job))
		job_fail(job, &idle);
	else
		arm_limits(job);
}

/* While its orphans linger: --orphans=wait has the job's limits, kill 1 s. */
static void
check_lingering(struct job *job)
{
	if (job->nursery->options->job.orphans == ORPHANS_WAIT)
		check_limits(job);
	else
		begin_killing(job);
}

static void
begin_draining(struct job *job)
{
	const struct outcome success = { .kind = OUTCOME_SUCCEEDED };

	set_outcome(job, &success);
	arm(job, NS_NEVER);
	job->state = JOB_DRAINING;
	job->nursery->n_draining += job->kind->holds_open;
	members_remove_leader(job);
	if (!outcome_is_failure(&job->outcome))
		judge(job);
	admission_drain(job); /* the job may be freed by this */
}

void
job_end_unstarted(struct job *job, const struct outcome *outcome)
{
	set_outcome(job, outcome);
	job->state = JOB_DRAINING;
	job->nursery->n_draining += job->kind->holds_open;
	admission_drain(job);
}

void
job_end(struct job *job)
{
	judge(job);
	if (job->on_hold)
		capture_release(job->capture);
	admission_job_over(job->nursery, job);
}

void
job_drained(struct job *job)
{
	if (retry_may(job))
		retry_wait(job);
	else
		job_end(job);
}

/* Its waiting is over: its timer decides, for no job is freed in an event. */
static void
hurry(struct job *job)
{
	retry_soon(job);
}

static void
try_again(struct job *job)
{
	retry_now(job);
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
		[JOB_LEADER_EXITED] = A(linger),
		[JOB_ORPHANED] = A(ask_orphans),
		[JOB_GONE] = A(begin_draining),
		[JOB_STOP] = A(stop),
		[JOB_KILL] = A(begin_killing),
		[JOB_TIMER] = A(begin_killing),
	},
	[JOB_KILLING] = {
		[JOB_LEADER_EXITED] = A(linger),
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
		[JOB_STOP] = A(hurry),
		[JOB_KILL] = A(hurry),
		[JOB_TIMER] = A(try_again),
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

const char *
job_state_name(enum job_state state)
{
	static const char *const names[JOB_STATES] = {
		[JOB_RUNNING] = "running",
		[JOB_STOPPING] = "stopping",
		[JOB_KILLING] = "killing",
		[JOB_LINGERING] = "lingering",
		[JOB_DRAINING] = "draining",
		[JOB_WAITING] = "waiting",
	};

	return names[state];
}
