/* clone3(2) with a stack of its own for the child, which libc does not offer.
 */
#ifndef SYS_CLONE3_H
#define SYS_CLONE3_H

#include <stddef.h>

#include <sys/types.h>

/*
 * Runs fn(arg), which must not return, in a child that shares our memory, on
 * the stack, which starts at stack and has size bytes; we wait until the child
 * executes a program or ends (CLONE_VM | CLONE_VFORK).  The child starts in the
 * cgroup v2 whose directory is cgroup_fd.  Returns its pid, and a pidfd of it
 * in *ret_pidfd; or -1 with errno, ENOSYS also for a processor that this is not
 * written for.
 */
pid_t clone3_into(int (*fn)(void *), void *stack, size_t size, void *arg,
    int cgroup_fd, int *ret_pidfd);

#endif
