/* What processes have used of CPU time and memory. */
#ifndef SYS_USAGE_H
#define SYS_USAGE_H

#include <signal.h>
#include <stdint.h>

#include <sys/types.h>
#include <sys/wait.h>

struct usage {
	int64_t user_ns, system_ns; /* CPU time */
	int64_t max_rss;            /* bytes of the largest process */
};

/*
 * The same as waitid(2), but also says in *ret what the process has used so
 * far, together with the children that it has waited for.
 */
int usage_waitid(
    idtype_t type, id_t id, siginfo_t *info, int options, struct usage *ret);

/* Adds what one process has used to what others have. */
void usage_add(struct usage *sum, const struct usage *used);

/*
 * The most memory that our own process has had so far, in bytes.  A child has
 * at least that much in its usage, since it begins in our memory; see
 * getrusage(2).
 */
int64_t usage_our_rss(void);

/* The time of day in ns since 1970. */
int64_t usage_wall_ns(void);

#endif
