/*
 * Scanning our children: reaps those that have ended, finds those that became
 * ours without notice, and proves that a family is gone.
 *
 * A leader's end is looked at first: its owner acts while the zombie keeps the
 * process group from being another's, and only then is it reaped.  A family
 * counts as gone only if a list of our children, made after its last process
 * was reaped, has none of it, and its cgroup, if it has one, has no process.
 *
 * While a family waits for its last processes, we also look now and then
 * without having heard of an end: a process that was made with CLONE_AUTOREAP
 * (Linux 7.1) vanishes without a word.
 */
#ifndef CONTAIN_SCAN_H
#define CONTAIN_SCAN_H

struct contain;
struct family;

/* Prepares contain->scan. */
void scan_init(struct contain *contain);

/* Reaps what has died and tells the owners.  Called for SIGCHLD. */
void scan_reap(struct contain *contain);

/*
 * The leader of the family, an adopted process, has ended; code and status as
 * waitid(2) would tell them of a child.
 */
void scan_leader_ended(struct family *family, int code, int status);

/* Looks for new children of ours.  Call it before all jobs are signalled. */
void scan_look(struct contain *contain);

/* Reaps, then looks for new children, also where there is no /proc. */
void scan_sweep(struct contain *contain);

/*
 * SIGKILL did not end the family for a long time: treats it as gone.  Unless
 * only zombies are left, calls the event stuck first, and makes its orphans
 * strays.
 */
void scan_give_up(struct family *family);

#endif
