/* What /proc/PID/stat says of a process: see proc_pid_stat(5). */
#ifndef PROC_PROCSTAT_H
#define PROC_PROCSTAT_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

struct procstat {
	char state; /* 'R', 'S', 'T' (stopped), 'Z' (zombie), ... */
	pid_t parent;
	int threads; /* how many, with the first one even if it has ended */
	uint64_t started; /* after the boot of the machine, in clock ticks */
	int status;       /* as from wait(2) if it is a zombie; else 0 */
	bool ending;      /* on its way to be a zombie, or one */
	bool killed;      /* a signal ends it, though it may not know yet */
	bool has_environ; /* it has an environment, which may be empty */
};

/*
 * Reads the file of the process that /proc shows by that pid.  Returns 0, or -1
 * with errno: ENOENT or ESRCH if there is no such process.
 */
int procstat_read(pid_t pid, struct procstat *ret);

/* True if none of its threads runs any more, whatever the first one does. */
bool procstat_is_dead(const struct procstat *stat);

/* True if it runs no more, or does not get back to its program any more. */
bool procstat_is_dying(const struct procstat *stat);

/* Returns the number that text begins with, or 0; *ret_end is behind it. */
int procstat_number(const char *text, const char **ret_end);

#endif
