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
#include "files.h"
#include "job/elsewhere.h"
#include "job/executor.h"
#include "job/states.h"
#include "job/tell.h"
#include "job/voice.h"
#include "keyboard.h"
#include "machines.h"
#include "overview.h"
#include "report/report.h"
#include "state.h"
#include "sys/signals.h"
#include "sys/tty.h"
#include "tally.h"
#include "waiting.h"

#define READ_AT_ONCE 16
#define SUSPEND_GRACE_NS (100 * NS_PER_MS)
#define STATUS_LINES 50
/* How long a job may have stopped until we say so. */
#define SAY_STOPPED_NS (5 * NS_PER_S)
/* How long a job with a terminal may be silent until we look why. */
#define SAY_READS_NS (5 * NS_PER_S)

static void
signal_all(struct scope *scope, int signo)
{
	struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		if (!job->kind->carries) /* which passes on what we say */
			job->place.executor->signal(job, signo);
	reach_signal(&scope->roster.strays->family, signo);
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

/* The job that was in the foreground is so again, if we are. */
static void
give_tty(struct scope *scope)
{
	pid_t group = scope->control.gave_tty;

	scope->control.gave_tty = 0;
	if (group > 0 && tty_foreground() == front_group(scope->front))
		tty_set_foreground(group);
}

/* Jobs have stopped, or had time to: stops all for certain, then nursery. */
static void
suspend_now(struct scope *scope)
{
	signal_all(scope, SIGSTOP);
	machines_suspend(scope, true);
	overview_suspend(scope);
	keyboard_suspend(scope);
	call_off(
	    scope, front_stop_both(scope->front, scope->control.suspend_conts));
	machines_suspend(scope, false);
	give_tty(scope);
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

		if (!elsewhere_is(job) && !job->kind->carries &&
		    leader->child && !leader->exited && !leader->stopped)
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
		    job->attempt.said.stopped)
			continue;
		job->attempt.said.stopped = true;
		tell_event(job,
		    (struct report_event){
			.kind = REPORT_STOPPED, .pid = leader->member.pid });
	}
}

/* True if it has been silent for so long that it may want to be answered. */
static bool
may_ask(const struct scope *scope, const struct job *job)
{
	return job->state == JOB_RUNNING && job->output.capture != NULL &&
	    !job->attempt.said.reads &&
	    job->attempt.wrote_ns + SAY_READS_NS <=
	    loop_now(scope->context.loop);
}

/* Says once of each job that it waits for what nobody types. */
static void
reads_timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;
	struct job *job;
	pid_t pid;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		if (!may_ask(scope, job))
			continue;
		pid = reach_find_reader(
		    &job->family, capture_device(job->output.capture));
		if (pid == 0)
			continue;
		job->attempt.said.reads = true;
		tell_event(job,
		    (struct report_event){ .kind = REPORT_READS, .pid = pid });
	}
	loop_timer_set(scope->context.loop, timer,
	    loop_now(scope->context.loop) + SAY_READS_NS);
}

/* True if the job is in the foreground of our terminal in our place. */
static bool
is_in_foreground(const struct job *job)
{
	return job->context->options->input == JOB_INPUT_TTY &&
	    tty_foreground() == job->family.leader.member.pid;
}

/*
 * Ctrl-Z has stopped a job in the foreground: all is to stop, if somebody can
 * continue it.
 */
static void
stop_with(struct scope *scope, struct job *job)
{
	if (!front_may_stop(scope->front)) {
		job->place.executor->signal(job, SIGCONT);
		return;
	}
	scope->control.gave_tty = job->family.leader.member.pid;
	tty_set_foreground(front_group(scope->front));
	front_signal(scope->front, SIGTSTP);
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
	} else if (signo == SIGTSTP && is_in_foreground(job)) {
		stop_with(scope, job);
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

/* Tells the state of up to STATUS_LINES jobs.  Returns how many are more. */
static size_t
tell_jobs(struct scope *scope)
{
	const struct job *job;
	size_t shown = 0;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		if (job->kind->carries) /* what machines do is said by them */
			continue;
		if (shown < STATUS_LINES)
			tell_event(job,
			    (struct report_event){ .kind = REPORT_STATUS });
		shown++;
	}
	return shown > STATUS_LINES ? shown - STATUS_LINES : 0;
}

static void
tell_status(struct scope *scope)
{
	const struct report_event totals = { .kind = REPORT_TOTALS,
		.counts = &scope->tally.counts,
		.count = tell_jobs(scope) };

	waiting_tell(scope);
	tally_running(scope);
	report_tell(scope->context.report, &totals);
}

/* Our terminal has another size, or may have got one while we were stopped. */
static void
resize(struct scope *scope)
{
	const struct job *job;

	if (!output_gives_terminals(scope->context.output))
		return;
	output_resize(scope->context.output);
	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		voice_resize(job);
}

/* What a signal means to GNU parallel alone.  False: the same as to us. */
static bool
serve_as_parallel(struct scope *scope, int signo)
{
	if (!scope->options->parallel.on)
		return false;
	if (signo == SIGUSR2) {
		overview_toggle(scope);
	} else if (signo == SIGHUP && scope->closing.signo == 0) {
		closing_hang_up(scope);
		tell_jobs(scope);
	} else {
		return false;
	}
	return true;
}

static void
serve_signal(struct scope *scope, int signo)
{
	if (serve_as_parallel(scope, signo))
		return;
	if (signals_is_fatal(signo))
		closing_signal(scope, signo);
	else if (signo == SIGTSTP)
		suspend(scope);
	else if (signo == SIGUSR1)
		tell_status(scope);
	else if (signo == SIGWINCH)
		resize(scope);
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
	if (cont) {
		keyboard_resume(scope);
		resize(scope);
	}
	if (cont && !scope->control.suspending)
		signal_all(scope, SIGCONT);
}

/* The front was killed: nobody waits for us, but nothing may be left. */
static _Noreturn void
end_without_front(struct scope *scope)
{
	overview_leave(scope);
	keyboard_suspend(scope);
	machines_hang_up(scope);
	front_end_all(scope->front);
	_exit(msg_failure());
}

static void
front_gone(struct loop_io *io, uint32_t events)
{
	(void)events;
	end_without_front(io->arg);
}

void
control_job_killed(struct scope *scope)
{
	if (front_is_gone(scope->front))
		end_without_front(scope);
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
		front_watch_fd(scope->front), EPOLLIN) < 0) {
		files_refuse(scope, errno);
		msg_fatal("cannot watch for signals: %s", strerror(errno));
	}
	loop_timer_init(
	    &scope->control.suspend_timer, suspend_timer_fired, scope);
	loop_timer_init(
	    &scope->control.stopped_timer, stopped_timer_fired, scope);
	loop_timer_init(&scope->control.reads_timer, reads_timer_fired, scope);
	if (output_gives_terminals(scope->context.output) &&
	    scope->options->job.input == JOB_INPUT_DEFAULT)
		loop_timer_set(scope->context.loop, &scope->control.reads_timer,
		    loop_now(scope->context.loop) + SAY_READS_NS);
	msg_set_panic(panic);
}

void
control_release(struct scope *scope)
{
	int fd = scope->control.signal_io.fd;

	loop_del(scope->context.loop, &scope->control.signal_io);
	loop_del(scope->context.loop, &scope->control.front_io);
	loop_timer_clear(scope->context.loop, &scope->control.stopped_timer);
	loop_timer_clear(scope->context.loop, &scope->control.reads_timer);
	close(fd);
}
