/*
 * Whose a folder is that a nursery has made: its name says so, that others can
 * tell when the owner is gone and clean up after it.
 */
#ifndef CONTAIN_OWNER_H
#define CONTAIN_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

/* Room for a name from owner_name(). */
#define OWNER_NAME_MAX 80

/*
 * A process that cannot be taken for another: a pid that is used again comes
 * with a later start, and counts in one PID namespace only.
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

/* True if the owner is known to run no more; judge says who is asking. */
bool owner_is_gone(const struct owner *owner, const struct owner *judge);

#endif
