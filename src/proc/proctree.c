#include "proctree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "procpid.h"
#include "procstat.h"
#include "sys/fd.h"

struct proctree {
	pid_t self;
	struct procpid procpid;
	int children_fd; /* /proc/self/task/TID/children; -1: no such file */
	pid_t init;      /* see proctree_set_init() */
	int init_fd;     /* children_fd of init; -1: no such file */
	struct buf text; /* of the file that was read last */
};

void
proclist_append(struct proclist *list, const struct proc *proc)
{
	if (list->len == list->cap) {
		list->cap = list->cap > 0 ? list->cap * 2 : 16;
		list->procs =
		    xreallocarray(list->procs, list->cap, sizeof(*list->procs));
	}
	list->procs[list->len++] = *proc;
}

void
proclist_add(struct proclist *list, pid_t pid, pid_t parent)
{
	proclist_append(list, &(struct proc){ pid, parent, 0 });
}

static int
compare_pids(const void *a, const void *b)
{
	pid_t x = ((const struct proc *)a)->pid;
	pid_t y = ((const struct proc *)b)->pid;

	return x < y ? -1 : x > y;
}

void
proclist_sort(struct proclist *list)
{
	if (list->len > 1)
		qsort(
		    list->procs, list->len, sizeof(*list->procs), compare_pids);
}

bool
proclist_has(const struct proclist *sorted, pid_t pid)
{
	const struct proc key = { pid, 0, 0 };

	return sorted->len > 0 &&
	    bsearch(&key, sorted->procs, sorted->len, sizeof(key),
		compare_pids) != NULL;
}

void
proclist_release(struct proclist *list)
{
	free(list->procs);
	*list = (struct proclist){ NULL, 0, 0 };
}

/* Opens the list of children of a process that has one thread. */
static int
open_children(const struct proctree *tree, pid_t pid)
{
	pid_t shown = procpid_shown(&tree->procpid, pid);
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", shown, shown);
	return fd_open_in_need(path, O_RDONLY);
}

struct proctree *
proctree_new(void)
{
	struct proctree *tree = xcalloc(1, sizeof(*tree));

	tree->self = getpid();
	tree->children_fd = tree->init_fd = -1;
	procpid_init(&tree->procpid);
	if (tree->procpid.usable)
		tree->children_fd = open_children(tree, tree->self);
	return tree;
}

bool
proctree_lists_children(const struct proctree *tree)
{
	return tree->children_fd >= 0;
}

int
proctree_set_init(struct proctree *tree, pid_t init)
{
	if (!tree->procpid.usable) {
		errno = ENOENT;
		return -1;
	}
	tree->init = init;
	tree->init_fd = open_children(tree, init);
	return 0;
}

void
proctree_free(struct proctree *tree)
{
	if (tree == NULL)
		return;
	if (tree->children_fd >= 0)
		close(tree->children_fd);
	if (tree->init_fd >= 0)
		close(tree->init_fd);
	buf_release(&tree->text);
	free(tree);
}

/* Where read(2) gives less than this of a file in /proc, the file ends. */
#define SEQ_FILE_FILLS 2048

/* How often proctree_hold() looks for processes that were born meanwhile. */
#define HOLD_LOOKS 16

/* No kernel counts further (see proc_sys_kernel(5), pid_max). */
#define PID_MAX_LIMIT 4194304

/* Reads the whole file from its start; the text ends in a NUL.  0 or -1. */
static int
read_whole(int fd, struct buf *text)
{
	text->len = 0;
	for (;;) {
		ssize_t n;

		buf_reserve(text, 4096);
		n = pread(fd, text->data + text->len, text->cap - text->len - 1,
		    (off_t)text->len);
		if (n < 0)
			return -1;
		text->len += (size_t)n;
		text->data[text->len] = '\0';
		if (n < SEQ_FILE_FILLS)
			return 0;
	}
}

static void
add_numbers(const struct proctree *tree, struct proclist *list,
    const char *text, pid_t parent)
{
	pid_t shown;

	while ((shown = procstat_number(text, &text)) > 0) {
		pid_t pid = procpid_own(&tree->procpid, shown);

		if (pid > 0)
			proclist_add(list, pid, parent);
		text += *text == ' ';
	}
}

int
proctree_stat(const struct proctree *tree, pid_t pid, struct procstat *ret)
{
	pid_t shown = procpid_shown(&tree->procpid, pid);

	if (!tree->procpid.usable || shown == 0) {
		errno = tree->procpid.usable ? ESRCH : EOPNOTSUPP;
		return -1;
	}
	if (procstat_read(shown, ret) < 0)
		return -1;
	ret->parent = procpid_own(&tree->procpid, ret->parent);
	return 0;
}

/* Opens a file of the process in /proc for reading. */
static int
open_of(const struct proctree *tree, pid_t pid, const char *name)
{
	pid_t shown = procpid_shown(&tree->procpid, pid);
	char path[64];

	if (!tree->procpid.usable || shown == 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/%s", shown, name);
	return fd_open_in_need(path, O_RDONLY);
}

/* For a kernel without children files: asks every process for its parent. */
static int
scan_for_children(
    const struct proctree *tree, pid_t parent, struct proclist *list)
{
	DIR *proc = fd_folder_in_need("/proc");
	const struct dirent *entry;
	struct procstat stat;
	const char *end;

	if (proc == NULL)
		return -1;
	while ((entry = readdir(proc)) != NULL) {
		pid_t pid;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		pid = procpid_own(
		    &tree->procpid, procstat_number(entry->d_name, &end));
		if (pid > 0 && proctree_stat(tree, pid, &stat) == 0 &&
		    stat.parent == parent)
			proclist_add(list, pid, parent);
	}
	closedir(proc);
	return 0;
}

/* Lists the children of parent, by its file "children" if that is open. */
static int
list_children(
    struct proctree *tree, int fd, pid_t parent, struct proclist *list)
{
	if (!tree->procpid.usable)
		return -1;
	if (fd < 0)
		return scan_for_children(tree, parent, list);
	if (read_whole(fd, &tree->text) < 0)
		return -1;
	add_numbers(tree, list, tree->text.data, parent);
	return 0;
}

int
proctree_children(struct proctree *tree, struct proclist *list)
{
	return list_children(tree, tree->children_fd, tree->self, list);
}

int
proctree_init_children(struct proctree *tree, struct proclist *list)
{
	return list_children(tree, tree->init_fd, tree->init, list);
}

void
proctree_children_without_proc(struct proclist *list)
{
	pid_t self = getpid();

	for (pid_t pid = 2; pid <= PID_MAX_LIMIT; pid++) {
		siginfo_t info = { 0 };

		if (waitid(P_PID, (id_t)pid, &info,
			WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 &&
		    info.si_pid == 0)
			proclist_add(list, pid, self);
	}
}

/* Appends the children of a process; each of its threads may have some. */
static void
add_children_of(struct proctree *tree, pid_t pid, struct proclist *list)
{
	pid_t shown = procpid_shown(&tree->procpid, pid);
	char path[300];
	const struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", shown);
	tasks = fd_folder_in_need(path);
	if (tasks == NULL)
		return;
	while ((entry = readdir(tasks)) != NULL) {
		int fd;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/children", shown,
		    entry->d_name);
		fd = fd_open_in_need(path, O_RDONLY);
		if (fd < 0)
			break;
		if (read_whole(fd, &tree->text) == 0)
			add_numbers(tree, list, tree->text.data, pid);
		close(fd);
	}
	closedir(tasks);
}

void
proctree_below(struct proctree *tree, pid_t root, struct proclist *list)
{
	size_t next = list->len;

	if (!tree->procpid.usable)
		return;
	add_children_of(tree, root, list);
	for (; next < list->len; next++)
		add_children_of(tree, list->procs[next].pid, list);
}

bool
proctree_signal(const struct proctree *tree, const struct proc *proc, int signo)
{
	int pidfd = tree->procpid.usable ? fd_pidfd_in_need(proc->pid) : -1;
	struct procstat stat;
	bool sent;

	if (pidfd < 0)
		return false;
	/* the pidfd pins a process: the listed one if its parent is the same */
	sent = proctree_stat(tree, proc->pid, &stat) == 0 &&
	    stat.parent == proc->parent &&
	    (proc->start == 0 || stat.started == proc->start) &&
	    pidfd_send_signal(pidfd, signo, NULL, 0) == 0;
	close(pidfd);
	return sent;
}

static int
by_pid(const void *a, const void *b)
{
	pid_t left = ((const struct proc *)a)->pid;
	pid_t right = ((const struct proc *)b)->pid;

	return left < right ? -1 : left > right;
}

/*
 * Stops the processes of list that are not in held, a sorted list; then makes
 * held a sorted copy of list.  Returns how many were stopped.
 */
static size_t
stop_new(const struct proctree *tree, const struct proclist *list, size_t roots,
    struct proclist *held)
{
	size_t stopped = 0;

	for (size_t i = 0; i < list->len; i++) {
		const struct proc *proc = &list->procs[i];

		if (held->len > 0 &&
		    bsearch(proc, held->procs, held->len, sizeof(*proc),
			by_pid) != NULL)
			continue;
		if (i < roots && proc->start == 0
			? kill(proc->pid, SIGSTOP) == 0
			: proctree_signal(tree, proc, SIGSTOP))
			stopped++;
	}
	held->len = 0;
	for (size_t i = 0; i < list->len; i++)
		proclist_add(held, list->procs[i].pid, list->procs[i].parent);
	if (held->len > 0)
		qsort(held->procs, held->len, sizeof(*held->procs), by_pid);
	return stopped;
}

/*
 * Lists anew the roots, then every process below them.  The roots are the first
 * in the list, as many as roots says; or, if own is true, all of our children.
 * Returns how many roots there are; 0 if our children cannot be listed.
 */
static size_t
list_anew(struct proctree *tree, struct proclist *list, size_t roots, bool own)
{
	list->len = own ? 0 : roots;
	if (own && proctree_children(tree, list) < 0)
		return 0;
	roots = list->len;
	for (size_t i = 0; i < roots; i++)
		proctree_below(tree, list->procs[i].pid, list);
	return roots;
}

/* What both functions below do, see list_anew().  Returns how many roots. */
static size_t
hold(struct proctree *tree, struct proclist *list, size_t roots, bool own)
{
	struct proclist held = { NULL, 0, 0 };

	for (int look = 0; look < HOLD_LOOKS; look++) {
		roots = list_anew(tree, list, roots, own);
		if (stop_new(tree, list, roots, &held) == 0)
			break;
	}
	proclist_release(&held);
	return roots;
}

void
proctree_hold(struct proctree *tree, struct proclist *list, size_t roots)
{
	hold(tree, list, roots, false);
}

size_t
proctree_hold_children(struct proctree *tree, struct proclist *list)
{
	return hold(tree, list, 0, true);
}

pid_t
proctree_parent(const struct proctree *tree, pid_t pid)
{
	struct procstat stat;

	return proctree_stat(tree, pid, &stat) == 0 ? stat.parent : 0;
}

void
proctree_name(const struct proctree *tree, pid_t pid, char *buf, size_t size)
{
	int fd = open_of(tree, pid, "comm");
	ssize_t n;

	n = fd < 0 ? -1 : read(fd, buf, size - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0) {
		snprintf(buf, size, "?");
		return;
	}
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

/*
 * True if a process that /proc does not show is dead: it may also be hidden,
 * see hidepid in proc(5).
 */
static bool
is_dead_though_hidden(pid_t pid)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)pid, &info,
		WEXITED | WNOHANG | WNOWAIT | __WALL) == 0)
		return info.si_pid != 0;
	return kill(pid, 0) < 0 && errno == ESRCH;
}

bool
proctree_is_dead(const struct proctree *tree, pid_t pid)
{
	struct procstat stat;

	if (!tree->procpid.usable)
		return false;
	if (proctree_stat(tree, pid, &stat) < 0)
		return (errno == ENOENT || errno == ESRCH) &&
		    is_dead_though_hidden(pid);
	return procstat_is_dead(&stat);
}

bool
proctree_is_dying(const struct proctree *tree, pid_t pid)
{
	struct procstat stat;

	/* between two of the fields that tell it, it is seen in none */
	for (int i = 0; i < 2; i++) {
		if (proctree_stat(tree, pid, &stat) < 0)
			return proctree_is_dead(tree, pid);
		if (procstat_is_dying(&stat))
			return true;
	}
	return false;
}

bool
proctree_is_changing(const struct proctree *tree, pid_t pid)
{
	struct procstat stat;
	char path[64];

	if (proctree_stat(tree, pid, &stat) < 0)
		return false;
	if (stat.ending || stat.has_environ)
		return stat.ending;
	/* the kernel does not say of other users' processes where it is */
	snprintf(path, sizeof(path), "/proc/%d/environ",
	    procpid_shown(&tree->procpid, pid));
	return access(path, R_OK) == 0;
}

bool
proctree_is_stopped(const struct proctree *tree, pid_t pid)
{
	struct procstat stat;

	return proctree_stat(tree, pid, &stat) < 0 || stat.state == 'T';
}

int
proctree_file(const struct proctree *tree, pid_t pid, int fd, dev_t *ret_dev,
    ino_t *ret_ino)
{
	pid_t shown = procpid_shown(&tree->procpid, pid);
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", shown, fd);
	if (!tree->procpid.usable || stat(path, &st) < 0)
		return -1;
	*ret_dev = st.st_dev;
	*ret_ino = st.st_ino;
	return 0;
}

/*
 * The descriptor that the process waits in read(2) for, by the text of its file
 * syscall: "0 0x3 ...", see proc_pid_syscall(5); -1: it does not.
 */
static int
read_fd(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit;
	char begin[32];
	int fd = 0;

	snprintf(begin, sizeof(begin), "%d 0x", SYS_read);
	if (strncmp(text, begin, strlen(begin)) != 0)
		return -1;
	for (text += strlen(begin); *text != '\0' &&
	     (digit = strchr(digits, *text)) != NULL && fd <= INT_MAX / 16 - 1;
	     text++)
		fd = fd * 16 + (int)(digit - digits);
	return fd;
}

bool
proctree_reads_terminal(const struct proctree *tree, pid_t pid, dev_t terminal)
{
	int fd = open_of(tree, pid, "syscall");
	char text[64], path[64];
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	fd = read_fd(text);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d",
	    procpid_shown(&tree->procpid, pid), fd);
	return fd >= 0 && stat(path, &st) == 0 && S_ISCHR(st.st_mode) &&
	    (st.st_rdev == terminal || st.st_rdev == makedev(5, 0));
}

int
proctree_environ(
    struct proctree *tree, pid_t pid, const char *name, char *buf, size_t size)
{
	struct buf *text = &tree->text;
	size_t name_len = strlen(name);
	int found = -1, fd = open_of(tree, pid, "environ");

	if (fd < 0)
		return -1;
	if (read_whole(fd, text) == 0) {
		for (size_t at = 0; at < text->len;
		     at += strlen(text->data + at) + 1) {
			const char *s = text->data + at;

			if (strncmp(s, name, name_len) == 0 &&
			    s[name_len] == '=') {
				snprintf(buf, size, "%s", s + name_len + 1);
				found = 0;
				break;
			}
		}
	}
	close(fd);
	return found;
}
