#include "group.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/strvec.h"
#include "proc/owner.h"
#include "proc/procstat.h"
#include "proc/proctree.h"
#include "sys/cgroup.h"
#include "sys/fd.h"

#define END_TRIES 2000   /* pauses of 1 ms until what was killed is gone */
#define REMOVE_TRIES 100 /* to remove what is busy for a moment */
#define MOVE_TRIES 50    /* while processes that are moved make new ones */

/* What is done to each group of a tree. */
struct visit {
	bool nested_too; /* also to groups of nurseries that run in it */
	void (*each)(const char *dir, void *arg);
	void *arg;
};

static bool
is_folder_of_nursery(const char *name)
{
	struct owner owner;

	return owner_parse(name, &owner) == 0;
}

/* The paths of the groups in dir, except those that are not to be visited. */
static void
list_groups(const char *dir, bool nested_too, struct strvec *ret)
{
	const struct dirent *entry;
	struct stat st;
	DIR *groups;

	/* in a cgroup file system the links count the folders, and two more */
	groups = stat(dir, &st) == 0 && st.st_nlink > 2 ? fd_folder_in_need(dir)
							: NULL;
	while (groups != NULL && (entry = readdir(groups)) != NULL) {
		const char *name = entry->d_name;

		if (entry->d_type == DT_DIR && name[0] != '.' &&
		    (nested_too || !is_folder_of_nursery(name)))
			strvec_pushf(ret, "%s/%s", dir, name);
	}
	if (groups != NULL)
		closedir(groups);
}

/*
 * Visits the groups below dir, then dir itself.  None is open meanwhile: there
 * may be more of them, one in another, than descriptors.
 */
static void
walk(const char *dir, const struct visit *visit)
{
	struct strvec groups = STRVEC_INIT;

	list_groups(dir, visit->nested_too, &groups);
	for (size_t i = 0; i < groups.len; i++)
		walk(groups.items[i], visit);
	strvec_release(&groups);
	visit->each(dir, visit->arg);
}

/*
 * Adds the processes of one group.  The kernel shows 0 for a process in a PID
 * namespace that we cannot see.
 */
static void
add_pids(const char *dir, void *arg)
{
	char path[PATH_MAX], *line = NULL;
	size_t room = 0;
	FILE *f;
	int fd;

	if (snprintf(path, sizeof(path), "%s/cgroup.procs", dir) >=
	    (int)sizeof(path))
		return;
	fd = fd_open_in_need(path, O_RDONLY);
	f = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (f == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (getline(&line, &room, f) > 0) {
		const char *end;

		if (isdigit((unsigned char)line[0]))
			proclist_add(arg, procstat_number(line, &end), 0);
	}
	free(line);
	fclose(f);
}

static void
list_pids(const char *dir, bool nested_too, struct proclist *list)
{
	const struct visit visit = { nested_too, add_pids, list };

	walk(dir, &visit);
}

/*
 * Reads the group twice.  Before we have read the parent of a pid, its process
 * may have ended and another one, outside of the group, have got the pid: then
 * the second list does not have it.
 */
void
group_list(const char *dir, bool nested_too, struct proclist *list)
{
	struct proclist first = { NULL, 0, 0 }, second = { NULL, 0, 0 };
	struct procstat stat;

	list_pids(dir, nested_too, &first);
	for (size_t i = 0; i < first.len; i++) {
		struct proc *proc = &first.procs[i];

		if (proc->pid == 0 || procstat_read(proc->pid, &stat) < 0)
			proc->pid = -1;
		else
			proc->parent = stat.parent;
	}
	list_pids(dir, nested_too, &second);
	proclist_sort(&second);
	for (size_t i = 0; i < first.len; i++) {
		const struct proc *proc = &first.procs[i];

		if (proclist_has(&second, proc->pid))
			proclist_add(list, proc->pid, proc->parent);
	}
	proclist_release(&first);
	proclist_release(&second);
}

/*
 * "populated" is not enough: a process that has ended stays in the group for
 * some microseconds.
 */
bool
group_has_processes(const char *dir)
{
	struct proclist list = { NULL, 0, 0 };
	char text[256];
	bool found = false;

	if (cgroup_read(dir, "cgroup.events", text, sizeof(text)) < 0 ||
	    cgroup_event(text, "populated") == 0)
		return false;
	list_pids(dir, true, &list);
	for (size_t i = 0; i < list.len && !found; i++) {
		pid_t pid = list.procs[i].pid;
		struct procstat stat;

		found = pid == 0 ||
		    (procstat_read(pid, &stat) == 0 &&
			!procstat_is_dead(&stat));
	}
	proclist_release(&list);
	return found;
}

int
group_write(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return cgroup_write_at(AT_FDCWD, path, text);
}

/* Kills one process after the other, for a kernel without cgroup.kill. */
static void
kill_listed(const char *dir)
{
	struct proclist list = { NULL, 0, 0 };
	struct proctree *tree = proctree_new();

	group_list(dir, true, &list);
	for (size_t i = 0; i < list.len; i++)
		proctree_signal(tree, &list.procs[i], SIGKILL);
	proclist_release(&list);
	proctree_free(tree);
}

void
group_kill(const char *dir)
{
	if (group_write(dir, "cgroup.kill", "1") < 0)
		kill_listed(dir);
}

void
group_end(const char *dir)
{
	for (int i = 0; i < END_TRIES && group_has_processes(dir); i++) {
		group_kill(dir);
		poll(NULL, 0, 1);
	}
}

int
group_add(const char *dir, pid_t pid)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", (int)pid);
	return group_write(dir, "cgroup.procs", text);
}

bool
group_evacuate(const char *dir, const char *to)
{
	bool moved = true, empty = false;

	for (int i = 0; i < MOVE_TRIES && moved && !empty; i++) {
		struct proclist list = { NULL, 0, 0 };

		list_pids(dir, true, &list);
		empty = list.len == 0;
		for (size_t k = 0; k < list.len; k++)
			if (group_add(to, list.procs[k].pid) < 0 &&
			    errno != ESRCH)
				moved = false;
		proclist_release(&list);
	}
	return empty;
}

/* How a group is removed, and what became of it. */
struct removal {
	int tries;
	int error;
};

static void
remove_one(const char *dir, void *arg)
{
	struct removal *removal = arg;

	for (int i = 1; rmdir(dir) < 0; i++) {
		removal->error = errno;
		if (errno == ENOENT)
			break;
		if (errno != EBUSY || i >= removal->tries ||
		    group_has_processes(dir))
			return;
		poll(NULL, 0, 1);
	}
	removal->error = 0;
}

static int
remove_all(const char *dir, int tries)
{
	struct removal removal = { tries, 0 };
	const struct visit visit = { true, remove_one, &removal };

	walk(dir, &visit);
	errno = removal.error;
	return removal.error == 0 ? 0 : -1;
}

int
group_remove(const char *dir)
{
	return remove_all(dir, REMOVE_TRIES);
}

int
group_remove_now(const char *dir)
{
	return remove_all(dir, 1);
}
