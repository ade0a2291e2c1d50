#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/exits.h"
#include "base/msg.h"
#include "cgroup/janitor.h"
#include "cgroup/leaves.h"
#include "manager_channel.h"
#include "proc/owner.h"
#include "proc/proctree.h"
#include "reaper.h"
#include "sys/cgroup.h"
#include "sys/loop.h"
#include "sys/rundir.h"
#include "sys/signals.h"
#include "sys/tty.h"

#define ECHO_NS (2 * NS_PER_MS)
/* How long carriers may take to pass on that we are gone. */
#define PASS_ON_NS (500 * NS_PER_MS)

/* What the front and the worker know of each other, in shared memory. */
struct shared {
	/* What the worker tells the front at its end: see front_end(). */
	atomic_int given; /* not 0: status and signo are valid */
	int status;
	int signo;
	/* For Ctrl-Z: the worker stops itself, then the front does. */
	atomic_bool stopping; /* the worker is stopped, or about to be */
	atomic_uint stops;    /* how often the worker has begun to stop */
	atomic_uint followed; /* value of stops when the front last went on */
	atomic_uint conts;    /* see front_conts() */
	atomic_uint conts_before;     /* forwarded[SIGCONT] before the stop */
	atomic_uint undone_stops;     /* see front_undone_stops() */
	bool ending;                  /* the front was told to end the worker */
	bool unheard;                 /* see manager_channel_send() */
	char rundir[RUNDIR_MAX];      /* see front_rundir() */
	struct leaves_made leaves;    /* see front_leaves() */
	atomic_int screen;            /* see front_screen() */
	struct tty_keys keys;         /* see front_keys() */
	struct front_options options; /* set before the fork */
	atomic_bool lost_parent;      /* see front_lost_parent() */
	atomic_bool has_carriers;     /* see front_note_carriers() */
	/*
	 * How often the front has forwarded each signal.  The worker cannot
	 * count: it sees two that are pending as one.
	 */
	atomic_uint forwarded[NSIG];
};

struct front {
	pid_t pid;
	pid_t group;    /* process group of the front */
	pid_t parent;   /* process id of its parent at the start */
	int watch_fd;   /* read end of a pipe whose write end the front holds */
	int manager_fd; /* takes what the front is to send; -1: nothing */
	struct shared *shared;
};

/* Removes the private folder, and says if that cannot be. */
static void
remove_rundir(char *path, int (*remove)(char *path))
{
	char name[RUNDIR_MAX];

	strlcpy(name, path, sizeof(name));
	if (remove(path) < 0)
		msg_warn(
		    "cannot remove the folder '%s': %s", name, strerror(errno));
}

/* Removes what the worker has made in our cgroup without telling us. */
static void
clean_up_after_worker(void)
{
	struct cgroup_place place;
	struct owner self;

	if (cgroup_find_own("", &place) == 0 && owner_of(getpid(), &self) == 0)
		janitor_clean(place.dir, &self);
}

/*
 * The worker's connections to agents are closed.  A carrier that is killed
 * before it has passed that on leaves them to find out by our silence: so all
 * children get some time, unless they end before.
 */
static void
await_carriers(void)
{
	const struct timespec pause = { .tv_nsec = 5 * NS_PER_MS };
	int64_t end_ns = loop_clock() + PASS_ON_NS;
	sigset_t chld;
	pid_t pid;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	do {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			continue;
		if (pid < 0)
			return;
		sigtimedwait(&chld, NULL, &pause);
	} while (loop_clock() < end_ns);
}

/*
 * Ends all jobs and removes the folders.  Returns what reaper_kill_all() does,
 * which finds processes that have left their cgroup, too.
 */
static int
end_all(struct shared *shared, pid_t spared)
{
	int left;

	if (atomic_load(&shared->has_carriers))
		await_carriers();
	leaves_kill_all(&shared->leaves);
	left = reaper_kill_all(spared);
	leaves_erase(&shared->leaves);
	remove_rundir(shared->rundir, rundir_remove);
	if (shared->options.at_end != NULL)
		shared->options.at_end(shared->options.arg);
	if (shared->options.at_last != NULL)
		shared->options.at_last(shared->options.last_arg, -1);
	return left;
}

/* Ends the front as the worker has said.  If it died before, ends the jobs. */
static _Noreturn void
end_front(struct shared *shared, const siginfo_t *info)
{
	int left, status = shared->status;

	if (!atomic_load(&shared->given)) {
		tty_give_keys_back(&shared->keys, STDIN_FILENO);
		tty_clean(
		    STDERR_FILENO, (enum tty_mark)atomic_load(&shared->screen));
		left = end_all(shared, getpgrp());
		clean_up_after_worker();
		if (info->si_code == CLD_EXITED)
			_exit(msg_failure()); /* the worker has said why */
		msg_warn("the worker process was killed by signal %d; %s",
		    info->si_status,
		    left < 0 ? "not every job could be ended"
			     : "every job was ended");
		_exit(EXITS_SIGNAL + info->si_status);
	}
	if (shared->options.helped)
		reaper_kill_all(getpgrp());
	if (shared->options.at_last != NULL)
		status =
		    shared->options.at_last(shared->options.last_arg, status);
	if (shared->signo != 0)
		signals_die_of(shared->signo);
	_exit(status < 0 ? msg_failure() : status);
}

static bool
is_stopped(pid_t pid)
{
	struct proctree *tree = proctree_new();
	bool stopped = proctree_is_stopped(tree, pid);

	proctree_free(tree);
	return stopped;
}

/* True if the worker has stopped anew, was continued or is gone. */
static bool
has_changed(pid_t worker)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)worker, &info,
		   WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid != 0;
}

/* True if SIGCONT came since the worker was asked to stop. */
static bool
is_called_off(struct shared *shared)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGCONT) ||
	    atomic_load(&shared->forwarded[SIGCONT]) !=
	    atomic_load(&shared->conts_before);
}

/* A SIGCONT has undone every SIGTSTP that was forwarded so far. */
static void
undo_stops(struct shared *shared)
{
	atomic_store(
	    &shared->undone_stops, atomic_load(&shared->forwarded[SIGTSTP]));
}

/*
 * Stops the front because the worker has stopped, and sees to it that both go
 * on.  A shell continues the front or both, somebody else perhaps only the
 * worker.  The worker gets SIGCONT only if it is still stopped, for otherwise
 * SIGCONT could undo a quick second Ctrl-Z.
 */
static void
follow_stop(pid_t worker, struct shared *shared)
{
	unsigned stops = atomic_load(&shared->stops);

	if (atomic_load(&shared->stopping)) {
		if (!is_called_off(shared))
			raise(SIGSTOP);
		if (!has_changed(worker))
			kill(worker, SIGCONT);
	}
	undo_stops(shared);
	atomic_store(&shared->followed, stops);
}

/* True if the front has gone on after the last stop of the worker. */
static bool
is_followed(struct shared *shared)
{
	return atomic_load(&shared->followed) == atomic_load(&shared->stops);
}

/* Passes a signal on to the worker. */
static void
forward(pid_t worker, int signo, struct shared *shared)
{
	if (signo == SIGTSTP)
		atomic_store(
		    &shared->conts, atomic_load(&shared->forwarded[SIGCONT]));
	atomic_fetch_add(&shared->forwarded[signo], 1);
	if (signo == SIGCONT)
		undo_stops(shared);
	kill(worker, signo);
}

/*
 * Passes a signal on that is to end the worker, and one that continues it:
 * somebody, perhaps a job, may have stopped the worker alone.  Whether it has
 * stopped is not asked, since SIGSTOP may be on its way: SIGCONT undoes that,
 * too.  No other signal has SIGCONT with it, because the worker passes SIGCONT
 * on to all jobs.
 */
static void
forward_end(pid_t worker, int signo, struct shared *shared)
{
	shared->ending = true;
	forward(worker, signo, shared);
	forward(worker, SIGCONT, shared);
}

/* Acts on what has become of the worker: it has stopped, or it is gone. */
static void
watch_worker(pid_t worker, struct shared *shared)
{
	siginfo_t info = { 0 };

	while (waitid(P_PID, (id_t)worker, &info,
		   WEXITED | WSTOPPED | WNOHANG) == 0 &&
	    info.si_pid != 0) {
		if (info.si_code != CLD_STOPPED)
			end_front(shared, &info);
		if (!is_followed(shared))
			follow_stop(worker, shared);
		else if (shared->ending) /* somebody stopped it at its end */
			forward(worker, SIGCONT, shared);
		info.si_pid = 0;
	}
	/* it was continued before we had seen it stopped */
	if (!atomic_load(&shared->stopping) && !is_followed(shared))
		follow_stop(worker, shared);
}

/* True for a SIGTSTP that the terminal has sent. */
static bool
is_ctrl_z(int signo, int code)
{
	return signo == SIGTSTP && code == SI_KERNEL;
}

/*
 * True for a Ctrl-Z where nobody could continue us.  A SIGTSTP from a process
 * is not vain: who sends it can send SIGCONT, too.
 */
static bool
is_vain(const siginfo_t *info)
{
	return is_ctrl_z(info->si_signo, info->si_code) &&
	    !signals_may_stop(SIGTSTP);
}

/*
 * True if the signal repeats the one before.  timeout(1) and the like send a
 * signal to their child and at once to its whole group: two equal signals from
 * one process within ECHO_NS are meant as one.
 */
static bool
is_echo(const siginfo_t *now, siginfo_t *before, struct timespec *when)
{
	struct timespec ts;
	int64_t gap_ns;
	bool echo;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	gap_ns =
	    (ts.tv_sec - when->tv_sec) * NS_PER_S + ts.tv_nsec - when->tv_nsec;
	echo = now->si_code == SI_USER && before->si_code == SI_USER &&
	    now->si_signo == before->si_signo &&
	    now->si_pid == before->si_pid && gap_ns < ECHO_NS;
	*before = *now;
	*when = ts;
	return echo;
}

/* Has the worker end everything if the process that has started us is gone. */
static void
watch_parent(pid_t worker, struct shared *shared)
{
	pid_t parent = shared->options.parent;

	if (parent == 0 || getppid() == parent ||
	    atomic_load(&shared->lost_parent))
		return;
	atomic_store(&shared->lost_parent, true);
	forward_end(worker, SIGTERM, shared);
}

/*
 * All that the front does after the fork.  The kernel tells of the end of our
 * parent by a signal, which also comes if only a thread of it ends: so it means
 * no more than SIGCHLD, that something is to be looked at.
 */
static _Noreturn void
run_front(pid_t worker, const struct signals *sig, struct shared *shared,
    int manager_fd)
{
	siginfo_t info, before = { 0 };
	struct timespec when = { 0 };

	if (shared->options.parent != 0)
		prctl(PR_SET_PDEATHSIG, SIGCHLD);
	watch_parent(worker, shared);
	for (;;) {
		int signo = sigwaitinfo(&sig->handled, &info);

		if (signo == SIGCHLD) {
			manager_channel_send(manager_fd,
			    &shared->options.manager, &shared->unheard);
			watch_parent(worker, shared);
			watch_worker(worker, shared);
			continue;
		}
		if (signo <= 0 || is_echo(&info, &before, &when) ||
		    is_vain(&info))
			continue;
		if (signals_is_fatal(signo))
			forward_end(worker, signo, shared);
		else
			forward(worker, signo, shared);
	}
}

struct front *
front_split(const struct signals *sig, const struct front_options *options)
{
	struct front *front = calloc(1, sizeof(*front));
	int lifeline[2], channel[2];
	pid_t worker;

	reaper_adopt_orphans();
	if (front == NULL || pipe2(lifeline, O_CLOEXEC) < 0 ||
	    manager_channel_open(&options->manager, channel) < 0)
		msg_fatal("cannot start: %s", strerror(errno));
	front->shared = mmap(NULL, sizeof(*front->shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (front->shared == MAP_FAILED)
		msg_fatal("cannot start: %s", strerror(errno));
	front->shared->options = *options;
	front->pid = getpid();
	front->group = getpgrp();
	front->parent = getppid();
	worker = fork();
	if (worker < 0)
		msg_fatal("cannot start a second process: %s", strerror(errno));
	if (worker > 0) {
		close(lifeline[0]);
		run_front(worker, sig, front->shared,
		    manager_channel_keep(channel[0], channel[1]));
	}
	close(lifeline[1]);
	front->manager_fd = manager_channel_keep(channel[1], channel[0]);
	front->watch_fd = lifeline[0];
	/* so that we see the front's end even if Ctrl-Z has stopped us */
	if (prctl(PR_SET_PDEATHSIG, SIGCONT) < 0)
		msg_fatal("cannot start: %s", strerror(errno));
	reaper_adopt_orphans();
	return front;
}

void
front_leave_group(void)
{
	sigset_t write_tty;

	sigemptyset(&write_tty);
	sigaddset(&write_tty, SIGTTOU);
	sigprocmask(SIG_BLOCK, &write_tty, NULL);
	setpgid(0, 0);
}

int
front_watch_fd(const struct front *front)
{
	return front->watch_fd;
}

bool
front_is_gone(const struct front *front)
{
	struct pollfd lifeline = { .fd = front->watch_fd, .events = POLLIN };

	return poll(&lifeline, 1, 0) > 0;
}

bool
front_lost_parent(const struct front *front)
{
	return atomic_load(&front->shared->lost_parent);
}

bool
front_may_stop(const struct front *front)
{
	return getsid(front->parent) == getsid(front->pid) &&
	    getpgid(front->parent) != front->group;
}

bool
front_has_manager(const struct front *front)
{
	return front->manager_fd >= 0;
}

void
front_tell_manager(const struct front *front, const char *text, size_t len)
{
	if (manager_channel_post(front->manager_fd, text, len))
		front_signal(front, SIGCHLD); /* makes it look */
}

void
front_signal(const struct front *front, int signo)
{
	if (getppid() == front->pid)
		kill(front->pid, signo);
}

int
front_pid(const struct front *front)
{
	return front->pid;
}

pid_t
front_group(const struct front *front)
{
	return front->group;
}

char *
front_rundir(const struct front *front)
{
	return front->shared->rundir;
}

void
front_remove_rundir(const struct front *front)
{
	remove_rundir(front->shared->rundir, rundir_remove);
}

void
front_leave_rundir(const struct front *front)
{
	remove_rundir(front->shared->rundir, rundir_leave);
}

struct leaves_made *
front_leaves(const struct front *front)
{
	return &front->shared->leaves;
}

atomic_int *
front_screen(const struct front *front)
{
	return &front->shared->screen;
}

struct tty_keys *
front_keys(const struct front *front)
{
	return &front->shared->keys;
}

void
front_note_carriers(const struct front *front)
{
	atomic_store(&front->shared->has_carriers, true);
}

void
front_end_all(const struct front *front)
{
	end_all(front->shared, front->group);
}

bool
front_counts(const struct front *front, const struct signalfd_siginfo *info)
{
	return (pid_t)info->ssi_pid == front->pid ||
	    is_ctrl_z((int)info->ssi_signo, info->ssi_code);
}

unsigned
front_forwarded(const struct front *front, int signo)
{
	return atomic_load(&front->shared->forwarded[signo]);
}

unsigned
front_conts(const struct front *front)
{
	return atomic_load(&front->shared->conts);
}

unsigned
front_undone_stops(const struct front *front)
{
	return atomic_load(&front->shared->undone_stops);
}

/*
 * Waits until the front has gone on, too: a SIGCONT that it has still to send
 * could otherwise undo a later stop.
 */
static void
await_front(const struct front *front)
{
	while (!is_followed(front->shared) && getppid() == front->pid) {
		if (is_stopped(front->pid))
			kill(front->pid, SIGCONT);
		kill(front->pid, SIGCHLD); /* makes the front look again */
		poll(NULL, 0, 1);
	}
}

unsigned
front_stop_both(const struct front *front, unsigned conts)
{
	struct shared *shared = front->shared;

	atomic_store(&shared->conts_before, conts);
	atomic_store(&shared->stopping, true);
	atomic_fetch_add(&shared->stops, 1);
	if (getppid() == front->pid) /* which is to continue us */
		raise(SIGSTOP);
	atomic_store(&shared->stopping, false);
	await_front(front);
	return front_undone_stops(front);
}

void
front_end(struct front *front, int status, int signo)
{
	front->shared->status =
	    signo != 0 && status >= 0 ? EXITS_SIGNAL + signo : status;
	front->shared->signo = signo;
	atomic_store(&front->shared->given, 1);
	_exit(status < 0 ? msg_failure() : status);
}
