/*
 * Who descends from whom, read from /proc.  Of our own children this is exact:
 * a pid is not given to another process before we have reaped it.  Below them
 * it is a best effort: processes there start, end and are reaped while we read.
 */
#ifndef PROC_PROCTREE_H
#define PROC_PROCTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

struct procstat;
struct proctree;

/* A process and its parent when it was read. */
struct proc {
	pid_t pid;
	pid_t parent;
	uint64_t start; /* started in struct procstat; 0: not known */
};

/* A growable list of processes; { NULL, 0, 0 } is empty. */
struct proclist {
	struct proc *procs; /* owned */
	size_t len;
	size_t cap;
};

/* Append a process; proclist_add() is for one whose start is not known. */
void proclist_append(struct proclist *list, const struct proc *proc);
void proclist_add(struct proclist *list, pid_t pid, pid_t parent);

/* Sorts the processes by pid, as proclist_has() needs them. */
void proclist_sort(struct proclist *list);

/* True if the list, sorted by proclist_sort(), has the process. */
bool proclist_has(const struct proclist *sorted, pid_t pid);

/* Frees the processes; the list is empty then. */
void proclist_release(struct proclist *list);

/*
 * Opens the view of the calling process, which must stay single-threaded.
 * Never NULL.  A /proc that was mounted for a PID namespace above ours will do,
 * see procpid.h.  If there is no /proc, or it shows other processes, it is not
 * used: the functions below then find nothing.
 */
struct proctree *proctree_new(void);

/* Frees the view; NULL is harmless. */
void proctree_free(struct proctree *tree);

/*
 * Appends our own children, running and zombie, to list.  Returns 0, or -1
 * if there is no /proc to tell.
 */
int proctree_children(struct proctree *tree, struct proclist *list);

/* True if the kernel lists children: else all of /proc is searched for them. */
bool proctree_lists_children(const struct proctree *tree);

/*
 * Says which process is the init of a PID namespace below ours, for
 * proctree_init_children().  Returns 0, or -1 with errno.
 */
int proctree_set_init(struct proctree *tree, pid_t init);

/* Appends the children of that init, as proctree_children() does our own. */
int proctree_init_children(struct proctree *tree, struct proclist *list);

/*
 * Appends our own running children where there is no /proc: asks waitid(2)
 * about every pid there can be.  Takes up to a second.
 */
void proctree_children_without_proc(struct proclist *list);

/*
 * Appends every process below the given root to list, parents before their
 * children, the root not included.
 */
void proctree_below(struct proctree *tree, pid_t root, struct proclist *list);

/*
 * Sends the signal to a process that is not our child, but only if its parent,
 * and its start if that is known, are still the same: a recycled pid is never
 * hit.  False if it was not sent.
 */
bool proctree_signal(
    const struct proctree *tree, const struct proc *proc, int signo);

/*
 * Stops the first processes of list, as many as roots says, and what is below
 * them, which is appended to list.  The roots must be unreaped children of ours
 * or have a start.  Looks until nothing new is found, so that programs which
 * fork all the time can be killed: what is stopped cannot fork while the others
 * are killed.
 */
void proctree_hold(struct proctree *tree, struct proclist *list, size_t roots);

/*
 * Does the same with all of our children, also those that we adopt while it
 * looks, and makes list of them and what is below them.  Returns how many of
 * the list are our children: these come first.  Finds none without /proc.
 */
size_t proctree_hold_children(struct proctree *tree, struct proclist *list);

/* Reads what procstat_read() does, of a process by its pid in our namespace. */
int proctree_stat(const struct proctree *tree, pid_t pid, struct procstat *ret);

/* The parent of a process, or 0 if that cannot be known. */
pid_t proctree_parent(const struct proctree *tree, pid_t pid);

/* Short name of a process (comm) into buf; "?" if it cannot be read. */
void proctree_name(
    const struct proctree *tree, pid_t pid, char *buf, size_t size);

/* True if the process is known to run no more: a zombie or gone. */
bool proctree_is_dead(const struct proctree *tree, pid_t pid);

/*
 * True if the process is known to end by itself: it is dead, or ends, or a
 * signal that ends it was sent before the call.
 */
bool proctree_is_dying(const struct proctree *tree, pid_t pid);

/*
 * True if the process waits in read(2) for the terminal with that device
 * number, or for its /dev/tty.  False also if nobody may know.
 */
bool proctree_reads_terminal(
    const struct proctree *tree, pid_t pid, dev_t terminal);

/*
 * True if the environment of the process cannot be read just now, because the
 * process is in the middle of execve(2) or about to end: another look, or its
 * children, may tell more.
 */
bool proctree_is_changing(const struct proctree *tree, pid_t pid);

/* True if the process was stopped by a signal; also if nobody can tell. */
bool proctree_is_stopped(const struct proctree *tree, pid_t pid);

/*
 * Tells which file the process has open as descriptor fd.  Returns 0, or -1
 * with errno if it has none or may not be looked at.
 */
int proctree_file(const struct proctree *tree, pid_t pid, int fd,
    dev_t *ret_dev, ino_t *ret_ino);

/*
 * Copies the value that the process's environment had for name when it was
 * executed to buf, cut to size.  Returns 0, or -1 if there is none or it may
 * not be read.
 */
int proctree_environ(
    struct proctree *tree, pid_t pid, const char *name, char *buf, size_t size);

#endif
