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
#include "family.h"
#include "front.h"
#include "origin.h"

#define NAMES_SHOWN 5

/* since Linux 6.9; older headers do not have it */
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#	define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2)
#endif

bool
reach_group_is_left(const struct family *family)
{
	siginfo_t info;

	return waitid(P_PGID, (id_t)family->leader.member.pid, &info,
		   WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/*
 * Signals the whole group in one call.  Once the leader was reaped, only if the
 * group cannot be another's: by pidfd; or while a child of ours is in it, which
 * keeps the number from being used again.
 */
static void
signal_group(struct family *family, int signo)
{
	if (family->leader.member.pid == 0 || !family->leader.member.listed)
		return;
	if (!family->leader.reaped) {
		kill(-family->leader.member.pid, signo);
		if (getpgid(family->leader.member.pid) !=
		    family->leader.member.pid)
			kill(family->leader.member.pid,
			    signo); /* it moved away */
		return;
	}
	if (pidfd_send_signal(family->leader.pidfd, signo, NULL,
		PIDFD_SIGNAL_PROCESS_GROUP) < 0 &&
	    errno != ESRCH && reach_group_is_left(family))
		kill(-family->leader.member.pid, signo);
}

static bool
is_in_group(const struct family *family, pid_t pid)
{
	return family->leader.member.listed &&
	    getpgid(pid) == family->leader.member.pid;
}

/* NURSERY_PID in the environment of the job's own processes. */
static int64_t
own_front(const struct family *family)
{
	struct contain *contain = family->contain;

	if (family->leader.child)
		return front_pid(contain->front);
	return origin_environ_number(
	    family->contain, family->leader.member.pid, "NURSERY_PID");
}

/* True for a process of a nursery that runs inside the job. */
static bool
is_nested(const struct contain *contain, pid_t pid, int64_t own)
{
	int64_t front = origin_environ_number(contain, pid, "NURSERY_PID");

	return front >= 0 && front != own;
}

/*
 * What is below the leader.  If the leader is no child of ours, it may have
 * been reaped meanwhile, and its pid be another's: then nothing is.
 */
static void
list_below_leader(struct family *family, struct proclist *ret)
{
	if (family->leader.member.pid == 0 || family->leader.exited)
		return;
	proctree_below(
	    family->contain->proctree, family->leader.member.pid, ret);
	if (!family->leader.child &&
	    pidfd_send_signal(family->leader.pidfd, 0, NULL, 0) < 0 &&
	    errno == ESRCH)
		ret->len = 0;
}

/* What is below the leader and the orphans. */
static void
list_below(struct family *family, bool nested_too, struct proclist *ret)
{
	struct contain *contain = family->contain;
	struct proctree *tree = contain->proctree;
	struct member *orphan;
	int64_t own = nested_too ? 0 : own_front(family);
	size_t kept = 0;

	list_below_leader(family, ret);
	LIST_FOREACH(orphan, &family->orphans, link)
		proctree_below(tree, orphan->pid, ret);
	for (size_t i = 0; i < ret->len; i++)
		if (nested_too || !is_nested(contain, ret->procs[i].pid, own))
			ret->procs[kept++] = ret->procs[i];
	ret->len = kept;
}

/*
 * Signals the processes of the list that are not in the group.  One that has
 * just lost its parent is our child by now and will be found as such: it is
 * taken off the list.  But below an adopted leader it would be lost; so there
 * children are signalled before their parents, the leader last.
 */
static void
signal_list(struct family *family, struct proclist *list, int signo)
{
	const struct proctree *tree = family->contain->proctree;
	bool child = family->leader.child;

	for (size_t i = 0; i < list->len; i++) {
		struct proc *proc = &list->procs[child ? i : list->len - 1 - i];

		if (!is_in_group(family, proc->pid) &&
		    !proctree_signal(tree, proc, signo))
			proc->pid = 0;
	}
	if (!child && !family->leader.exited)
		pidfd_send_signal(family->leader.pidfd, signo, NULL, 0);
}

/*
 * True if a process may handle the signal: a nursery that runs inside the job
 * then passes it on to its own jobs.  Any other signal may stop or kill that
 * nursery before it has passed it on to all.
 */
static bool
can_be_refused(int signo)
{
	return signo != SIGKILL && signo != SIGSTOP && signo != SIGCONT;
}

void
reach_signal(struct family *family, int signo)
{
	struct proclist below = { NULL, 0, 0 };
	struct member *orphan;

	signal_group(family, signo);
	LIST_FOREACH(orphan, &family->orphans, link)
		if (!is_in_group(family, orphan->pid))
			kill(orphan->pid, signo);
	list_below(family, !can_be_refused(signo), &below);
	signal_list(family, &below, signo);
	proclist_release(&below);
}

void
reach_kill(struct family *family)
{
	family->doomed = true;
	reach_signal(family, SIGKILL);
}

void
reach_ask(struct family *family, int signo)
{
	bool first = family->asked != signo;
	struct member *orphan;

	if (first) {
		/* listed first: who is born later does not get the signal */
		family->below.len = 0;
		list_below(family, false, &family->below);
		signal_group(family, signo);
	}
	LIST_FOREACH(orphan, &family->orphans, link) {
		if (orphan->asked == signo)
			continue;
		orphan->asked = signo;
		if (!first || !is_in_group(family, orphan->pid))
			kill(orphan->pid, signo);
	}
	if (first)
		signal_list(family, &family->below, signo);
	family->asked = signo;
	reach_signal(family, SIGCONT);
}

void
reach_name_orphans(const struct family *family, char *buf, size_t size)
{
	const struct proctree *tree = family->contain->proctree;
	const struct member *orphan;
	size_t shown = 0, used = 0;

	snprintf(buf, size, "?");
	LIST_FOREACH(orphan, &family->orphans, link) {
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
