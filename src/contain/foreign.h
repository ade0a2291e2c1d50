/*
 * Processes that we did not start: found by pid, held by a pidfd, so that a
 * recycled pid is never hit.
 */
#ifndef CONTAIN_FOREIGN_H
#define CONTAIN_FOREIGN_H

#include <sys/types.h>

/*
 * Opens a process of the same user that is neither this one nor one that this
 * one descends from: they would wait for each other.  Returns a pidfd (see
 * pidfd_open(2)), or -1 with *ret_why, a constant that completes "process N
 * is ...".
 */
int foreign_open(pid_t pid, const char **ret_why);

/*
 * After the pidfd of pid became readable, the process has ended: tells how, as
 * waitid(2) does for a child (CLD_EXITED or CLD_KILLED, and the status).
 * Returns 0, or -1 if it cannot be known: it was reaped already and the kernel
 * does not keep it (before Linux 6.15).
 */
int foreign_status(int pidfd, pid_t pid, int *ret_code, int *ret_status);

#endif
