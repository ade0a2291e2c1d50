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

#include "cgroup/limits.h"
#include "proc/foreign.h"
#include "proc/proctree.h"
#include "sys/loop.h"
#include "sys/usage.h"

struct family;
struct front;
struct leaf;
struct leaves;
struct pidns;

/* What the owner of a family is told. */
struct contain_events {
	/*
	 * The leader has ended; code (CLD_EXITED or CLD_KILLED) and status as
	 * waitid(2) tells them.  The leader is still a zombie, so that neither
	 * its pid nor the number of its group can be another's.
	 */
	void (*exited)(struct family *family, int code, int status);
	/* More processes of the family became our children. */
	void (*orphaned)(struct family *family);
	/*
	 * No process of the family is left: proved.  The owner may free the
	 * family.  Only that of the strays may get new processes later.
	 */
	void (*gone)(struct family *family);
	/* The leader was stopped by the signal. */
	void (*stopped)(struct family *family, int signo);
	/* An orphan of the family has ended. */
	void (*progressed)(struct family *family);
	/* SIGKILL does not end the family, which is about to be given up. */
	void (*stuck)(struct family *family);
	/* True if we read the family's output from that pipe. */
	bool (*owns_pipe)(const struct family *family, dev_t dev, ino_t ino);
	/*
	 * Somebody has ended the PID namespace of the jobs, and so all of them:
	 * nothing can be started any more.  The family is that of the strays.
	 */
	void (*broken)(struct family *family);
};

/*
 * A child of the worker.  Until it is reaped nobody else can have its pid.  A
 * leader is listed longer, because its group may outlive it.  If start is not
 * 0, the member is a child of the PID namespace's init: see nsorphan.h.
 */
struct member {
	pid_t pid;
	struct family *family; /* NULL: of no job, left alone */
	bool is_leader;
	bool listed;    /* in contain.members */
	uint64_t start; /* see struct proc */
	unsigned seen;  /* scan.looks of the last look that has met it */
	int asked;      /* last signal that asked the process to end, or 0 */
	RB_ENTRY(member) node;
	LIST_ENTRY(member) link; /* in family.orphans */
};

LIST_HEAD(member_list, member);
RB_HEAD(member_tree, member);

/* The process that was started, and whose end is the job's outcome. */
struct leader {
	struct member member;
	bool child;  /* we start it; false: adopted, another's child */
	int pidfd;   /* owned; -1: none */
	bool exited; /* has ended, and may be a zombie */
	bool stopped;
	bool reaped; /* another process may have the pid now */
};

/* The processes of one job. */
struct family {
	struct contain *contain;
	void *owner; /* the job, for the events */
	uint64_t id; /* NURSERY_ID in the environment of the job */
	struct leader leader;
	struct leaf *leaf; /* the cgroup that it runs in; NULL: none */
	struct member_list orphans;
	size_t n_orphans;
	int asked;             /* last signal that asked all to end, or 0 */
	struct proclist below; /* who got that signal below our children */
	/* below a leader that is no child of ours, since it was asked to end */
	struct foreign_list foreign;
	struct usage usage; /* of its processes that we have seen end */
	bool doomed;        /* being killed, until nothing is left */
	bool gave_up;       /* SIGKILL did not end all processes */
	bool gone;          /* no process is left */
	/* when its cgroup was first seen to have unlisted processes, or 0 */
	int64_t unlisted_ns;
	bool lingering;                  /* in contain.lingering */
	TAILQ_ENTRY(family) link;        /* in contain.families */
	TAILQ_ENTRY(family) linger_link; /* in contain.lingering */
};

TAILQ_HEAD(family_list, family);

/* What the last look at the list of our children has told: see scan.h. */
struct scan {
	bool can_list;       /* /proc lists our children */
	bool wanted;         /* another look is needed */
	bool more_to_adopt;  /* the last look could not take all new ones */
	size_t n_unknown;    /* new children killed without asking whose */
	bool reaped_unknown; /* some children of n_unknown were reaped */
	unsigned looks;      /* how many looks there were */
	int unclean;         /* looks in a row that could not prove anything */
	bool thorough;       /* the next look also drops vanished members */
	int64_t pause_ns;    /* to the next look if no end is heard of */
	struct loop_timer timer;
};

/* Every process below the worker. */
struct contain {
	struct loop *loop;
	const struct front *front;
	struct contain_events events;
	bool spares_late; /* orphans of a job that is over may live */
	struct proctree *proctree;
	struct leaves *leaves;
	struct pidns *pidns; /* of the jobs, owned; NULL: they are in ours */
	struct loop_io pidns_io;
	struct member_tree members;  /* our children, by pid */
	struct family_list families; /* of the jobs that are not over */
	size_t n_families;
	struct family_list lingering; /* families whose leader has ended */
	struct family
	    *strays; /* orphans whose job nobody knows; the caller's */
	struct scan scan;
	int64_t hold_ns; /* see contain_may_hold(); 0: never asked */
};

/*
 * Returns the container of this process, which must be a subreaper.  loop and
 * front are borrowed, events are copied.  The caller sets strays to a family
 * that it has initialised, before the first process is started.
 */
struct contain *contain_new(struct loop *loop, const struct front *front,
    bool spares_late, const struct contain_events *events);

/*
 * Every family that is started from now on has the limits.  False if they
 * cannot be kept: then a sentence in why says the reason.
 */
bool contain_set_limits(struct contain *contain, const struct limits *limits,
    char *why, size_t size);

/*
 * Nothing will be started any more: ends the PID namespace if there is one, and
 * removes the cgroups.  Returns 0, or -1 if the namespace cannot be ended.
 */
int contain_close(struct contain *contain);

/* Frees it; every family but the strays must be released. */
void contain_free(struct contain *contain);

/* What is listed under that pid; NULL if nothing is. */
struct member *contain_find(struct contain *contain, pid_t pid);

/*
 * For a child of ours that lives: which of those that we know it is; NULL if it
 * is a new one.  The pid of a leader that was reaped is a new child's.  An
 * orphan whose pid is another's now has ended: it is freed.
 */
struct member *contain_recognize(struct contain *contain, pid_t pid);

/* Prepares an empty family; child: we will start its leader. */
void family_init(struct family *family, struct contain *contain, void *owner,
    uint64_t id, bool child);

/* Frees what the family holds; it must have no process. */
void family_release(struct family *family);

/* Puts the family into contain.families, or takes it out. */
void family_join(struct family *family);
void family_leave(struct family *family);

/* The family has no leader, and never will: only orphans. */
void family_begin_leaderless(struct family *family);

/* Another leader is about to be started; nothing is left of the one before. */
void family_begin(struct family *family);

/* The limit that the family has met since its leader was started, if any. */
enum limit family_limit_met(const struct family *family);

/*
 * Opens the directory of the cgroup that the leader is to be started in.  -1
 * with errno if there is none; contain_must_limit() says whether the leader can
 * start without.  family_close_leaf() is called after the start, and told
 * whether the leader was started and is in that cgroup.
 */
int family_open_leaf(struct family *family);
void family_close_leaf(struct family *family, int fd, bool started, bool in_it);

/* The leader runs.  The pidfd is the family's from now on. */
void family_started(struct family *family, pid_t pid, int pidfd);

/* No process is left: forgets the pid of the leader. */
void family_end(struct family *family);

/* Adds a new child, of ours or of init, to the orphans of the family. */
void family_adopt(struct family *family, const struct proc *proc);

/* Takes the orphan from the family that had it. */
void family_claim(struct family *family, struct member *orphan);

/* Remembers a new child of ours that is of no job and may live. */
void contain_spare(struct contain *contain, const struct proc *proc);

/* An orphan has ended: frees it, and tells its family. */
void contain_ended(struct contain *contain, struct member *orphan);

/*
 * Calls contain_ended() for children of init that the last look has not met;
 * and if own is true also for children of ours that it has not met: they have
 * vanished without being reaped, see scan.h.
 */
void contain_forget_unseen(struct contain *contain, bool own);

/* Forgets the orphans of the family: they may live. */
void family_leave_orphans(struct family *family);

/* True if no family may start without its cgroup. */
bool contain_must_limit(const struct contain *contain);

/*
 * True if it is time to stop processes before they are killed, which takes
 * much longer: SIGKILL alone has been tried again and again for HOLD_AFTER_NS.
 * contain_held() is to be called when that is done.
 */
bool contain_may_hold(struct contain *contain);
void contain_held(struct contain *contain);

/* True if somebody has ended the PID namespace: no process can be started. */
bool contain_is_broken(const struct contain *contain);

/* Descriptors are short: keeps none open that is not needed. */
void contain_save_files(struct contain *contain);

/*
 * True if the worker has no child at all: the proof that nothing is left.  In
 * a PID namespace init is its only child then, and init has none.
 */
bool contain_is_empty(struct contain *contain);

#endif
