/*
 * Process ids in /proc.  They are ours, unless /proc was mounted for a PID
 * namespace above ours: a job under --contain=pidns sees the /proc of the
 * machine, where each process has another number than for itself.
 */
#ifndef PROC_PROCPID_H
#define PROC_PROCPID_H

#include <stdbool.h>

#include <sys/types.h>

struct procpid {
	bool usable; /* /proc is there, and shows us */
	bool other;  /* it shows pids of a namespace above ours */
	int level;   /* how far above; see NSpid in proc_pid_status(5) */
};

/* Finds out for which PID namespace /proc was mounted. */
void procpid_init(struct procpid *ret);

/* The number that /proc has for a process of ours, or 0. */
pid_t procpid_shown(const struct procpid *procpid, pid_t pid);

/* Our number of a process that /proc shows, or 0 if we cannot see it. */
pid_t procpid_own(const struct procpid *procpid, pid_t shown);

#endif
