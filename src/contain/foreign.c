#include "foreign.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "procstat.h"

/* From linux/pidfd.h of Linux 6.15; older headers do not have it. */
struct pidfd_exit_info {
	uint64_t mask;
	uint64_t cgroupid;
	uint32_t ids[11];
	int32_t exit_code;
};
#define GET_INFO _IOWR(0xFF, 11, struct pidfd_exit_info)
#define INFO_EXIT (UINT64_C(1) << 3)

/* The folder of a process in /proc belongs to its user. */
static bool
is_same_user(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return stat(path, &st) == 0 && st.st_uid == geteuid();
}

/*
 * A thread of the kernel has no program file.  A process whose first thread has
 * ended has none any more either: its state is Z.
 */
static bool
is_kernel_thread(pid_t pid, const struct procstat *stat)
{
	char path[64], target;

	if (stat->state == 'Z')
		return false;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	return readlink(path, &target, 1) < 0 && errno == ENOENT;
}

static bool
is_ancestor(pid_t pid)
{
	struct procstat stat;
	pid_t at = getpid();

	while (at != pid) {
		if (at <= 1 || procstat_read(at, &stat) < 0)
			return false;
		at = stat.parent;
	}
	return true;
}

int
foreign_open(pid_t pid, const char **ret_why)
{
	int fd = pidfd_open(pid, 0);
	struct procstat stat;

	if (fd < 0) {
		*ret_why = errno == ESRCH
		    ? "not a running process"
		    : "no process that can be watched: is it a thread?";
		return -1;
	}
	*ret_why = NULL;
	if (procstat_read(pid, &stat) < 0 || procstat_is_dead(&stat))
		*ret_why = "not running any more";
	else if (is_ancestor(pid))
		*ret_why =
		    "an ancestor of nursery: each would wait for the other";
	else if (!is_same_user(pid))
		*ret_why = "another user's process";
	else if (is_kernel_thread(pid, &stat))
		*ret_why = "a thread of the kernel";
	if (*ret_why == NULL)
		return fd;
	close(fd);
	return -1;
}

static int
decode(int status, int *ret_code, int *ret_status)
{
	if (WIFEXITED(status)) {
		*ret_code = CLD_EXITED;
		*ret_status = WEXITSTATUS(status);
	} else {
		*ret_code = CLD_KILLED;
		*ret_status = WTERMSIG(status);
	}
	return 0;
}

int
foreign_status(int pidfd, pid_t pid, int *ret_code, int *ret_status)
{
	struct procstat stat = { 0 };
	bool zombie = procstat_read(pid, &stat) == 0 && stat.state == 'Z';
	struct pidfd_exit_info info = { .mask = INFO_EXIT };

	if (ioctl(pidfd, GET_INFO, &info) == 0 && (info.mask & INFO_EXIT) != 0)
		return decode(info.exit_code, ret_code, ret_status);
	/* not reaped yet, so pid was still its own when we read stat */
	if (zombie && pidfd_send_signal(pidfd, 0, NULL, 0) == 0)
		return decode(stat.status, ret_code, ret_status);
	return -1;
}
