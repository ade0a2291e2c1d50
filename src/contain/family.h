/*
 * Which processes are ours, and which of them belong together.
 *
 * The worker's own children are known exactly: the leaders that it started,
 * and orphans, which became its children because their parent died.  What is
 * below them is looked up when it is needed.  All that belongs to one job is a
 * family; the events tell its owner what becomes of it.
 */
#ifndef CONTAIN_FAMILY_H
#define CONTAIN_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include "proctree.h"
#include "sys/loop.h"

struct family;
struct front;

/* What the owner of a family is told. */
struct contain_events {
	/*
	 * The leader has ended; code (CLD_EXITED or CLD_KILLED) and status as
	 * waitid(2) tells them.  It is still a zombie: its group is pinned.
	 */
	void (*exited)(struct family *family, int code, int status);
	/* More of its processes became our children. */
	void (*orphaned)(struct family *family);
	/*
	 * No process of it is left: proved.  Its owner may free it.  For the
	 * family of strays: none is left for now.
	 */
	void (*gone)(struct family *family);
	/* The leader was stopped by the signal. */
	void (*stopped)(struct family *family, int signo);
	/* One of its processes has ended. */
	void (*progressed)(struct family *family);
	/* Nothing ends what is left of it; it is about to be given up. */
	void (*stuck)(struct family *family);
	/* Whether its output is read from the pipe of that device and inode. */
	bool (*owns_pipe)(const struct family *family, dev_t dev, ino_t ino);
};

/* A child of the worker that was not reaped yet: its pid cannot be reused. */
struct member {
	pid_t pid;
	struct family *family; /* NULL: left alone, see contain.spares_late */
	bool is_leader;
	bool listed; /* whether it is in contain.members */
	int asked;   /* the signal that last asked it to end, or 0 */
	RB_ENTRY(member) node;
	LIST_ENTRY(member) link; /* in family.orphans */
};

LIST_HEAD(member_list, member);
RB_HEAD(member_tree, member);

/* The process that was started, and whose end is the job's outcome. */
struct leader {
	struct member member;
	bool child;  /* we start it; else it is somebody else's child */
	int pidfd;   /* owned; -1: none */
	bool exited; /* it has ended, and may be a zombie */
	bool stopped;
	bool reaped; /* its pid means nothing any more */
};

/* The processes of one job. */
struct family {
	struct contain *contain;
	void *owner; /* the job; for the events */
	uint64_t id; /* NURSERY_SEQ in the environment of its processes */
	struct leader leader;
	struct member_list orphans;
	size_t n_orphans;
	int asked;             /* the signal that last asked all to end, or 0 */
	struct proclist below; /* asked by pid, below a leader or an orphan */
	bool doomed;           /* SIGKILL is sent until nothing is left */
	bool gave_up;          /* SIGKILL did not end it */
	bool gone;             /* nothing of it runs */
	bool lingering;        /* whether it is in contain.lingering */
	TAILQ_ENTRY(family) link;        /* in contain.families */
	TAILQ_ENTRY(family) linger_link; /* in contain.lingering */
};

TAILQ_HEAD(family_list, family);

/* What the last look at the list of our children has told: see scan.h. */
struct scan {
	bool can_list;      /* this system tells us our children */
	bool wanted;        /* another look is due */
	bool more_to_adopt; /* there were too many new ones to take at once */
	size_t n_unknown;   /* were killed without asking whose they are */
	int unclean;        /* looks in a row that met something new and dead */
	struct loop_timer timer;
};

/* Every process below the worker. */
struct contain {
	struct loop *loop;
	const struct front *front;
	struct contain_events events;
	bool spares_late; /* what comes late from a job that is over may live */
	struct proctree *proctree;
	struct member_tree members;  /* by pid */
	struct family_list families; /* of all jobs that are not over */
	size_t n_families;
	struct family_list lingering; /* their leader has ended */
	struct family
	    *strays; /* orphans whose job nobody knows; the caller's */
	struct scan scan;
};

/*
 * Returns the container of this process, which must be a subreaper.  loop and
 * front are borrowed, events are copied.  The caller sets strays to a family
 * that it has initialised, before the first process is started.
 */
struct contain *contain_new(struct loop *loop, const struct front *front,
    bool spares_late, const struct contain_events *events);

/* Frees it; every family but the strays must be released. */
void contain_free(struct contain *contain);

/* The child of that pid; NULL if we know none. */
struct member *contain_find(struct contain *contain, pid_t pid);

/* Prepares an empty family; child: its leader will be started by us. */
void family_init(struct family *family, struct contain *contain, void *owner,
    uint64_t id, bool child);

/* Frees what it holds; it must have no process. */
void family_release(struct family *family);

/* Its job is in the scope from now on, or no more. */
void family_join(struct family *family);
void family_leave(struct family *family);

/* It has no leader, and never will: only orphans. */
void family_begin_leaderless(struct family *family);

/* Another leader is about to be started; nothing is left of the one before. */
void family_begin(struct family *family);

/* The leader runs.  The pidfd is the family's from now on. */
void family_started(struct family *family, pid_t pid, int pidfd);

/* Nothing of it runs: its leader's pid means nothing any more. */
void family_end(struct family *family);

/* A new child that belongs to the family: its parent died. */
void family_adopt(struct family *family, pid_t pid);

/* The orphan is another family's. */
void family_claim(struct family *family, struct member *orphan);

/* A new child that belongs to nobody and may live. */
void contain_spare(struct contain *contain, pid_t pid);

/* The orphan has ended: frees it. */
void family_forget(struct contain *contain, struct member *orphan);

/* Forgets its orphans: they may live. */
void family_leave_orphans(struct family *family);

/* True if the worker has no child at all: the proof that nothing is left. */
bool contain_is_empty(void);

#endif
