/*
 * Reaching every process of a family: its group, its orphans, and what is below
 * them in other groups and sessions.  A pid that was reaped is never signalled.
 */
#ifndef CONTAIN_REACH_H
#define CONTAIN_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

/* Linux 6.9 has it; older headers do not. */
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#	define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2)
#endif

struct family;

/*
 * Asks every process of the family to end by the signal, the group in one call,
 * and continues those that are stopped.  Called again with that signal, it asks
 * only processes that became the family's since.  It spares the jobs of a
 * nursery that runs inside the job: that one ends them in an order of its own.
 */
void reach_ask(struct family *family, int signo);

/*
 * Signals every process of the family, each time that it is called: for signals
 * that stop and continue.  SIGKILL, SIGSTOP and SIGCONT also reach the jobs of
 * nurseries that run inside the job.
 */
void reach_signal(struct family *family, int signo);

/* SIGKILL for every process of the family: it is doomed from now on. */
void reach_kill(struct family *family);

/*
 * Writes the names of some orphans of the family to buf, "sleep[12], sh[13]";
 * or of what is left in its cgroup, if it has no orphan.  If dying is false, a
 * process about to end, as when the terminal of its session was hung up, is not
 * named; its living descendants are.  Returns how many there are, named or not.
 */
size_t reach_name_orphans(
    const struct family *family, bool dying, char *buf, size_t size);

/*
 * A process of the family that waits for what is typed at the terminal with
 * that device number, as far as one can see; or 0.
 */
pid_t reach_find_reader(struct family *family, dev_t terminal);

/* True if a child of ours, running or zombie, is in the leader's group. */
bool reach_group_is_left(const struct family *family);

#endif
