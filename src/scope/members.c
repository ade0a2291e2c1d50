#include "members.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "contain/front.h"
#include "contain/proctree.h"
#include "origin.h"
#include "reach.h"
#include "state.h"
#include "strays.h"

/* Up to here children are listed after every leader's exit, above in turns. */
#define SCAN_AT_ONCE 64
#define ADOPTED_AT_ONCE 64
#define UNCLEAN_MAX 1000
#define REAP_NS (20 * NS_PER_MS) /* at most, before others have their turn */
#define SCAN_PAUSE_NS (5 * NS_PER_MS)

static int
member_compare(const struct member *a, const struct member *b)
{
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(member_tree, member, node, member_compare,
    static __attribute__((__unused__)))

struct member *
members_find(struct nursery *n, pid_t pid)
{
	struct member key = { .pid = pid };

	return RB_FIND(member_tree, &n->members.tree, &key);
}

static void
unlist(struct nursery *n, struct member *member)
{
	if (member->listed)
		RB_REMOVE(member_tree, &n->members.tree, member);
	member->listed = false;
}

/*
 * A leader that was reaped stays listed while its job lingers, for the sake of
 * its group; should its pid be used again, that is over.
 */
static void
list(struct nursery *n, struct member *member)
{
	struct member *old = RB_INSERT(member_tree, &n->members.tree, member);

	if (old != NULL) {
		assert(old->is_leader && old->job != NULL &&
		    old->job->leader_reaped);
		unlist(n, old);
		RB_INSERT(member_tree, &n->members.tree, member);
	}
	member->listed = true;
}

static void
add_orphan(struct job *job, struct member *orphan)
{
	orphan->job = job;
	LIST_INSERT_HEAD(&job->orphans, orphan, link);
	job->n_orphans++;
}

static void
remove_orphan(struct member *orphan)
{
	if (orphan->job == NULL)
		return;
	LIST_REMOVE(orphan, link);
	orphan->job->n_orphans--;
	orphan->job = NULL;
}

void
members_add_leader(struct nursery *n, struct job *job)
{
	list(n, &job->leader);
}

void
members_remove_leader(struct job *job)
{
	unlist(job->nursery, &job->leader);
	if (job->in_lingering)
		TAILQ_REMOVE(&job->nursery->lingering, job, linger_link);
	job->in_lingering = false;
}

/* The signal that asked it while it was below another process of the job. */
static int
asked_below(const struct job *job, pid_t pid)
{
	for (size_t i = 0; i < job->below.len; i++)
		if (job->below.procs[i].pid == pid)
			return job->asked;
	return 0;
}

/* It came too late to be left with the others when its job ended. */
static bool
is_left(struct nursery *n, pid_t pid)
{
	return n->options->job.orphans == ORPHANS_LEAVE &&
	    origin_is_over(n, pid);
}

/* A child that we did not start: its parent died.  NULL if it is left alone. */
static struct job *
adopt(struct nursery *n, struct job *job, pid_t pid)
{
	struct member *orphan = xcalloc(1, sizeof(*orphan));

	orphan->pid = pid;
	list(n, orphan);
	if (job == NULL && is_left(n, pid))
		return NULL;
	if (job == NULL)
		job = n->members.strays;
	orphan->asked = asked_below(job, pid);
	add_orphan(job, orphan);
	return job;
}

/* A leader that was reaped is not: its pid then is a new process's. */
static bool
is_known(struct nursery *n, pid_t pid)
{
	const struct member *member = members_find(n, pid);

	return member != NULL &&
	    !(member->is_leader && member->job->leader_reaped);
}

/* True if all that runs is being killed: then whatever is new is doomed. */
static bool
is_all_killed(const struct nursery *n)
{
	bool killed = n->members.strays->state == JOB_KILLING;
	const struct job *job;

	TAILQ_FOREACH(job, &n->jobs, link) {
		if (job->state == JOB_KILLING)
			killed = true;
		else if (job_is_alive(job))
			return false;
	}
	return killed;
}

/*
 * Programs that fork and exit in a loop are faster than questions about them:
 * kills at once what is new, and counts it.  The dead among them will have been
 * reaped by the next scan, which then may find none.
 */
static size_t
kill_doomed(struct nursery *n, const struct proclist *children)
{
	size_t killed = 0;

	if (!is_all_killed(n))
		return 0;
	for (size_t i = 0; i < children->len; i++) {
		pid_t pid = children->procs[i].pid, group;

		if (is_known(n, pid) || is_left(n, pid))
			continue;
		group = getpgid(pid);
		if (group == pid)
			kill(-group, SIGKILL); /* atomic against fork(2) */
		kill(pid, SIGKILL);
		killed++;
	}
	n->members.scan_wanted |= killed > 0;
	return killed;
}

/* Strays are left alone until the end, unless all are being ended. */
static void
tell_orphaned(struct nursery *n, struct job *job)
{
	if (job != NULL && (job != n->members.strays || strays_are_ending(n)))
		job_event(job, JOB_ORPHANED);
}

/*
 * Lists our children and tells the jobs of those that are new.  A job may only
 * count as gone by what a scan said since its last process was reaped: if one
 * of the new is dead, what that one left may be missing, so another is wanted.
 */
static void
scan(struct nursery *n, bool without_proc)
{
	struct members *members = &n->members;
	struct proclist children = { NULL, 0, 0 };
	struct job *told = NULL, *job;
	int adopted = 0;

	members->scan_wanted = members->more_to_adopt = false;
	members->can_list =
	    proctree_children(members->proctree, &children) == 0;
	if (!members->can_list && without_proc)
		proctree_children_without_proc(&children);
	members->n_unknown = kill_doomed(n, &children);
	for (size_t i = 0; members->n_unknown == 0 && i < children.len; i++) {
		pid_t pid = children.procs[i].pid;

		if (is_known(n, pid))
			continue;
		if (proctree_is_dead(members->proctree, pid)) {
			members->scan_wanted = true;
			continue;
		}
		if (adopted++ == ADOPTED_AT_ONCE) {
			members->scan_wanted = members->more_to_adopt = true;
			break;
		}
		job = adopt(n, origin_of(n, pid), pid);
		if (told != job)
			tell_orphaned(n, told);
		told = job;
	}
	tell_orphaned(n, told);
	proclist_release(&children);
}

void
members_scan(struct nursery *n)
{
	bool wanted = n->members.scan_wanted;

	scan(n, false);
	n->members.scan_wanted |= wanted;
}

/* A stray that can still write what the job's reader reads is the job's. */
static bool
claim_strays(struct nursery *n, struct job *job)
{
	struct member *stray, *next;
	bool claimed = false;

	LIST_FOREACH_SAFE(stray, &n->members.strays->orphans, link, next) {
		if (!origin_is_by_pipe(n, job, stray->pid))
			continue;
		remove_orphan(stray);
		add_orphan(job, stray);
		claimed = true;
	}
	return claimed;
}

/* What the list of children could not tell. */
static bool
has_more(struct nursery *n, struct job *job)
{
	return (!n->members.can_list && reach_group_is_left(job)) ||
	    claim_strays(n, job);
}

/* Tells the jobs that have nothing left; a scan has just been made. */
static void
settle(struct nursery *n)
{
	struct job *job, *next;

	TAILQ_FOREACH_SAFE(job, &n->lingering, linger_link, next) {
		if (!job->leader_reaped || job->n_orphans > 0 ||
		    (n->members.n_unknown > 0 && !job->gave_up))
			continue;
		job_event(job,
		    !job->gave_up && has_more(n, job) ? JOB_ORPHANED
						      : JOB_GONE);
	}
}

static void
leader_exited(struct nursery *n, struct job *job, const siginfo_t *info)
{
	job_leader_status(job,
	    info->si_code == CLD_EXITED ? CLD_EXITED : CLD_KILLED,
	    info->si_status);
	job_event(job, JOB_LEADER_EXITED);
	if (n->n_jobs <= SCAN_AT_ONCE)
		members_scan(n);
	if (job->n_orphans > 0 && job->asked == 0)
		job_event(job, JOB_ORPHANED); /* known from before */
	job->leader_reaped = true;
}

void
members_leader_ended(struct nursery *n, struct job *job, int code, int status)
{
	job_leader_status(job, code, status);
	job_event(job, JOB_LEADER_EXITED);
	job->leader_reaped = true;
	n->members.scan_wanted = true;
	loop_timer_set(n->loop, &n->members.scan_timer, loop_now(n->loop));
}

/* A leader stopped: by us for Ctrl-Z, or because it wants the terminal. */
static void
leader_stopped(struct nursery *n, struct job *job, int signo)
{
	const struct outcome outcome = { .kind = OUTCOME_WANTS_TERMINAL,
		.detail = signo };

	job->leader_stopped = true;
	if (n->suspending)
		control_leader_stopped(n);
	else if ((signo == SIGTTIN || signo == SIGTTOU) &&
	    job->state == JOB_RUNNING)
		job_fail(job, &outcome);
}

static void
orphan_gone(struct nursery *n, struct member *orphan)
{
	struct job *job = orphan->job;

	unlist(n, orphan);
	remove_orphan(orphan);
	free(orphan);
	if (job != NULL)
		job_progressed(job);
}

static void
child_changed(struct nursery *n, const siginfo_t *info)
{
	struct member *member = members_find(n, info->si_pid);
	bool trapped = info->si_code == CLD_TRAPPED;
	bool stopped = info->si_code == CLD_STOPPED || trapped;
	siginfo_t reaped;

	if (member != NULL && member->is_leader &&
	    !member->job->leader_exited) {
		if (stopped && !trapped)
			leader_stopped(n, member->job, info->si_status);
		else if (!stopped)
			leader_exited(n, member->job, info);
	}
	waitid(P_PID, (id_t)info->si_pid, &reaped,
	    (stopped ? WSTOPPED : WEXITED) | WNOHANG | __WALL);
	if (trapped) /* it asked to be traced, but nobody does */
		ptrace(PTRACE_DETACH, info->si_pid, NULL,
		    (void *)(intptr_t)info->si_status);
	if (stopped)
		return;
	/* what the dead left behind may have become ours */
	if (member == NULL || !member->is_leader || n->n_jobs > SCAN_AT_ONCE)
		n->members.scan_wanted = true;
	if (member != NULL && !member->is_leader)
		orphan_gone(n, member);
}

static void
reap(struct nursery *n)
{
	int64_t until_ns = loop_clock() + REAP_NS;

	for (int i = 1;; i++) {
		siginfo_t info = { 0 };

		if (waitid(P_ALL, 0, &info,
			WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) < 0 ||
		    info.si_pid == 0)
			return;
		child_changed(n, &info);
		if (i % 32 == 0 && loop_clock() > until_ns)
			break;
	}
	/* they die faster than we reap: look who forks them, go on later */
	n->members.scan_wanted = true;
	loop_timer_set(n->loop, &n->members.scan_timer, loop_now(n->loop) + 1);
}

/*
 * Jobs are only told that they are gone after a scan that met nothing new and
 * dead.  What forks and dies in a loop may not hold up everything else, so the
 * next try is a matter of the next turn; and a zombie that cannot be reaped
 * (a stranger traces it) may not hold up its job for ever.
 */
static void
reap_and_scan(struct nursery *n)
{
	struct members *members = &n->members;

	reap(n);
	if (members->scan_wanted)
		scan(n, false);
	if (members->scan_wanted || members->n_unknown > 0) {
		loop_timer_set(n->loop, &members->scan_timer,
		    loop_now(n->loop) + NS_PER_MS);
		if (++members->unclean < UNCLEAN_MAX)
			return;
	} else {
		strays_settle(n);
	}
	members->unclean = 0;
	settle(n);
}

static void
scan_timer_fired(struct loop_timer *timer)
{
	struct nursery *n = timer->arg;

	n->members.scan_wanted = true;
	reap_and_scan(n); /* may arm it again */
}

void
members_reap(struct nursery *n)
{
	struct loop_timer *timer = &n->members.scan_timer;

	if (n->n_jobs <= SCAN_AT_ONCE) {
		reap_and_scan(n);
		return;
	}
	reap(n);
	if (n->members.scan_wanted && timer->deadline_ns == NS_NEVER)
		loop_timer_set(
		    n->loop, timer, loop_now(n->loop) + SCAN_PAUSE_NS);
}

void
members_sweep(struct nursery *n)
{
	reap(n);
	scan(n, true);
}

void
members_leave_orphans(struct job *job)
{
	while (!LIST_EMPTY(&job->orphans))
		remove_orphan(LIST_FIRST(&job->orphans));
}

/* A zombie that a stranger traces cannot be reaped, but it does not run. */
static bool
is_all_dead(const struct job *job)
{
	const struct proctree *tree = job->nursery->members.proctree;
	const struct member *orphan;

	LIST_FOREACH(orphan, &job->orphans, link)
		if (!proctree_is_dead(tree, orphan->pid))
			return false;
	return job->leader_exited || proctree_is_dead(tree, job->leader.pid);
}

void
members_give_up(struct job *job)
{
	struct nursery *n = job->nursery;
	char names[256];

	reach_name_orphans(job, names, sizeof(names));
	if (!n->members.can_list || !is_all_dead(job)) {
		n->containment_failed = true;
		closing_close(n, CLOSE_CONTAINMENT);
		if (!job->leader_exited)
			msg_warn("cannot end process %d of %s %llu",
			    job->leader.pid, job->kind->name,
			    (unsigned long long)job->seq);
		else
			msg_warn("cannot end what jobs left behind: %s", names);
	}
	members_leave_orphans(job);
	if (job == n->members.strays) {
		n->members.gave_up = true;
		return;
	}
	/* settle() finishes it: nobody may free a job that is in an event */
	job->gave_up = job->leader_exited = job->leader_reaped = true;
	if (!job->in_lingering)
		job_event(job, JOB_LEADER_EXITED);
	loop_timer_set(n->loop, &n->members.scan_timer, loop_now(n->loop));
}

bool
members_none_left(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) <
	    0 &&
	    errno == ECHILD;
}

void
members_init(struct nursery *n)
{
	struct members *members = &n->members;

	RB_INIT(&members->tree);
	members->proctree = proctree_new();
	members->can_list = true;
	loop_timer_init(&members->scan_timer, scan_timer_fired, n);
	members->strays = job_new(n, KIND_STRAYS, 0, "", 0);
	members->strays->state = JOB_LINGERING;
	members->strays->leader_exited = true;
	members->strays->leader_reaped = true;
}

void
members_release(struct nursery *n)
{
	struct members *members = &n->members;
	struct member *member, *next;

	members_leave_orphans(members->strays);
	job_free(members->strays);
	RB_FOREACH_SAFE(member, member_tree, &members->tree, next) {
		unlist(n, member);
		if (!member->is_leader)
			free(member);
	}
	proctree_free(members->proctree);
}
