/*
 * Which nursery has made a folder: the name of the folder says it, so that
 * other nurseries can tell that the owner is gone, and clean up after it.
 */
#ifndef PROC_OWNER_H
#define PROC_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

/* Room for a name from owner_name(). */
#define OWNER_NAME_MAX 80

/*
 * What no two processes have in common: one that gets the pid of another starts
 * later, and pids of other PID namespaces do not matter.
 */
struct owner {
	pid_t pid;
	uint64_t started; /* see procstat.h */
	uint64_t namespace_ino;
};

/*
 * Fills in what identifies the process.  Returns 0; or -1 if there is none, or
 * no /proc that shows our PID namespace.
 */
int owner_of(pid_t pid, struct owner *ret);

/* Writes the name of the owner's folder, "nursery-...", to name. */
void owner_name(const struct owner *owner, char name[OWNER_NAME_MAX]);

/* Parses such a name.  Returns 0, or -1 if it is none. */
int owner_parse(const char *name, struct owner *ret);

/* True if judge, the caller, can know that the owner does not run any more. */
bool owner_is_gone(const struct owner *owner, const struct owner *judge);

#endif
