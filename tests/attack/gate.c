/*
 * gate.so, preloaded into one process of nursery: lets tests/attack attach
 * strace(1) to that process before it does anything, and to no other.
 *
 *	ATTACK_GATE	a folder.  The process writes its pid to the FIFO "ask"
 *			in it, which it removes: who comes later passes.  Then
 *			it waits for the lock of the file "lock" there.
 *
 *	ATTACK_ROLE	front: the process waits before main().
 *			worker: its first child by fork(2) waits.
 *
 * It waits by flock(2), which nursery never calls, so that nursery's own calls
 * are counted right.  The variables are removed from the environment, so jobs
 * do not wait.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/file.h>

static bool gate_at_fork;
static char gate_folder[PATH_MAX];

static void
pass_gate(void)
{
	char path[PATH_MAX + 8], pid[16];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/ask", gate_folder);
	fd = open(path, O_WRONLY | O_CLOEXEC); /* somebody reads it already */
	/* not getpid(2): strace may not be in our PID namespace */
	len = readlink("/proc/self", pid, sizeof(pid) - 1);
	if (fd < 0 && errno == ENOENT)
		return;
	unlink(path);
	if (fd < 0 || len < 0)
		_exit(96);
	pid[len++] = '\n';
	if (write(fd, pid, (size_t)len) != len)
		_exit(96);
	close(fd);
	snprintf(path, sizeof(path), "%s/lock", gate_folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			_exit(96);
	close(fd);
}

pid_t
fork(void)
{
	pid_t (*real)(void), pid;

	*(void **)&real = dlsym(RTLD_NEXT, "fork");
	pid = real();
	if (pid == 0 && gate_at_fork)
		pass_gate();
	gate_at_fork = false;
	return pid;
}

static void __attribute__((__constructor__)) begin(void)
{
	const char *folder = getenv("ATTACK_GATE");
	const char *role = getenv("ATTACK_ROLE");

	if (folder == NULL || role == NULL ||
	    (strcmp(program_invocation_short_name, "nursery") != 0 &&
		strcmp(program_invocation_short_name, "parallel") != 0))
		return;
	snprintf(gate_folder, sizeof(gate_folder), "%s", folder);
	gate_at_fork = strcmp(role, "worker") == 0;
	unsetenv("LD_PRELOAD");
	unsetenv("ATTACK_GATE");
	unsetenv("ATTACK_ROLE");
	if (!gate_at_fork)
		pass_gate();
}
