/* What is asked of nursery by signals, and the watch over the front. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/signalfd.h>

#include "base/msg.h"
#include "base/parse.h"
#include "contain/front.h"
#include "contain/reach.h"
#include "contain/reaper.h"
#include "contain/scan.h"
#include "state.h"
#include "sys/rundir.h"
#include "sys/signals.h"

#define READ_AT_ONCE 16
#define SUSPEND_GRACE_NS (100 * NS_PER_MS)
#define STATUS_LINES 50

static void
signal_all(struct nursery *n, int signo)
{
	struct job *job;

	TAILQ_FOREACH(job, &n->jobs, link)
		reach_signal(&job->family, signo);
	reach_signal(&n->strays->family, signo);
}

/* Those that were to come and that SIGCONT has discarded. */
static void
skip_stops(struct nursery *n)
{
	unsigned settled = front_settled(n->front);

	if (n->served[SIGTSTP] < settled)
		n->served[SIGTSTP] = settled;
	if (n->from_others[SIGTSTP] < settled)
		n->from_others[SIGTSTP] = settled;
}

/*
 * Undoes what SIGTSTP has begun, but for continuing the jobs.  forwarded: how
 * many SIGTSTP of the front are none of those to come.
 */
static void
call_off(struct nursery *n, unsigned forwarded)
{
	struct job *job;

	if (!n->suspending) {
		skip_stops(n);
		return;
	}
	n->suspending = false;
	/* SIGCONT discards what was pending of SIGTSTP, so count anew */
	n->from_others[SIGTSTP] = n->served[SIGTSTP] = forwarded;
	loop_timer_clear(n->loop, &n->suspend_timer);
	loop_skip_time(n->loop, loop_clock() - n->suspend_ns);
	TAILQ_FOREACH(job, &n->jobs, link)
		job->family.leader.stopped = false;
}

/* All jobs have stopped, or had their time to: now they must, and so do we. */
static void
suspend_now(struct nursery *n)
{
	signal_all(n, SIGSTOP);
	call_off(n, front_stop_both(n->front, n->suspend_conts));
	signal_all(n, SIGCONT);
}

static void
suspend_timer_fired(struct loop_timer *timer)
{
	suspend_now(timer->arg);
}

void
control_leader_stopped(struct nursery *n)
{
	const struct job *job;

	TAILQ_FOREACH(job, &n->jobs, link)
		if (job->kind->child && !job->family.leader.exited &&
		    !job->family.leader.stopped)
			return;
	loop_timer_set(n->loop, &n->suspend_timer, loop_now(n->loop));
}

static void
suspend(struct nursery *n)
{
	/* the front knows the order of what it sent */
	n->suspend_conts =
	    n->from_others[SIGTSTP] > front_forwarded(n->front, SIGTSTP)
	    ? front_forwarded(n->front, SIGCONT)
	    : front_conts(n->front);
	if (n->suspending)
		return;
	n->suspending = true;
	n->suspend_ns = loop_clock();
	signal_all(n, SIGTSTP);
	loop_timer_set(n->loop, &n->suspend_timer,
	    loop_now(n->loop) + (n->n_jobs > 0 ? SUSPEND_GRACE_NS : 0));
}

static void
say_status(struct nursery *n)
{
	const struct report_counts *counts = report_counts(n->report);
	const struct job *job;
	size_t shown = 0;

	TAILQ_FOREACH(job, &n->jobs, link) {
		struct report_job shows = job_for_report(job);
		char took[FORMAT_DURATION_MAX], *text;

		if (shown++ == STATUS_LINES) {
			msg_warn("and %zu more jobs", n->n_jobs - STATUS_LINES);
			break;
		}
		format_duration(shows.elapsed_ns, took, sizeof(took));
		text = msg_safe(shows.text, shows.text_len);
		msg_warn("%s %" PRIu64 " %s for %s: %s", shows.kind, job->seq,
		    job_state_name(job->state), took, text);
		free(text);
	}
	msg_warn("%zu running, %" PRIu64 " failed, %" PRIu64 " succeeded",
	    n->n_jobs, counts->failed, counts->succeeded);
}

static void
fatal_signal(struct nursery *n, int signo)
{
	bool again = n->signo != 0;

	if (!again)
		n->signo = signo;
	closing_signal(n, signo, again);
}

static void
serve_signal(struct nursery *n, int signo)
{
	if (signals_is_fatal(signo))
		fatal_signal(n, signo);
	else if (signo == SIGTSTP)
		suspend(n);
	else if (signo == SIGUSR1)
		say_status(n);
}

/*
 * Who signals all processes of nursery reaches the front and us; what the front
 * forwards then is no second signal.  A signal has come as often as the
 * more frequent of its two ways.
 */
static void
serve_signals(struct nursery *n)
{
	for (int signo = 1; signo < NSIG; signo++) {
		unsigned came = front_forwarded(n->front, signo);

		if (signo == SIGCHLD || signo == SIGCONT)
			continue;
		if (came < n->from_others[signo])
			came = n->from_others[signo];
		for (; n->served[signo] < came; n->served[signo]++)
			serve_signal(n, signo);
	}
}

/*
 * What the front sent, it has counted.  Of a SIGCONT from elsewhere it is only
 * known that it came after what was counted before we read it.
 */
static unsigned
stops_before(const struct nursery *n, const struct signalfd_siginfo *cont,
    unsigned forwarded)
{
	return (int)cont->ssi_pid == front_pid(n->front)
	    ? front_settled(n->front)
	    : forwarded;
}

/*
 * What has ended, ended before the signal: it is not cancelled.  Jobs hear of
 * their end before they go on.
 */
static void
signals_ready(struct loop_io *io, uint32_t events)
{
	struct nursery *n = io->arg;
	struct signalfd_siginfo infos[READ_AT_ONCE];
	unsigned stops = front_forwarded(n->front, SIGTSTP);
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
			stops = stops_before(n, &infos[i], stops);
		if (!front_counts(n->front, &infos[i]))
			n->from_others[signo]++;
	}
	if (chld)
		scan_reap(n->contain);
	if (cont)
		call_off(n, stops);
	if (others)
		serve_signals(n);
	if (cont && !n->suspending)
		signal_all(n, SIGCONT);
}

/* The front was killed: nobody waits for us, but nothing may be left. */
static void
front_gone(struct loop_io *io, uint32_t events)
{
	struct nursery *n = io->arg;

	(void)events;
	reaper_kill_all(front_group(n->front));
	rundir_remove(front_rundir(n->front));
	special_release(n); /* the folders of services */
	_exit(msg_failure());
}

static void
panic(void)
{
	reaper_kill_all(getpgid(getppid())); /* the front's */
}

void
control_init(struct nursery *n)
{
	int fd = signals_open(n->signals);

	n->signal_io.ready = signals_ready;
	n->signal_io.arg = n;
	n->signal_io.urgent = true;
	n->front_io.ready = front_gone;
	n->front_io.arg = n;
	if (fd < 0 || loop_add(n->loop, &n->signal_io, fd, EPOLLIN) < 0 ||
	    loop_add(n->loop, &n->front_io, front_watch_fd(n->front), EPOLLIN) <
		0)
		msg_fatal("cannot watch for signals");
	loop_timer_init(&n->suspend_timer, suspend_timer_fired, n);
	msg_set_panic(panic);
}

void
control_release(struct nursery *n)
{
	int fd = n->signal_io.fd;

	loop_del(n->loop, &n->signal_io);
	loop_del(n->loop, &n->front_io);
	close(fd);
}
