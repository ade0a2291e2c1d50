#include "process.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "clone3.h"
#include "signals.h"

#define STACK_SIZE (64 * 1024)
#define GUARD_SIZE (4 * 1024)

/* Sanitizers must not watch the child, which would change our memory. */
#define IN_CHILD __attribute__((__no_sanitize__("address", "undefined")))

/*
 * What the child reports.  The memory is mapped as shared, so that we see it
 * even where a tool such as valgrind turns CLONE_VM into a copy.
 */
struct report {
	enum process_failure failure;
	int error;
	bool began;     /* the child has run */
	bool in_cgroup; /* the child has moved itself to the cgroup */
};

struct process_spawner {
	char *stack; /* of the child, above a guard page */
	struct report *report;
	pid_t self;     /* the parent that the child must have */
	bool no_clone3; /* clone3(2) cannot start a child in a cgroup */
	char
	    candidate[PATH_MAX]; /* the child's: the file it tries to execute */
};

/* What the child is given. */
struct child {
	struct process_spawner *sp;
	const struct process_request *req;
	const char *path; /* the folders to look in, as in $PATH */
	bool moves;       /* it is to move itself to the cgroup */
};

static void
unmap(void *memory, size_t size)
{
	if (memory != MAP_FAILED)
		munmap(memory, size);
}

static void
unmap_all(struct process_spawner *sp)
{
	unmap(sp->stack, GUARD_SIZE + STACK_SIZE);
	unmap(sp->report, sizeof(*sp->report));
}

struct process_spawner *
process_spawner_new(void)
{
	struct process_spawner *sp = calloc(1, sizeof(*sp));

	if (sp == NULL)
		return NULL;
	sp->stack = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	sp->report = mmap(NULL, sizeof(*sp->report), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sp->stack == MAP_FAILED || sp->report == MAP_FAILED ||
	    mprotect(sp->stack, GUARD_SIZE, PROT_NONE) < 0) {
		int error = errno;

		unmap_all(sp);
		free(sp);
		errno = error;
		return NULL;
	}
	sp->self = getpid();
	return sp;
}

void
process_spawner_free(struct process_spawner *sp)
{
	if (sp == NULL)
		return;
	unmap_all(sp);
	free(sp);
}

IN_CHILD static _Noreturn void
give_up(struct process_spawner *sp, enum process_failure failure, int error)
{
	sp->report->failure = failure;
	sp->report->error = error;
	_exit(127);
}

IN_CHILD static int
execute(const char *path, const struct process_request *req)
{
	execve(path, req->argv, req->envp);
	if (errno == ENOEXEC && req->fallback != NULL)
		execve(req->fallback[0], req->fallback, req->envp);
	return errno;
}

/*
 * Puts dir/name into buf, of PATH_MAX bytes, or name alone if dir is empty.
 * Returns false if it is too long.
 */
IN_CHILD static bool
put_candidate(char *buf, const char *dir, size_t dir_len, const char *name)
{
	size_t name_len = strlen(name);

	if (dir_len + name_len + 2 > PATH_MAX)
		return false;
	memcpy(buf, dir, dir_len);
	buf += dir_len;
	if (dir_len > 0)
		*buf++ = '/';
	memcpy(buf, name, name_len + 1);
	return true;
}

/*
 * Tries dir/name for each folder in path, like execvp(3) but without touching
 * the heap.  Returns why nothing was executed: EACCES if there was a file of
 * that name which we may not execute, ENOENT if there was none.
 */
IN_CHILD static int
execute_in_path(struct process_spawner *sp, const char *path,
    const struct process_request *req)
{
	int seen = ENOENT;

	for (;;) {
		const char *end = strchrnul(path, ':');
		int error;

		if (put_candidate(sp->candidate, path, (size_t)(end - path),
			req->argv[0])) {
			error = execute(sp->candidate, req);
			if (error == EACCES)
				seen = EACCES;
			else if (error != ENOENT && error != ENOTDIR &&
			    error != ESTALE && error != ENODEV &&
			    error != ETIMEDOUT)
				return error;
		}
		if (*end == '\0')
			return seen;
		path = end + 1;
	}
}

/*
 * Gives the descriptors of the request their numbers.  The extra one comes
 * last: its number may be the one that a member of fds still has.
 */
IN_CHILD static int
put_fds(const struct process_request *req)
{
	for (int i = 0; i < 3; i++)
		if (req->fds[i] != i && dup2(req->fds[i], i) < 0)
			return -1;
	if (req->extra_number == 0)
		return 0;
	if (req->extra_fd == req->extra_number) /* dup2(2) would do nothing */
		return fcntl(req->extra_fd, F_SETFD, 0);
	return dup2(req->extra_fd, req->extra_number);
}

/*
 * Makes a process group of its own, perhaps in the foreground; or a session,
 * and the terminal its own, which is at descriptor 1 already.  All signals are
 * blocked, or SIGTTOU would stop us.
 */
IN_CHILD static int
lead(const struct process_request *req)
{
	pid_t self = getpid();

	if (!req->terminal && setpgid(0, 0) < 0)
		return -1;
	if (!req->terminal && req->foreground) /* or there is none any more */
		ioctl(STDIN_FILENO, TIOCSPGRP, &self);
	if (!req->terminal)
		return 0;
	if (setsid() < 0)
		return -1;
	return ioctl(STDOUT_FILENO, TIOCSCTTY, 0);
}

/* Moves to the cgroup of the request; stays where it is if that fails. */
IN_CHILD static bool
move_to_cgroup(const struct process_request *req)
{
	int fd = openat(req->cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	bool moved = fd >= 0 && write(fd, "0", 1) == 1;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return moved;
}

/*
 * The child, from clone(2) to execve(2).  It runs in our memory while we wait:
 * no heap, no locks, nothing that blocks.
 */
IN_CHILD static int
child_main(void *arg)
{
	struct child *child = arg;
	struct process_spawner *sp = child->sp;
	const struct process_request *req = child->req;
	int error;

	sp->report->began = true;
	if (child->moves)
		sp->report->in_cgroup = move_to_cgroup(req);
	if (req->cgroup_only && !sp->report->in_cgroup)
		give_up(sp, PROCESS_NO_SETUP, errno);
	if (put_fds(req) < 0 || lead(req) < 0)
		give_up(sp, PROCESS_NO_SETUP, errno);
	signals_forget();
	if (signals_die_with(sp->self) < 0)
		give_up(sp, PROCESS_NO_SETUP, errno);
	if (req->nofile != NULL && setrlimit(RLIMIT_NOFILE, req->nofile) < 0)
		give_up(sp, PROCESS_NO_SETUP, errno);
	if (req->nice != 0)
		setpriority(PRIO_PROCESS, 0, req->nice);
	if (req->directory != NULL && chdir(req->directory) < 0)
		give_up(sp, PROCESS_NO_DIRECTORY, errno);
	if (signals_restore(req->signals) < 0)
		give_up(sp, PROCESS_NO_SETUP, errno);
	if (req->argv[0][0] == '\0')
		error = ENOENT;
	else if (strchr(req->argv[0], '/') != NULL)
		error = execute(req->argv[0], req);
	else
		error = execute_in_path(sp, child->path, req);
	give_up(sp, PROCESS_NO_EXEC, error);
}

/* What is tried is undone: back to what is nicer everybody may. */
bool
process_may_have_nice(int nice)
{
	int ours = getpriority(PRIO_PROCESS, 0);

	if (nice >= ours)
		return true;
	if (setpriority(PRIO_PROCESS, 0, nice) < 0)
		return false;
	setpriority(PRIO_PROCESS, 0, ours);
	return true;
}

static const char *
own_path(void)
{
	const char *path = getenv("PATH");

	return path != NULL ? path : "/usr/local/bin:/bin:/usr/bin";
}

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0;
}

bool
process_finds(const char *name)
{
	char candidate[PATH_MAX];
	const char *path = own_path(), *end;

	if (*name == '\0' || strchr(name, '/') != NULL)
		return is_program(name);
	for (;; path = end + 1) {
		end = strchrnul(path, ':');
		if (put_candidate(
			candidate, path, (size_t)(end - path), name) &&
		    is_program(candidate))
			return true;
		if (*end == '\0')
			return false;
	}
}

/*
 * True if clone3(2) has failed because the kernel does not have it, or cannot
 * start a child in a cgroup, or because a filter of system calls forbids it.
 */
static bool
is_not_known(int error)
{
	return error == ENOSYS || error == EINVAL || error == E2BIG ||
	    error == EPERM;
}

/*
 * True if clone3(2) has failed because of the cgroup: any other error would
 * meet a child without one, too.
 */
static bool
is_refused(int error)
{
	return error == EACCES || error == EBUSY || error == EOPNOTSUPP ||
	    error == ENODEV || error == ENOENT || error == EBADF;
}

static void
forget_killed(pid_t pid, int *pidfd)
{
	waitpid(pid, NULL, 0);
	close(*pidfd);
	*pidfd = -1;
}

/*
 * Starts the child in its cgroup by clone3(2).  Without clone3(2) it starts in
 * ours and moves itself, which takes longer, perhaps 10 ms.  If the cgroup
 * cannot be entered, it starts in ours and stays. The child
 * also moves itself if it was killed before it could run: Linux since 6.14 does
 * that where cgroup.kill was used, at any time, on its cgroup more often than
 * on ours, or less often.
 */
static pid_t
start(struct process_spawner *sp, struct child *child, int *ret_pidfd)
{
	char *stack = sp->stack + GUARD_SIZE;
	int cgroup_fd = child->req->cgroup_fd;
	struct report *report = sp->report;
	pid_t pid;

	*report = (struct report){ PROCESS_OK, 0, false, false };
	child->moves = cgroup_fd >= 0 && sp->no_clone3;
	if (cgroup_fd >= 0 && !sp->no_clone3) {
		report->in_cgroup = true;
		pid = clone3_into(
		    child_main, stack, STACK_SIZE, child, cgroup_fd, ret_pidfd);
		if (pid >= 0 && report->began)
			return pid;
		if (pid < 0 && !is_not_known(errno) &&
		    !(is_refused(errno) && !child->req->cgroup_only))
			return -1;
		sp->no_clone3 = pid < 0 && is_not_known(errno);
		child->moves = pid >= 0 || sp->no_clone3;
		report->in_cgroup = false;
		if (pid >= 0)
			forget_killed(pid, ret_pidfd);
	}
	return clone(child_main, stack + STACK_SIZE,
	    CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, child, ret_pidfd);
}

enum process_failure
process_spawn(struct process_spawner *sp, const struct process_request *req,
    struct process *ret)
{
	struct child child = { .sp = sp,
		.req = req,
		.path = req->path != NULL ? req->path : own_path() };
	sigset_t all, before;
	int pidfd = -1;
	pid_t pid;

	assert(req->extra_number == 0 ||
	    (req->extra_number > 2 && req->extra_fd > 2));
	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before) < 0)
		return PROCESS_NO_SETUP;
	pid = start(sp, &child, &pidfd);
	sp->report->error = pid < 0 ? errno : sp->report->error;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid < 0) {
		errno = sp->report->error;
		return PROCESS_NO_PROCESS;
	}
	if (sp->report->failure != PROCESS_OK) {
		waitpid(pid, NULL, 0); /* it has called _exit(2) */
		close(pidfd);
		errno = sp->report->error;
		return sp->report->failure;
	}
	ret->pid = pid;
	ret->pidfd = pidfd;
	ret->in_cgroup = sp->report->in_cgroup;
	return PROCESS_OK;
}
