/* clone3(2) with another stack for the child, which libc does not offer. */
#ifndef SYS_CLONE3_H
#define SYS_CLONE3_H

#include <stddef.h>

#include <sys/types.h>

/*
 * Starts a child that shares our memory, in the cgroup v2 whose directory is
 * cgroup_fd, and waits until it executes a program or ends (CLONE_VM and
 * CLONE_VFORK).  The child runs fn(arg), which must not return, on the size
 * bytes of stack.  Returns its pid, and a pidfd in *ret_pidfd; or -1 with
 * errno, which is ENOSYS also for a processor that this is not written for.
 */
pid_t clone3_into(int (*fn)(void *), void *stack, size_t size, void *arg,
    int cgroup_fd, int *ret_pidfd);

#endif
