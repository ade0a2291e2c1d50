#include "members.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/pidfd.h>
#include <sys/wait.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "scope.h"
#include "sys/front.h"
#include "sys/proctree.h"

/* Up to here children are listed after every leader's exit, above in turns. */
#define SCAN_AT_ONCE 64
#define SCAN_PAUSE_NS (5 * NS_PER_MS)

#define NAMES_SHOWN 5

/* since Linux 6.9; older headers do not have it */
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#	define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2)
#endif

static int
member_compare(const struct member *a, const struct member *b)
{
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(member_tree, member, node, member_compare,
    static __attribute__((__unused__)))

static struct member *
find(struct nursery *n, pid_t pid)
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
		assert(old->is_leader && old->job->leader_reaped);
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
	struct members *members = &job->nursery->members;

	unlist(job->nursery, &job->leader);
	if (job->in_lingering)
		TAILQ_REMOVE(&job->nursery->lingering, job, linger_link);
	job->in_lingering = false;
	if (members->reaped == job)
		members->reaped = NULL;
}

/* A number in the environment that a process was executed with; -1: none. */
static int64_t
environ_number(const struct nursery *n, pid_t pid, const char *name)
{
	char value[32];
	int64_t number;

	if (proctree_environ(
		n->members.proctree, pid, name, value, sizeof(value)) < 0 ||
	    parse_count(value, 0, INT64_MAX, &number) < 0)
		return -1;
	return number;
}

/* The job that the environment of a process names. */
static struct job *
job_of_environ(struct nursery *n, pid_t pid)
{
	struct job *job;
	int64_t seq;

	if (environ_number(n, pid, "NURSERY_PID") != front_pid(n->front))
		return NULL;
	seq = environ_number(n, pid, "NURSERY_SEQ");
	TAILQ_FOREACH(job, &n->jobs, link)
		if ((int64_t)job->seq == seq && job->state != JOB_DRAINING)
			return job;
	return NULL;
}

/* Which job an orphan came from; NULL if that cannot be known. */
static struct job *
attribute(struct nursery *n, pid_t pid)
{
	struct member *leader = find(n, getpgid(pid));
	struct job *job;

	if (leader != NULL && leader->is_leader)
		return leader->job;
	job = job_of_environ(n, pid);
	if (job != NULL)
		return job;
	if (n->members.n_reaped == 1 && n->members.reaped != NULL)
		return n->members.reaped;
	job = TAILQ_FIRST(&n->jobs);
	if (job != NULL && TAILQ_NEXT(job, link) == NULL &&
	    job->state != JOB_DRAINING)
		return job;
	return NULL;
}

static bool
was_told_below(const struct job *job, pid_t pid)
{
	for (size_t i = 0; i < job->below.len; i++)
		if (job->below.procs[i].pid == pid)
			return true;
	return false;
}

/* A child that we did not start: its parent died.  Zombies are no news. */
static struct job *
adopt(struct nursery *n, pid_t pid)
{
	struct member *orphan;
	struct job *job;

	if (proctree_is_dead(n->members.proctree, pid))
		return NULL;
	job = attribute(n, pid);
	if (job == NULL)
		job = n->members.strays;
	orphan = xcalloc(1, sizeof(*orphan));
	orphan->pid = pid;
	list(n, orphan);
	orphan->told = was_told_below(job, pid);
	add_orphan(job, orphan);
	return job;
}

/* A leader that was reaped is not: its pid then is a new process's. */
static bool
is_known(struct nursery *n, pid_t pid)
{
	const struct member *member = find(n, pid);

	return member != NULL &&
	    !(member->is_leader && member->job->leader_reaped);
}

/*
 * Lists our children and tells the jobs of those that are new.  A job may only
 * count as gone by what a scan said since its last process was reaped.
 */
static void
scan(struct nursery *n, bool without_proc)
{
	struct members *members = &n->members;
	struct proclist children = { NULL, 0, 0 };
	struct job *told = NULL, *job;

	members->scan_wanted = false;
	loop_timer_clear(n->loop, &members->scan_timer);
	members->can_list =
	    proctree_children(members->proctree, &children) == 0;
	if (!members->can_list && without_proc)
		proctree_children_without_proc(&children);
	for (size_t i = 0; i < children.len; i++) {
		if (is_known(n, children.procs[i].pid))
			continue;
		job = adopt(n, children.procs[i].pid);
		if (job == NULL)
			continue;
		if (told != NULL && told != job)
			job_event(told, JOB_ORPHANED);
		told = job;
	}
	if (told != NULL)
		job_event(told, JOB_ORPHANED);
	members->reaped = NULL;
	members->n_reaped = 0;
	proclist_release(&children);
}

/* Without a list of children the group is all we can ask about. */
static bool
group_is_left(const struct job *job)
{
	siginfo_t info;

	return waitid(P_PGID, (id_t)job->leader.pid, &info,
		   WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* Tells the jobs that have nothing left; a scan has just been made. */
static void
settle(struct nursery *n)
{
	struct job *job, *next;

	TAILQ_FOREACH_SAFE(job, &n->lingering, linger_link, next) {
		if (!job->leader_reaped || job->n_orphans > 0)
			continue;
		if (!n->members.can_list && group_is_left(job))
			job_event(job, JOB_ORPHANED);
		else
			job_event(job, JOB_GONE);
	}
}

static void
scan_timer_fired(struct loop_timer *timer)
{
	struct nursery *n = timer->arg;

	scan(n, false);
	settle(n);
}

static void
leader_exited(struct nursery *n, struct job *job, const siginfo_t *info)
{
	job_leader_status(job,
	    info->si_code == CLD_EXITED ? CLD_EXITED : CLD_KILLED,
	    info->si_status);
	job_event(job, JOB_LEADER_EXITED);
	n->members.reaped = job;
	n->members.n_reaped++;
	if (n->n_jobs <= SCAN_AT_ONCE)
		scan(n, false);
	if (job->n_orphans > 0 && !job->told)
		job_event(job, JOB_ORPHANED); /* known from before */
	job->leader_reaped = true;
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
child_changed(struct nursery *n, const siginfo_t *info)
{
	struct member *member = find(n, info->si_pid);
	bool stopped = info->si_code == CLD_STOPPED;
	siginfo_t reaped;

	if (member != NULL && member->is_leader &&
	    !member->job->leader_exited) {
		if (stopped)
			leader_stopped(n, member->job, info->si_status);
		else
			leader_exited(n, member->job, info);
	}
	waitid(P_PID, (id_t)info->si_pid, &reaped,
	    (stopped ? WSTOPPED : WEXITED) | WNOHANG | __WALL);
	if (stopped)
		return;
	/* what the dead left behind may have become ours */
	if (member == NULL || !member->is_leader || n->n_jobs > SCAN_AT_ONCE)
		n->members.scan_wanted = true;
	if (member != NULL && !member->is_leader) {
		unlist(n, member);
		remove_orphan(member);
		free(member);
	}
}

void
members_reap(struct nursery *n)
{
	for (;;) {
		siginfo_t info = { 0 };

		if (waitid(P_ALL, 0, &info,
			WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) < 0 ||
		    info.si_pid == 0)
			break;
		child_changed(n, &info);
	}
	if (n->members.scan_wanted && n->n_jobs > SCAN_AT_ONCE) {
		if (n->members.scan_timer.deadline_ns == NS_NEVER)
			loop_timer_set(n->loop, &n->members.scan_timer,
			    loop_now(n->loop) + SCAN_PAUSE_NS);
		return;
	}
	if (n->members.scan_wanted)
		scan(n, false);
	settle(n);
}

/* The whole group in one call; once its leader was reaped only if that is
 * safe: by pidfd, or while a child of ours pins the number. */
static void
signal_group(struct job *job, int signo)
{
	if (job->leader.pid == 0)
		return;
	if (!job->leader_reaped) {
		kill(-job->leader.pid, signo);
		return;
	}
	if (pidfd_send_signal(
		job->pidfd, signo, NULL, PIDFD_SIGNAL_PROCESS_GROUP) < 0 &&
	    errno != ESRCH && group_is_left(job))
		kill(-job->leader.pid, signo);
}

static bool
is_in_group(const struct job *job, pid_t pid)
{
	return job->leader.pid != 0 && getpgid(pid) == job->leader.pid;
}

/* True for a process of a nursery that runs inside the job. */
static bool
is_nested(const struct nursery *n, pid_t pid)
{
	int64_t front = environ_number(n, pid, "NURSERY_PID");

	return front >= 0 && front != front_pid(n->front);
}

/* What is below the leader and the orphans, and not in the group. */
static void
signal_below(struct job *job, int signo)
{
	struct nursery *n = job->nursery;
	struct proctree *tree = n->members.proctree;
	struct proclist below = { NULL, 0, 0 };
	bool to_all = signo == SIGKILL || signo == SIGCONT;
	struct member *orphan;

	if (job->leader.pid != 0 && !job->leader_exited)
		proctree_below(tree, job->leader.pid, &below);
	LIST_FOREACH(orphan, &job->orphans, link)
		proctree_below(tree, orphan->pid, &below);
	for (size_t i = 0; i < below.len; i++) {
		const struct proc *proc = &below.procs[i];

		if (is_in_group(job, proc->pid) ||
		    (signo != SIGKILL && is_nested(n, proc->pid)))
			continue;
		proctree_signal(tree, proc, signo);
		if (!to_all)
			proclist_add(&job->below, proc->pid, proc->parent);
	}
	proclist_release(&below);
}

void
members_signal(struct job *job, int signo)
{
	bool to_all = signo == SIGKILL || signo == SIGCONT;
	struct member *orphan;

	if (to_all || !job->told)
		signal_group(job, signo);
	LIST_FOREACH(orphan, &job->orphans, link) {
		if (!to_all && orphan->told)
			continue;
		if (!is_in_group(job, orphan->pid))
			kill(orphan->pid, signo);
		orphan->told = true;
	}
	if (to_all || !job->told)
		signal_below(job, signo);
	if (!to_all)
		job->told = true;
}

void
members_forget_told(struct job *job)
{
	struct member *orphan;

	job->told = false;
	job->below.len = 0;
	LIST_FOREACH(orphan, &job->orphans, link)
		orphan->told = false;
}

void
members_name_orphans(const struct job *job, char *buf, size_t size)
{
	const struct proctree *tree = job->nursery->members.proctree;
	const struct member *orphan;
	size_t shown = 0, used = 0;

	snprintf(buf, size, "?");
	LIST_FOREACH(orphan, &job->orphans, link) {
		char name[32], *safe;

		if (shown++ == NAMES_SHOWN) {
			snprintf(buf + used, size - used, ", ...");
			return;
		}
		proctree_name(tree, orphan->pid, name, sizeof(name));
		safe = msg_safe(name, strlen(name));
		used += (size_t)snprintf(buf + used, size - used, "%s%s[%d]",
		    shown > 1 ? ", " : "", safe, orphan->pid);
		free(safe);
		if (used >= size)
			return;
	}
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

	members_name_orphans(job, names, sizeof(names));
	if (!n->members.can_list || !is_all_dead(job)) {
		n->containment_failed = true;
		closing_close(n, CLOSE_CONTAINMENT);
		if (!job->leader_exited)
			msg_warn("cannot end process %d of job %llu",
			    job->leader.pid, (unsigned long long)job->seq);
		else
			msg_warn("cannot end what jobs left behind: %s", names);
	}
	members_leave_orphans(job);
	if (job == n->members.strays)
		n->members.gave_up = true;
	else
		job_event(job, JOB_GONE);
}

bool
members_none_left(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) <
	    0 &&
	    errno == ECHILD;
}

bool
members_end_strays(struct nursery *n)
{
	struct job *strays = n->members.strays;

	if (members_none_left() || n->containment_failed ||
	    n->members.gave_up || n->options->orphans == ORPHANS_LEAVE)
		return true;
	if (strays->state != JOB_LINGERING || strays->told)
		return false;
	members_reap(n);
	scan(n, true);
	if (members_none_left())
		return true;
	if (strays->n_orphans == 0)
		job_event(strays, JOB_KILL); /* unseen, or unreapable */
	else if (!strays->told)
		job_event(strays, JOB_ORPHANED);
	return false;
}

void
members_init(struct nursery *n)
{
	struct members *members = &n->members;

	RB_INIT(&members->tree);
	members->proctree = proctree_new();
	members->can_list = true;
	loop_timer_init(&members->scan_timer, scan_timer_fired, n);
	members->strays = job_new(n, 0, "", 0);
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
