/* How much a job may take, which the controllers of its cgroup v2 enforce. */
#ifndef CGROUP_LIMITS_H
#define CGROUP_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The limits of a job.  A member that is 0 sets none. */
struct limits {
	int64_t memory; /* bytes */
	int64_t pids;   /* processes and threads at once */
	int64_t cpu;    /* percent of one CPU */
};

enum limit {
	LIMIT_NONE,
	LIMIT_MEMORY,
	LIMIT_PIDS,
};

/* How often limits of a group were met so far. */
struct limit_events {
	int64_t killed;  /* processes, for want of memory */
	int64_t refused; /* new processes */
};

/* Room for what limits_controllers() writes. */
#define LIMITS_CONTROLLERS_MAX 32

/* True if there is any limit. */
bool limits_exist(const struct limits *limits);

/*
 * Writes the controllers that the limits need to buf, but for those in except,
 * a list parted by blanks; each with the sign before it: "+memory +pids".
 */
void limits_controllers(const struct limits *limits, char sign,
    const char *except, char buf[LIMITS_CONTROLLERS_MAX]);

/*
 * Finds a limit whose controller is not in the list, which is parted by blanks.
 * Returns its option, and the controller in *ret_controller; NULL if there is
 * none.
 */
const char *limits_lack(
    const struct limits *limits, const char *list, const char **ret_controller);

/* Sets the limits of the group dir.  Returns 0, or -1 with errno. */
int limits_set(const struct limits *limits, const char *dir);

/* Reads how often the limits of the group dir were met; 0 if nobody says. */
void limits_read(
    const struct limits *limits, const char *dir, struct limit_events *ret);

/* Which limit was met between two readings of limits_read(). */
enum limit limits_met(
    const struct limit_events *before, const struct limit_events *after);

#endif
