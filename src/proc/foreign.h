/*
 * Processes that we did not start: found by pid, held by a pidfd, so that a
 * recycled pid is never hit.
 */
#ifndef PROC_FOREIGN_H
#define PROC_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

struct proc;
struct proctree;

/*
 * Opens a process of our user, but not ourselves or an ancestor: we would wait
 * for each other.  Returns a pidfd (see pidfd_open(2)), or -1 with *ret_why, a
 * constant that completes "process N is ...".
 */
int foreign_open(pid_t pid, const char **ret_why);

/*
 * Tells how a process has ended, as waitid(2) does for a child (CLD_EXITED or
 * CLD_KILLED, and the status).  Call it when the pidfd is readable.  Returns 0,
 * or -1 if nobody knows: a kernel before Linux 6.15 forgets the status once the
 * process is reaped.
 */
int foreign_status(int pidfd, pid_t pid, int *ret_code, int *ret_status);

/* A process, and a pidfd that keeps us from hitting another one. */
struct foreign {
	pid_t pid;
	int pidfd;
};

/* A growable list of processes; { NULL, 0, 0 } is empty. */
struct foreign_list {
	struct foreign *procs; /* owned, with the pidfds; parents come first */
	size_t len;
	size_t cap;
};

/*
 * Adds the process, unless it is in the list or the pid is another's by now.
 * False if there is no descriptor for it.
 */
bool foreign_list_add(const struct proctree *tree, struct foreign_list *list,
    const struct proc *proc);

/* Drops processes that have ended, zombies too.  Returns how many are left. */
size_t foreign_list_prune(struct foreign_list *list);

/* Drops all processes: the list is empty then. */
void foreign_list_release(struct foreign_list *list);

#endif
