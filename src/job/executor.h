/*
 * What runs a job: this process, or an agent on another machine.  The states of
 * a job, its limits, retries and output are the same for both.
 *
 * What becomes of the processes is told to the job by job_leader_status() and
 * job_event(), as processes.c and elsewhere.c do.
 */
#ifndef JOB_EXECUTOR_H
#define JOB_EXECUTOR_H

struct job;
struct stop;

struct executor {
	/*
	 * Begins an attempt of a job, which may be over and freed by that.
	 * Returns 0; or an errno if something was missing for it: see launch().
	 */
	int (*start)(struct job *job);
	/*
	 * Sends how->signo to each process of the job that has not got it yet;
	 * SIGKILL at how->deadline_ns is the caller's.
	 */
	void (*ask)(struct job *job, const struct stop *how);
	/* SIGKILL for all of them; called again until nothing is left. */
	void (*kill)(struct job *job);
	/* Passes on a signal that stops or continues. */
	void (*signal)(struct job *job, int signo);
	/* SIGKILL does not end the job: gives it up; may free it. */
	void (*give_up)(struct job *job);
};

#endif
