#include "pidns.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sys/fd.h"
#include "sys/loop.h"

#define END_NS (10 * NS_PER_S) /* how long all may take to die */

/* since Linux 7.1; older headers do not have them */
#ifndef CLONE_AUTOREAP
#	define CLONE_AUTOREAP (UINT64_C(1) << 34)
#endif
#ifndef CLONE_NNP
#	define CLONE_NNP (UINT64_C(1) << 35)
#endif
#ifndef CLONE_PIDFD_AUTOKILL
#	define CLONE_PIDFD_AUTOKILL (UINT64_C(1) << 36)
#endif

/* What init tells the worker in shared memory. */
struct shared {
	atomic_uint reaps; /* see pidns_reaps() */
};

struct pidns {
	struct pidns_facts facts;
	pid_t init;
	int pidfd; /* of init; what ends it if facts.autokill */
	int fd;    /* our end of a socket pair with init */
	struct shared *shared;
};

/*
 * The descriptors of init: its end of the socket pair, and a signalfd(2) for
 * SIGCHLD.
 */
enum {
	FROM_WORKER,
	FROM_CHILDREN,
	N_FROM,
};

/*
 * Does what the worker asks for: kills all in the namespace but init, in one
 * call, so that no process can fork and be missed.  That cannot be done from
 * outside.  Exits if the worker has ended.
 */
static void
serve_worker(int fd)
{
	char asked;

	if (recv(fd, &asked, 1, 0) <= 0)
		_exit(0);
	kill(-1, SIGKILL);
}

static void
reap(int fd, struct shared *shared)
{
	struct signalfd_siginfo which;
	siginfo_t info;

	if (read(fd, &which, sizeof(which)) < 0)
		return;
	atomic_fetch_add(&shared->reaps, 1);
	do
		info.si_pid = 0;
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) == 0 &&
	    info.si_pid != 0);
	atomic_fetch_add(&shared->reaps, 1);
	/* if the socket is full, the worker has yet to read it */
	send(FROM_WORKER, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/*
 * What init does.  It gets SIGCHLD for each child that ends, also if that had
 * ended before it became a child of init.  No other signal matters: the kernel
 * keeps those from inside the namespace away, and init blocks the others.
 */
static _Noreturn void
run_init(struct shared *shared)
{
	struct pollfd fds[N_FROM] = { { FROM_WORKER, POLLIN, 0 },
		{ FROM_CHILDREN, POLLIN, 0 } };

	for (;;) {
		if (poll(fds, N_FROM, -1) < 0)
			continue;
		if (fds[FROM_WORKER].revents != 0)
			serve_worker(FROM_WORKER);
		if (fds[FROM_CHILDREN].revents != 0)
			reap(FROM_CHILDREN, shared);
	}
}

static bool
say_ready(void)
{
	ssize_t n;

	do
		n = send(FROM_WORKER, "", 1, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

/*
 * The first steps of init.  PR_SET_PDEATHSIG tells only of a death that comes
 * after it, and getppid(2) of a parent outside the namespace is always 0.  But
 * if the worker is dead, its end of the socket pair is closed: once init has
 * said that it is ready, and that could be sent, it cannot outlive the worker.
 */
static _Noreturn void
begin_init(int fd, struct shared *shared)
{
	sigset_t all, chld;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	/* others may wait for the end of a pipe that we have inherited */
	if (dup2(fd, FROM_WORKER) < 0 || (fd = signalfd(-1, &chld, 0)) < 0 ||
	    dup2(fd, FROM_CHILDREN) < 0 || close_range(N_FROM, ~0U, 0) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		_exit(1);
	prctl(PR_SET_NAME, "nursery-init");
	setpgid(0, 0); /* signals to the worker's group are not for us */
	if (chdir("/") < 0 || !say_ready())
		_exit(1);
	run_init(shared);
}

static pid_t
clone_init(uint64_t flags, uint64_t signo, int *ret_pidfd)
{
	struct clone_args args = { .flags = CLONE_PIDFD | flags,
		.pidfd = (uintptr_t)ret_pidfd,
		.exit_signal = signo };

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/*
 * Forks init, and opens a pidfd of it.  Where the kernel can do it, init also
 * dies when that pidfd is closed.  Unlike PR_SET_PDEATHSIG this holds from the
 * first moment on; without CAP_SYS_ADMIN the kernel allows it only together
 * with no_new_privs (CLONE_NNP).
 */
static pid_t
fork_init(int *ret_pidfd, bool *ret_autokill)
{
	const uint64_t autokill = CLONE_AUTOREAP | CLONE_PIDFD_AUTOKILL;
	pid_t pid = clone_init(autokill, 0, ret_pidfd);

	if (pid < 0 && errno == EPERM)
		pid = clone_init(autokill | CLONE_NNP, 0, ret_pidfd);
	*ret_autokill = pid >= 0;
	if (pid >= 0)
		return pid;
	pid = clone_init(0, SIGCHLD, ret_pidfd);
	if (pid >= 0 || (errno != ENOSYS && errno != EPERM))
		return pid;
	pid = fork(); /* valgrind and some sandboxes have no clone3(2) */
	if (pid > 0)
		*ret_pidfd = pidfd_open(pid, 0);
	return pid;
}

/* Writes the text to a file in /proc/self. */
static int
write_proc(const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/%s", name);
	return fd_write_and_close(open(path, O_WRONLY | O_CLOEXEC), text);
}

/*
 * Makes the user and the group be the same inside the user namespace as
 * outside: see user_namespaces(7).
 */
static int
map_ids(uid_t uid, gid_t gid)
{
	char text[64];

	if (write_proc("setgroups", "deny") < 0 && errno != ENOENT)
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", uid, uid);
	if (write_proc("uid_map", text) < 0)
		return -1;
	snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	return write_proc("gid_map", text);
}

/* Explains errno of a call that was to make a namespace. */
static int
refused(const char *what, char *why, size_t size)
{
	const char *hint = "";

	if (errno == ENOSPC)
		hint = " (all that /proc/sys/user/max_*_namespaces allows are "
		       "in use, or it allows none)";
	else if (errno == EPERM || errno == EACCES)
		hint = " (this user or this sandbox may not)";
	snprintf(why, size, "%s: %s%s", what, strerror(errno), hint);
	return -1;
}

static int
enter(struct pidns_facts *facts, char *why, size_t size)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	facts->user = unshare(CLONE_NEWPID) < 0;
	if (!facts->user)
		return 0;
	if (errno != EPERM)
		return refused("cannot make a PID namespace", why, size);
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
		return refused(
		    "cannot make a user and a PID namespace", why, size);
	if (map_ids(uid, gid) < 0)
		return refused(
		    "cannot map the user into a user namespace", why, size);
	return 0;
}

/* Starts init and waits until it cannot outlive us.  0, or -1 with errno. */
static int
start_init(struct pidns *pidns)
{
	int fds[2];
	char ready;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	pidns->fd = fds[0];
	pidns->init = fork_init(&pidns->pidfd, &pidns->facts.autokill);
	if (pidns->init == 0) {
		close(fds[0]);
		begin_init(fds[1], pidns->shared);
	}
	n = errno;
	close(fds[1]);
	errno = (int)n;
	if (pidns->init < 0 || pidns->pidfd < 0)
		return -1;
	do
		n = recv(pidns->fd, &ready, 1, 0);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ECHILD; /* it has ended */
	return n == 1 ? 0 : -1;
}

struct pidns *
pidns_new(char *why, size_t size)
{
	struct pidns *pidns = calloc(1, sizeof(*pidns));

	if (pidns == NULL) {
		refused("cannot make a PID namespace", why, size);
		return NULL;
	}
	pidns->fd = pidns->pidfd = -1;
	pidns->shared = mmap(NULL, sizeof(*pidns->shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pidns->shared == MAP_FAILED) {
		refused("cannot share memory with an init process", why, size);
	} else if (enter(&pidns->facts, why, size) == 0) {
		if (start_init(pidns) == 0)
			return pidns;
		refused("cannot start an init process", why, size);
	}
	pidns_end(pidns);
	return NULL;
}

const struct pidns_facts *
pidns_facts(const struct pidns *pidns)
{
	return &pidns->facts;
}

pid_t
pidns_init(const struct pidns *pidns)
{
	return pidns->init;
}

int
pidns_fd(const struct pidns *pidns)
{
	return pidns->fd;
}

void
pidns_kill(const struct pidns *pidns)
{
	send(pidns->fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	/* it cannot do that if somebody has stopped it */
	pidfd_send_signal(pidns->pidfd, SIGCONT, NULL, 0);
}

bool
pidns_hear(const struct pidns *pidns)
{
	char said[256];
	ssize_t n = recv(pidns->fd, said, sizeof(said), MSG_DONTWAIT);

	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Waits for the end of init, ms milliseconds at most; true if it has ended. */
static bool
has_ended_within(const struct pidns *pidns, int ms)
{
	struct pollfd ended = { .fd = pidns->pidfd, .events = POLLIN };

	return poll(&ended, 1, ms) == 1;
}

bool
pidns_has_ended(const struct pidns *pidns)
{
	return has_ended_within(pidns, 0);
}

unsigned
pidns_reaps(const struct pidns *pidns)
{
	return atomic_load(&pidns->shared->reaps);
}

/*
 * Waits until init has ended, which is when all processes of the namespace are
 * reaped.  Reaps those of them that are our own children.
 */
static int
await_end(const struct pidns *pidns)
{
	int64_t until_ns = loop_clock() + END_NS;
	siginfo_t info;

	while (!has_ended_within(pidns, 1)) {
		do
			info.si_pid = 0;
		while (
		    waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) == 0 &&
		    info.si_pid != 0);
		if (loop_clock() > until_ns)
			return -1;
	}
	waitid(P_PIDFD, (id_t)pidns->pidfd, &info, WEXITED | WNOHANG | __WALL);
	return 0;
}

int
pidns_end(struct pidns *pidns)
{
	int result = 0;

	if (pidns == NULL)
		return 0;
	if (pidns->pidfd >= 0) {
		pidfd_send_signal(pidns->pidfd, SIGKILL, NULL, 0);
		result = await_end(pidns);
		close(pidns->pidfd);
	} else if (pidns->init > 0) {
		kill(pidns->init, SIGKILL);
		waitpid(pidns->init, NULL, 0);
	}
	if (pidns->fd >= 0)
		close(pidns->fd);
	if (pidns->shared != MAP_FAILED)
		munmap(pidns->shared, sizeof(*pidns->shared));
	free(pidns);
	return result;
}

/* What the process that pidns_probe() starts writes to its pipe. */
struct finding {
	struct pidns_facts facts;
	bool found;
	char why[200];
};

static _Noreturn void
probe(int fd)
{
	struct finding finding = { .found = false };
	struct pidns *pidns = pidns_new(finding.why, sizeof(finding.why));

	if (pidns != NULL) {
		finding.facts = *pidns_facts(pidns);
		finding.found = pidns_end(pidns) == 0;
	}
	_exit(write(fd, &finding, sizeof(finding)) < 0);
}

int
pidns_probe(struct pidns_facts *ret, char *why, size_t size)
{
	struct finding finding = { .found = false };
	int fds[2];
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return refused("cannot try", why, size);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		probe(fds[1]);
	}
	close(fds[1]);
	n = pid < 0 ? -1 : read(fds[0], &finding, sizeof(finding));
	close(fds[0]);
	if (pid < 0)
		return refused("cannot try", why, size);
	waitpid(pid, NULL, 0);
	*ret = finding.facts;
	if (n != sizeof(finding))
		snprintf(why, size, "the process that tried was killed");
	else
		snprintf(why, size, "%s", finding.why);
	return n == sizeof(finding) && finding.found ? 0 : -1;
}
