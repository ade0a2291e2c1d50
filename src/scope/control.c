#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/signalfd.h>

#include "base/msg.h"
#include "closing.h"
#include "contain/front.h"
#include "contain/reach.h"
#include "contain/reaper.h"
#include "contain/scan.h"
#include "job/states.h"
#include "job/tell.h"
#include "overview.h"
#include "report/report.h"
#include "state.h"
#include "sys/signals.h"
#include "tally.h"
#include "waiting.h"

#define READ_AT_ONCE 16
#define SUSPEND_GRACE_NS (100 * NS_PER_MS)
#define STATUS_LINES 50
/* How long a job may have stopped until we say so. */
#define SAY_STOPPED_NS (5 * NS_PER_S)

static void
signal_all(struct scope *scope, int signo)
{
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		reach_signal(&job->family, signo);
	reach_signal(&scope->strays->family, signo);
}

/* Counts each SIGTSTP as served that SIGCONT has discarded unread. */
static void
skip_stops(struct scope *scope)
{
	unsigned undone = front_undone_stops(scope->front);

	if (scope->control.served[SIGTSTP] < undone)
		scope->control.served[SIGTSTP] = undone;
	if (scope->control.from_others[SIGTSTP] < undone)
		scope->control.from_others[SIGTSTP] = undone;
}

/*
 * Undoes what SIGTSTP has begun, but does not continue the jobs.  stops: how
 * many SIGTSTP the front had forwarded before the SIGCONT that undoes them.
 */
static void
call_off(struct scope *scope, unsigned stops)
{
	struct job *job;

	if (!scope->control.suspending) {
		skip_stops(scope);
		return;
	}
	scope->control.suspending = false;
	/* SIGCONT has discarded each SIGTSTP that was pending */
	scope->control.from_others[SIGTSTP] = scope->control.served[SIGTSTP] =
	    stops;
	loop_timer_clear(scope->context.loop, &scope->control.suspend_timer);
	loop_skip_time(
	    scope->context.loop, loop_clock() - scope->control.suspend_ns);
	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		job->family.leader.stopped = false;
}

/* Jobs have stopped, or had time to: stops all for certain, then nursery. */
static void
suspend_now(struct scope *scope)
{
	signal_all(scope, SIGSTOP);
	overview_suspend(scope);
	call_off(
	    scope, front_stop_both(scope->front, scope->control.suspend_conts));
	signal_all(scope, SIGCONT);
}

static void
suspend_timer_fired(struct loop_timer *timer)
{
	suspend_now(timer->arg);
}

/* True if every job that can has stopped. */
static bool
have_all_stopped(const struct scope *scope)
{
	const struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		const struct leader *leader = &job->family.leader;

		if (leader->child && !leader->exited && !leader->stopped)
			return false;
	}
	return true;
}

/* Says once of each job that has stopped long ago that it is waited for. */
static void
stopped_timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		const struct leader *leader = &job->family.leader;

		if (job->state != JOB_RUNNING || !leader->child ||
		    leader->exited || !leader->stopped ||
		    job->attempt.said_stopped)
			continue;
		job->attempt.said_stopped = true;
		tell_event(job,
		    (struct report_event){
			.kind = REPORT_STOPPED, .pid = leader->member.pid });
	}
}

void
control_job_stopped(struct scope *scope, struct job *job, int signo)
{
	const struct outcome outcome = { .kind = OUTCOME_WANTS_TERMINAL,
		.detail = signo };
	struct loop *loop = scope->context.loop;

	if (scope->control.suspending) {
		if (have_all_stopped(scope))
			loop_timer_set(loop, &scope->control.suspend_timer,
			    loop_now(loop));
	} else if ((signo == SIGTTIN || signo == SIGTTOU) &&
	    job->state == JOB_RUNNING) {
		job_fail(job, &outcome);
	} else if (scope->control.stopped_timer.deadline_ns == NS_NEVER) {
		loop_timer_set(loop, &scope->control.stopped_timer,
		    loop_now(loop) + SAY_STOPPED_NS);
	}
}

static void
suspend(struct scope *scope)
{
	/* SIGCONT so far; for a SIGTSTP of the front: those before it */
	scope->control.suspend_conts = scope->control.from_others[SIGTSTP] >
		front_forwarded(scope->front, SIGTSTP)
	    ? front_forwarded(scope->front, SIGCONT)
	    : front_conts(scope->front);
	if (scope->control.suspending)
		return;
	scope->control.suspending = true;
	scope->control.suspend_ns = loop_clock();
	signal_all(scope, SIGTSTP);
	loop_timer_set(scope->context.loop, &scope->control.suspend_timer,
	    loop_now(scope->context.loop) +
		(scope->roster.n_jobs > 0 ? SUSPEND_GRACE_NS : 0));
}

/* Tells the state of jobs, up to STATUS_LINES of them, and the totals. */
static void
tell_status(struct scope *scope)
{
	struct report_event totals = { .kind = REPORT_TOTALS,
		.counts = &scope->tally.counts };
	const struct job *job;
	size_t shown = 0;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		if (shown++ == STATUS_LINES) {
			totals.count = scope->roster.n_jobs - STATUS_LINES;
			break;
		}
		tell_event(job, (struct report_event){ .kind = REPORT_STATUS });
	}
	waiting_tell(scope);
	tally_running(scope);
	report_tell(scope->context.report, &totals);
}

static void
serve_signal(struct scope *scope, int signo)
{
	if (signals_is_fatal(signo))
		closing_signal(scope, signo);
	else if (signo == SIGTSTP)
		suspend(scope);
	else if (signo == SIGUSR1)
		tell_status(scope);
}

/*
 * A signal to all processes of nursery comes twice: from the sender, and
 * forwarded by the front.  That is one signal: so a signal has come as often as
 * the greater of the two counts says.
 */
static void
serve_signals(struct scope *scope)
{
	for (int signo = 1; signo < NSIG; signo++) {
		unsigned came = front_forwarded(scope->front, signo);

		if (signo == SIGCHLD || signo == SIGCONT)
			continue;
		if (came < scope->control.from_others[signo])
			came = scope->control.from_others[signo];
		for (; scope->control.served[signo] < came;
		     scope->control.served[signo]++)
			serve_signal(scope, signo);
	}
}

/*
 * How many SIGTSTP the front had forwarded before the SIGCONT.  The front has
 * noted that for its own SIGCONT; one from elsewhere came at least after those
 * that were forwarded before we read it.
 */
static unsigned
stops_before(const struct scope *scope, const struct signalfd_siginfo *cont,
    unsigned forwarded)
{
	return (int)cont->ssi_pid == front_pid(scope->front)
	    ? front_undone_stops(scope->front)
	    : forwarded;
}

/*
 * The order matters: jobs that have ended are reaped before a fatal signal can
 * cancel them; and stopped jobs are asked to end before they are continued.
 */
static void
signals_ready(struct loop_io *io, uint32_t events)
{
	struct scope *scope = io->arg;
	struct signalfd_siginfo infos[READ_AT_ONCE];
	unsigned stops = front_forwarded(scope->front, SIGTSTP);
	ssize_t len = read(io->fd, infos, sizeof(infos));
	size_t count = len > 0 ? (size_t)len / sizeof(infos[0]) : 0;
	bool chld = false, cont = false, others = false;

	(void)events;
	for (size_t i = 0; i < count; i++) {
		unsigned signo = infos[i].ssi_signo;

		chld |= signo == SIGCHLD;
		cont |= signo == SIGCONT;
		others |= signo != SIGCHLD && signo != SIGCONT;
		if (signo == SIGCONT)
			stops = stops_before(scope, &infos[i], stops);
		if (!front_counts(scope->front, &infos[i]))
			scope->control.from_others[signo]++;
	}
	if (chld)
		scan_reap(scope->context.contain);
	if (cont)
		call_off(scope, stops);
	if (others)
		serve_signals(scope);
	if (cont && !scope->control.suspending)
		signal_all(scope, SIGCONT);
}

/* The front was killed: nobody waits for us, but nothing may be left. */
static void
front_gone(struct loop_io *io, uint32_t events)
{
	struct scope *scope = io->arg;

	(void)events;
	overview_leave(scope);
	front_end_all(scope->front);
	_exit(msg_failure());
}

static void
panic(void)
{
	reaper_kill_all(getpgid(getppid())); /* the group of the front */
}

void
control_init(struct scope *scope)
{
	int fd = signals_open(scope->context.signals);

	scope->control.signal_io.ready = signals_ready;
	scope->control.signal_io.arg = scope;
	scope->control.signal_io.urgent = true;
	scope->control.front_io.ready = front_gone;
	scope->control.front_io.arg = scope;
	if (fd < 0 ||
	    loop_add(scope->context.loop, &scope->control.signal_io, fd,
		EPOLLIN) < 0 ||
	    loop_add(scope->context.loop, &scope->control.front_io,
		front_watch_fd(scope->front), EPOLLIN) < 0)
		msg_fatal("cannot watch for signals: %s", strerror(errno));
	loop_timer_init(
	    &scope->control.suspend_timer, suspend_timer_fired, scope);
	loop_timer_init(
	    &scope->control.stopped_timer, stopped_timer_fired, scope);
	msg_set_panic(panic);
}

void
control_release(struct scope *scope)
{
	int fd = scope->control.signal_io.fd;

	loop_del(scope->context.loop, &scope->control.signal_io);
	loop_del(scope->context.loop, &scope->control.front_io);
	loop_timer_clear(scope->context.loop, &scope->control.stopped_timer);
	close(fd);
}
