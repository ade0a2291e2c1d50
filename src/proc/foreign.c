#include "foreign.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/xalloc.h"
#include "procpid.h"
#include "procstat.h"
#include "proctree.h"

/* From linux/pidfd.h of Linux 6.15; older headers do not have it. */
struct pidfd_exit_info {
	uint64_t mask;
	uint64_t cgroupid;
	uint32_t ids[11];
	int32_t exit_code;
};
#define GET_INFO _IOWR(0xFF, 11, struct pidfd_exit_info)
#define INFO_EXIT (UINT64_C(1) << 3)

/* The functions down to is_ancestor() take pids as /proc shows them. */

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

/* True if pid is the process self or one of its ancestors. */
static bool
is_ancestor(pid_t pid, pid_t self)
{
	struct procstat stat;
	pid_t at = self;

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
	struct procpid procpid;
	struct procstat stat;
	pid_t shown;

	if (fd < 0) {
		*ret_why = errno == ESRCH
		    ? "not a running process"
		    : "no process that can be watched: is it a thread?";
		return -1;
	}
	*ret_why = NULL;
	procpid_init(&procpid);
	shown = procpid_shown(&procpid, pid);
	if (!procpid.usable)
		*ret_why = "not shown by the /proc that is mounted here";
	else if (procstat_read(shown, &stat) < 0 || procstat_is_dead(&stat))
		*ret_why = "not running any more";
	else if (is_ancestor(shown, procpid_shown(&procpid, getpid())))
		*ret_why =
		    "an ancestor of nursery: each would wait for the other";
	else if (pid == 1)
		*ret_why = "the init process, which ends after all others";
	else if (!is_same_user(shown))
		*ret_why = "another user's process";
	else if (is_kernel_thread(shown, &stat))
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
	struct pidfd_exit_info info = { .mask = INFO_EXIT };
	struct procpid procpid;
	bool zombie;

	procpid_init(&procpid);
	zombie = procstat_read(procpid_shown(&procpid, pid), &stat) == 0 &&
	    stat.state == 'Z';

	if (ioctl(pidfd, GET_INFO, &info) == 0 && (info.mask & INFO_EXIT) != 0)
		return decode(info.exit_code, ret_code, ret_status);
	/* not reaped yet, so pid was still its own when we read stat */
	if (zombie && pidfd_send_signal(pidfd, 0, NULL, 0) == 0)
		return decode(stat.status, ret_code, ret_status);
	return -1;
}

static bool
has(const struct foreign_list *list, pid_t pid)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->procs[i].pid == pid)
			return true;
	return false;
}

bool
foreign_list_add(const struct proctree *tree, struct foreign_list *list,
    const struct proc *proc)
{
	struct procstat stat;
	int pidfd;

	if (has(list, proc->pid))
		return true;
	pidfd = pidfd_open(proc->pid, 0);
	if (pidfd < 0)
		return errno != EMFILE && errno != ENFILE;
	/* pidfd holds the listed process if that has the same parent still */
	if (proctree_stat(tree, proc->pid, &stat) < 0 ||
	    stat.parent != proc->parent) {
		close(pidfd);
		return true;
	}
	if (list->len == list->cap) {
		list->cap = list->cap > 0 ? list->cap * 2 : 16;
		list->procs =
		    xreallocarray(list->procs, list->cap, sizeof(*list->procs));
	}
	list->procs[list->len++] = (struct foreign){ proc->pid, pidfd };
	return true;
}

size_t
foreign_list_prune(struct foreign_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->len; i++) {
		struct pollfd ended = { list->procs[i].pidfd, POLLIN, 0 };

		if (poll(&ended, 1, 0) > 0)
			close(list->procs[i].pidfd);
		else
			list->procs[kept++] = list->procs[i];
	}
	return list->len = kept;
}

void
foreign_list_release(struct foreign_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		close(list->procs[i].pidfd);
	free(list->procs);
	*list = (struct foreign_list){ NULL, 0, 0 };
}
