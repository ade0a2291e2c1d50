/*
 * Which processes belong to which job (kernel.md 1.2 to 1.4).
 *
 * The worker's own children are known exactly: leaders, and orphans that came
 * to us because their parent died.  What is below them is found when needed.
 */
#ifndef NURSERY_MEMBERS_H
#define NURSERY_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include "sys/loop.h"

struct job;
struct nursery;
struct proctree;

/* A child of the worker that was not reaped yet: its pid cannot be reused. */
struct member {
	pid_t pid;
	struct job *job; /* NULL: left alone under --orphans=leave */
	bool is_leader;
	bool listed; /* in the tree */
	bool told;   /* had the polite signal by itself or with its group */
	RB_ENTRY(member) node;
	LIST_ENTRY(member) link; /* of its job's orphans */
};

LIST_HEAD(member_list, member);
RB_HEAD(member_tree, member);

struct members {
	struct member_tree tree; /* by pid */
	struct proctree *proctree;
	bool can_list;      /* this system tells us our children */
	struct job *strays; /* owns orphans whose job nobody knows */
	struct job *reaped; /* the one leader that exited since the last scan */
	unsigned n_reaped;
	bool scan_wanted;
	bool gave_up; /* strays are left that nothing ends */
	struct loop_timer scan_timer;
};

void members_init(struct nursery *n);
void members_release(struct nursery *n);

/* A leader was started. */
void members_add_leader(struct nursery *n, struct job *job);

/*
 * Reaps what has died and tells the jobs.  Called for SIGCHLD; a leader is
 * peeked at first, its job acts while the zombie pins the group, and only then
 * is it reaped.
 */
void members_reap(struct nursery *n);

/*
 * Signals every process of the job, the group in one call.  SIGKILL and
 * SIGCONT reach all, always.  Any other signal reaches a process once, until
 * members_forget_told(), and none that belongs to a nested nursery: that one
 * hears of it from its own front and has its own order of ending.
 */
void members_signal(struct job *job, int signo);

/* Another signal may follow, and shall reach everybody again. */
void members_forget_told(struct job *job);

/* The job ends: its leader's pid means nothing any more. */
void members_remove_leader(struct job *job);

/*
 * SIGKILL did not end it for a long time: says what is left and lets the job
 * end all the same; the nursery has failed.
 */
void members_give_up(struct job *job);

/* Names up to a handful of the job's orphans: "sleep[12], sh[13]". */
void members_name_orphans(const struct job *job, char *buf, size_t size);

/* Forgets the job's orphans: they may live (--orphans=leave). */
void members_leave_orphans(struct job *job);

/* True if the worker has no child at all: the proof that nothing is left. */
bool members_none_left(void);

/*
 * All jobs are over: ends what is left of nobody's.  True when there is
 * nothing.
 */
bool members_end_strays(struct nursery *n);

#endif
