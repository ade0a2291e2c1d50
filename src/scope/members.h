/*
 * Which processes belong to which job (kernel.md 1.2 to 1.4).
 *
 * The worker's own children are known exactly: leaders, and orphans that came
 * to us because their parent died.  What is below them is found when needed.
 */
#ifndef SCOPE_MEMBERS_H
#define SCOPE_MEMBERS_H

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
	int asked;   /* the signal that last asked it to end, or 0 */
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
	bool scan_wanted;
	bool more_to_adopt; /* the last scan found too many at once */
	size_t n_unknown;   /* killed by the last scan, not attributed */
	int unclean;        /* scans in a row that met something new and dead */
	bool gave_up;       /* strays are left that nothing ends */
	struct loop_timer scan_timer;
};

void members_init(struct nursery *n);
void members_release(struct nursery *n);

/* The child of that pid; NULL if we know none. */
struct member *members_find(struct nursery *n, pid_t pid);

/* A leader was started. */
void members_add_leader(struct nursery *n, struct job *job);

/*
 * Reaps what has died and tells the jobs.  Called for SIGCHLD; a leader is
 * peeked at first, its job acts while the zombie pins the group, and only then
 * is it reaped.
 */
void members_reap(struct nursery *n);

/*
 * The leader of a job that is no child of ours has ended, as waitid(2) would
 * tell of a child.
 */
void members_leader_ended(
    struct nursery *n, struct job *job, int code, int status);

/* Looks for processes that became ours in silence, before all are signalled. */
void members_scan(struct nursery *n);

/* Reaps, then looks for processes also where there is no /proc. */
void members_sweep(struct nursery *n);

/* The job ends: its leader's pid means nothing any more. */
void members_remove_leader(struct job *job);

/*
 * SIGKILL did not end it for a long time: says what is left and lets the job
 * end all the same; the nursery has failed.
 */
void members_give_up(struct job *job);

/* Forgets the job's orphans: they may live (--orphans=leave). */
void members_leave_orphans(struct job *job);

/* True if the worker has no child at all: the proof that nothing is left. */
bool members_none_left(void);

#endif
