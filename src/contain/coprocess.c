#include "coprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "reaper.h"
#include "sys/signals.h"

/* In the child: becomes the program, if it can. */
static _Noreturn void
become(char *const *argv, const struct signals *sig, pid_t parent, int fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	if (null_fd >= 0 && dup2(null_fd, STDIN_FILENO) >= 0 &&
	    dup2(fd, COPROCESS_FD) >= 0 && signals_die_with(parent) == 0 &&
	    signals_restore(sig) == 0)
		execvp(argv[0], argv);
	_exit(127);
}

/*
 * Waits in the keeper until the program has ended, or we are told to end it, by
 * SIGTERM: coprocess_end() sends that, or the kernel when our parent is gone.
 */
static void
await_end(pid_t program, pid_t parent)
{
	sigset_t set;
	pid_t pid = 0;
	int signo = SIGCHLD;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	while (signo != SIGTERM && pid != program && getppid() == parent) {
		signo = sigwaitinfo(&set, NULL);
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			if (pid == program)
				break;
	}
}

/* What the keeper does, which blocks all signals. */
static _Noreturn void
keep(char *const *argv, const struct signals *sig, pid_t parent, int fd)
{
	struct signals own = *sig;
	pid_t self = getpid(), program;

	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		_exit(127);
	signals_block(&own); /* SIGCHLD says what has ended */
	reaper_adopt_orphans();
	program = fork();
	if (program == 0)
		become(argv, sig, self, fd);
	close(fd); /* so that the end of the program is seen */
	if (program > 0)
		await_end(program, parent);
	reaper_kill_all(getpgrp());
	_exit(0);
}

/* Returns the keeper, or -1 with errno.  It closes our end of the socket. */
static pid_t
start_keeper(char *const *argv, const struct signals *sig, const int fds[2])
{
	pid_t parent = getpid(), pid;
	sigset_t all, before;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		keep(argv, sig, parent, fds[1]);
	}
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return pid;
}

int
coprocess_start(char *const *argv, const struct signals *sig, pid_t *ret_pid)
{
	pid_t pid;
	int fds[2], high_fd, error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	/* so that dup2(2) clears FD_CLOEXEC, and nothing is in its place */
	high_fd = fcntl(fds[1], F_DUPFD_CLOEXEC, COPROCESS_FD + 1);
	error = errno;
	close(fds[1]);
	if (high_fd < 0) {
		close(fds[0]);
		errno = error;
		return -1;
	}
	pid = start_keeper(argv, sig, (const int[2]){ fds[0], high_fd });
	error = errno;
	close(high_fd);
	if (pid > 0) {
		*ret_pid = pid;
		return fds[0];
	}
	close(fds[0]);
	errno = error;
	return -1;
}

void
coprocess_end(pid_t pid)
{
	kill(pid, SIGTERM);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}
