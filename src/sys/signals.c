#include "signals.h"

#include <errno.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "base/exits.h"

/*
 * The signals by which somebody asks us to end: we cancel the jobs, clean up
 * and die of the same signal.  The real-time signals are of this kind, too;
 * SIGSEGV and the like are not, which tell of a fault of our own.
 */
static const int fatal_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM,
	SIGUSR2, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT, SIGABRT,
	SIGSYS };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
do_nothing(int signo)
{
	(void)signo;
}

static bool
is_ignored(int signo)
{
	struct sigaction sa;

	return sigaction(signo, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

/* SIGCONT is handled even if it is ignored: it continues us all the same. */
static bool
is_handled(int signo)
{
	return signo == SIGCONT ||
	    ((signals_is_fatal(signo) || signo == SIGCHLD || signo == SIGTSTP ||
		 signo == SIGUSR1 || signo == SIGWINCH) &&
		!is_ignored(signo));
}

static void
catch_unless_ignored(int signo)
{
	struct sigaction sa = { .sa_handler = do_nothing,
		.sa_flags = SA_RESTART };

	if (!is_ignored(signo))
		sigaction(signo, &sa, NULL);
}

void
signals_begin(struct signals *sig)
{
	sigset_t early;

	*sig = (struct signals){ .chld_ignored = is_ignored(SIGCHLD),
		.pipe_ignored = is_ignored(SIGPIPE) };
	sigemptyset(&early);
	if (!is_ignored(SIGUSR1))
		sigaddset(&early, SIGUSR1);
	sigprocmask(SIG_BLOCK, &early, &sig->original);
	catch_unless_ignored(SIGXFSZ); /* locks are written to early */
}

void
signals_block(struct signals *sig)
{
	if (sig->chld_ignored)
		signal(SIGCHLD, SIG_DFL); /* or no child leaves a status */
	sigemptyset(&sig->handled);
	for (int signo = 1; signo < NSIG; signo++)
		if (is_handled(signo))
			sigaddset(&sig->handled, signo);
	catch_unless_ignored(SIGPIPE);
	sigprocmask(SIG_BLOCK, &sig->handled, NULL);
}

int
signals_open(const struct signals *sig)
{
	return signalfd(-1, &sig->handled, SFD_NONBLOCK | SFD_CLOEXEC);
}

bool
signals_is_fatal(int signo)
{
	for (size_t i = 0; i < COUNT(fatal_signals); i++)
		if (fatal_signals[i] == signo)
			return true;
	return signo >= SIGRTMIN && signo <= SIGRTMAX;
}

int
signals_die_with(pid_t parent)
{
	pid_t now;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -1;
	now = getppid(); /* 0: the parent is in another PID namespace */
	if (now != parent && now != 0)
		_exit(127); /* it died before prctl(2) could tell */
	return 0;
}

int
signals_open_fatal(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int signo = 1; signo < NSIG; signo++)
		if (signals_is_fatal(signo))
			sigaddset(&set, signo);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int
signals_pending_fatal(void)
{
	sigset_t pending;

	sigpending(&pending);
	for (int signo = 1; signo < NSIG; signo++)
		if (signals_is_fatal(signo) && sigismember(&pending, signo))
			return signo;
	return 0;
}

/*
 * What the child of signals_may_stop() does.  Its parent is in its own group,
 * so that it does not change whether the group is orphaned.  It ends with us.
 */
static _Noreturn void
try_to_stop(pid_t parent, int signo)
{
	sigset_t only;

	signals_die_with(parent);
	sigemptyset(&only);
	sigaddset(&only, signo);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	raise(signo);
	_exit(0);
}

/* True if we look like a job of the shell that is our parent. */
static bool
is_shell_job(void)
{
	pid_t parent = getppid();

	return getsid(parent) == getsid(0) && getpgid(parent) != getpgrp();
}

bool
signals_may_stop(int signo)
{
	siginfo_t info = { 0 };
	pid_t self = getpid(), pid = fork();

	if (pid == 0)
		try_to_stop(self, signo);
	if (pid < 0)
		return is_shell_job();
	waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT);
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, NULL, WEXITED);
	return info.si_code == CLD_STOPPED;
}

bool
signals_stop_in_background(int fd)
{
	pid_t foreground = tcgetpgrp(fd);
	sigset_t blocked;

	if (foreground <= 0 || foreground == getpgrp() ||
	    tcgetsid(fd) != getsid(0))
		return false;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	if (sigismember(&blocked, SIGTTIN) || !signals_may_stop(SIGTTIN))
		return false; /* read(2) fails */
	kill(0, SIGTTIN);
	return true;
}

void
signals_forget(void)
{
	static const struct timespec at_once;
	sigset_t all;

	sigfillset(&all);
	while (sigtimedwait(&all, NULL, &at_once) > 0)
		continue;
}

int
signals_restore(const struct signals *sig)
{
	if (sig->chld_ignored && signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		return -1;
	return sigprocmask(SIG_SETMASK, &sig->original, NULL);
}

void
signals_die_of(int signo)
{
	sigset_t only;

	prctl(PR_SET_DUMPABLE, 0); /* the core would be of the wrong program */
	signal(signo, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, signo);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	_exit(EXITS_SIGNAL + signo);
}
