/* Which family a process came from. */
#ifndef CONTAIN_ORIGIN_H
#define CONTAIN_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

struct contain;
struct family;

/*
 * The family of an orphan: by its cgroup, by its process group, by its
 * environment, or because there is only one.  NULL if that cannot be known, or
 * the family is gone.
 */
struct family *origin_of(struct contain *contain, pid_t pid);

/*
 * The family of a process whose parents may live: by its group, or by the first
 * of its ancestors that is known.  NULL if it is of none.
 */
struct family *origin_above(struct contain *contain, pid_t pid);

/* True if the process can write to a pipe that we read for the family. */
bool origin_is_by_pipe(const struct family *family, pid_t pid);

/* The number that the environment of a process has for name; -1: none. */
int64_t origin_environ_number(
    const struct contain *contain, pid_t pid, const char *name);

/* True if the child became ours after its job was over, and may live. */
bool origin_is_spared(struct contain *contain, pid_t pid);

#endif
