#include "reach.h"

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
#include "contain/front.h"
#include "contain/proctree.h"
#include "job.h"
#include "state.h"

#define NAMES_SHOWN 5

/* since Linux 6.9; older headers do not have it */
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#	define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2)
#endif

int64_t
reach_environ_number(const struct nursery *n, pid_t pid, const char *name)
{
	char value[32];
	int64_t number;

	if (proctree_environ(
		n->members.proctree, pid, name, value, sizeof(value)) < 0 ||
	    parse_count(value, 0, INT64_MAX, &number) < 0)
		return -1;
	return number;
}

bool
reach_group_is_left(const struct job *job)
{
	siginfo_t info;

	return waitid(P_PGID, (id_t)job->leader.pid, &info,
		   WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/*
 * The whole group in one call.  Once its leader was reaped only if that is
 * safe: by pidfd, or while a child of ours pins the number and it has not been
 * given to another leader.
 */
static void
signal_group(struct job *job, int signo)
{
	if (job->leader.pid == 0 || !job->leader.listed)
		return;
	if (!job->leader_reaped) {
		kill(-job->leader.pid, signo);
		if (getpgid(job->leader.pid) != job->leader.pid)
			kill(job->leader.pid, signo); /* it moved away */
		return;
	}
	if (pidfd_send_signal(
		job->pidfd, signo, NULL, PIDFD_SIGNAL_PROCESS_GROUP) < 0 &&
	    errno != ESRCH && reach_group_is_left(job))
		kill(-job->leader.pid, signo);
}

static bool
is_in_group(const struct job *job, pid_t pid)
{
	return job->leader.listed && getpgid(pid) == job->leader.pid;
}

/* The nursery that the job's own processes are in, as they know it. */
static int64_t
own_front(const struct job *job)
{
	struct nursery *n = job->nursery;

	if (job->kind->child)
		return front_pid(n->front);
	return reach_environ_number(n, job->leader.pid, "NURSERY_PID");
}

/* True for a process of a nursery that runs inside the job. */
static bool
is_nested(const struct nursery *n, pid_t pid, int64_t own)
{
	int64_t front = reach_environ_number(n, pid, "NURSERY_PID");

	return front >= 0 && front != own;
}

/*
 * One that is no child of ours may have been reaped already, and its number be
 * another's: then what was found below that number is no part of the job.
 */
static void
list_below_leader(struct job *job, struct proclist *ret)
{
	if (job->leader.pid == 0 || job->leader_exited)
		return;
	proctree_below(job->nursery->members.proctree, job->leader.pid, ret);
	if (!job->kind->child &&
	    pidfd_send_signal(job->pidfd, 0, NULL, 0) < 0 && errno == ESRCH)
		ret->len = 0;
}

/* What is below the leader and the orphans. */
static void
list_below(struct job *job, bool nested_too, struct proclist *ret)
{
	struct nursery *n = job->nursery;
	struct proctree *tree = n->members.proctree;
	struct member *orphan;
	int64_t own = nested_too ? 0 : own_front(job);
	size_t kept = 0;

	list_below_leader(job, ret);
	LIST_FOREACH(orphan, &job->orphans, link)
		proctree_below(tree, orphan->pid, ret);
	for (size_t i = 0; i < ret->len; i++)
		if (nested_too || !is_nested(n, ret->procs[i].pid, own))
			ret->procs[kept++] = ret->procs[i];
	ret->len = kept;
}

/*
 * Those that the group's signal did not reach.
 *
 * What loses its parent, perhaps by the group's signal, becomes ours, and is
 * found then: it is taken off the list.  Not so below one that is no child of
 * ours: there children come before their parents.
 */
static void
signal_list(struct job *job, struct proclist *list, int signo)
{
	const struct proctree *tree = job->nursery->members.proctree;
	bool child = job->kind->child;

	for (size_t i = 0; i < list->len; i++) {
		struct proc *proc = &list->procs[child ? i : list->len - 1 - i];

		if (!is_in_group(job, proc->pid) &&
		    !proctree_signal(tree, proc, signo))
			proc->pid = 0;
	}
	if (!child && !job->leader_exited)
		pidfd_send_signal(job->pidfd, signo, NULL, 0);
}

/*
 * What a process can refuse, a nested nursery passes on itself.  The others
 * reach its jobs from here: it may be stopped before it has stopped them all.
 */
static bool
can_be_refused(int signo)
{
	return signo != SIGKILL && signo != SIGSTOP && signo != SIGCONT;
}

void
reach_signal(struct job *job, int signo)
{
	struct proclist below = { NULL, 0, 0 };
	struct member *orphan;

	signal_group(job, signo);
	LIST_FOREACH(orphan, &job->orphans, link)
		if (!is_in_group(job, orphan->pid))
			kill(orphan->pid, signo);
	list_below(job, !can_be_refused(signo), &below);
	signal_list(job, &below, signo);
	proclist_release(&below);
}

void
reach_ask(struct job *job, int signo)
{
	bool first = job->asked != signo;
	struct member *orphan;

	if (first) {
		/* who is not listed now was born too late for the group's */
		job->below.len = 0;
		list_below(job, false, &job->below);
		signal_group(job, signo);
	}
	LIST_FOREACH(orphan, &job->orphans, link) {
		if (orphan->asked == signo)
			continue;
		orphan->asked = signo;
		if (!first || !is_in_group(job, orphan->pid))
			kill(orphan->pid, signo);
	}
	if (first)
		signal_list(job, &job->below, signo);
	job->asked = signo;
	reach_signal(job, SIGCONT);
}

void
reach_name_orphans(const struct job *job, char *buf, size_t size)
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
