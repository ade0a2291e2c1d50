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
#include "cgroup/leaves.h"
#include "family.h"
#include "front.h"
#include "nsorphan.h"
#include "origin.h"

#define NAMES_SHOWN 5

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

static void
signal_orphan(
    const struct family *family, const struct member *orphan, int signo)
{
	const struct contain *contain = family->contain;
	const struct proc proc = nsorphan_proc(contain, orphan);

	if (proc.start == 0)
		kill(proc.pid, signo);
	else
		proctree_signal(contain->proctree, &proc, signo);
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

/* True for a child of ours that is known to be of the family. */
static bool
is_member(const struct family *family, pid_t pid)
{
	const struct member *member = contain_find(family->contain, pid);

	return member != NULL && member->family == family &&
	    !(member->is_leader && family->leader.reaped);
}

/*
 * Appends what is in the cgroup of the family, but neither in the list, which
 * has the descendants of our children, nor a child of ours: its parent is
 * dying.
 */
static void
add_unlisted(
    const struct family *family, bool nested_too, struct proclist *list)
{
	struct proclist all = { NULL, 0, 0 }, found = { NULL, 0, 0 };

	leaf_list(family->leaf, nested_too, &all);
	for (size_t i = 0; all.len > 0 && i < list->len; i++)
		proclist_add(&found, list->procs[i].pid, 0);
	proclist_sort(&found);
	for (size_t i = 0; i < all.len; i++) {
		const struct proc *proc = &all.procs[i];

		if (!proclist_has(&found, proc->pid) &&
		    !is_member(family, proc->pid))
			proclist_add(list, proc->pid, proc->parent);
	}
	proclist_release(&found);
	proclist_release(&all);
}

/*
 * Lists what is below the leader, if that is our child, and below the orphans;
 * and what else is in the cgroup.
 */
static void
list_below(struct family *family, bool nested_too, struct proclist *ret)
{
	struct contain *contain = family->contain;
	struct proctree *tree = contain->proctree;
	struct member *orphan;
	int64_t own = nested_too ? 0 : own_front(family);
	size_t kept = 0;

	if (family->leader.child && family->leader.member.pid != 0 &&
	    !family->leader.exited)
		proctree_below(tree, family->leader.member.pid, ret);
	LIST_FOREACH(orphan, &family->orphans, link)
		proctree_below(tree, orphan->pid, ret);
	if (!family->doomed) /* else leaf_kill() has reached them */
		add_unlisted(family, nested_too, ret);
	for (size_t i = 0; i < ret->len; i++)
		if (nested_too || !is_nested(contain, ret->procs[i].pid, own))
			ret->procs[kept++] = ret->procs[i];
	ret->len = kept;
}

/*
 * Signals the processes of the list that are not in the group.  One that has
 * just lost its parent is our child by now and will be found as such: it is
 * taken off the list.
 */
static void
signal_list(struct family *family, struct proclist *list, int signo)
{
	const struct proctree *tree = family->contain->proctree;

	for (size_t i = 0; i < list->len; i++) {
		struct proc *proc = &list->procs[i];

		if (!is_in_group(family, proc->pid) &&
		    !proctree_signal(tree, proc, signo))
			proc->pid = 0;
	}
}

static bool
leader_runs(const struct family *family)
{
	return !family->leader.exited &&
	    (pidfd_send_signal(family->leader.pidfd, 0, NULL, 0) == 0 ||
		errno != ESRCH);
}

static bool
has(const struct proclist *list, pid_t pid)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->procs[i].pid == pid)
			return true;
	return false;
}

/*
 * Adds to family->foreign what is below a leader that is no child of ours, and
 * below those that were added before: nothing shows that they belong to the
 * family once their parents have died.  Those for which there is no descriptor
 * are appended to rest.
 */
static void
find_foreign(struct family *family, struct proclist *rest)
{
	struct proctree *tree = family->contain->proctree;
	struct foreign_list *foreign = &family->foreign;
	struct proclist below = { NULL, 0, 0 };

	foreign_list_prune(foreign);
	proctree_below(tree, family->leader.member.pid, &below);
	if (!leader_runs(family))
		below.len = 0; /* reaped: the pid may be another's */
	for (size_t i = 0; i < foreign->len; i++)
		proctree_below(tree, foreign->procs[i].pid, &below);
	for (size_t i = 0; i < below.len; i++)
		if (!foreign_list_add(tree, foreign, &below.procs[i]) &&
		    !has(rest, below.procs[i].pid))
			proclist_append(rest, &below.procs[i]);
	proclist_release(&below);
}

/* Signals a leader that is no child of ours, and first what is below it. */
static void
signal_foreign(struct family *family, bool nested_too, int signo)
{
	const struct foreign_list *foreign = &family->foreign;
	int64_t own = nested_too ? 0 : own_front(family);
	struct proclist rest = { NULL, 0, 0 };

	find_foreign(family, &rest);
	for (size_t i = rest.len; i-- > 0;)
		if (nested_too ||
		    !is_nested(family->contain, rest.procs[i].pid, own))
			proctree_signal(
			    family->contain->proctree, &rest.procs[i], signo);
	proclist_release(&rest);
	for (size_t i = foreign->len; i-- > 0;)
		if (nested_too ||
		    !is_nested(family->contain, foreign->procs[i].pid, own))
			pidfd_send_signal(
			    foreign->procs[i].pidfd, signo, NULL, 0);
	if (!family->leader.exited)
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
			signal_orphan(family, orphan, signo);
	list_below(family, !can_be_refused(signo), &below);
	signal_list(family, &below, signo);
	proclist_release(&below);
	if (!family->leader.child)
		signal_foreign(family, !can_be_refused(signo), signo);
}

static void
add_orphan(const struct family *family, const struct member *orphan,
    struct proclist *list)
{
	const struct proc proc = nsorphan_proc(family->contain, orphan);

	proclist_append(list, &proc);
}

/* Stops the family's own processes, so that none forks while we kill them. */
static void
hold(struct family *family)
{
	const struct leader *leader = &family->leader;
	struct proclist list = { NULL, 0, 0 };
	const struct member *orphan;

	if (leader->child && !leader->reaped && leader->member.pid != 0)
		proclist_add(&list, leader->member.pid, 0);
	LIST_FOREACH(orphan, &family->orphans, link)
		add_orphan(family, orphan, &list);
	proctree_hold(family->contain->proctree, &list, list.len);
	proclist_release(&list);
}

void
reach_kill(struct family *family)
{
	/* a cgroup is killed at once, and none of it can fork any more */
	if (family->leaf == NULL && family->doomed &&
	    contain_may_hold(family->contain)) {
		hold(family);
		contain_held(family->contain);
	}
	family->doomed = true;
	leaf_kill(family->leaf);
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
			signal_orphan(family, orphan, signo);
	}
	if (first)
		signal_list(family, &family->below, signo);
	if (first && !family->leader.child)
		signal_foreign(family, false, signo);
	family->asked = signo;
	reach_signal(family, SIGCONT);
}

/* Appends the name, or "...", to the *used bytes that buf already has. */
static void
name(const struct family *family, pid_t pid, size_t shown, size_t *used,
    char *buf, size_t size)
{
	char comm[32];
	int n;

	if (shown > NAMES_SHOWN || *used >= size)
		return;
	proctree_name(family->contain->proctree, pid, comm, sizeof(comm));
	n = shown == NAMES_SHOWN
	    ? snprintf(buf + *used, size - *used, ", ...")
	    : snprintf(buf + *used, size - *used, "%s%s[%d]",
		  shown > 0 ? ", " : "", comm, pid);
	*used += (size_t)n;
}

/* Appends the orphan; if it is about to end, what is below it and is not. */
static void
list_living(
    struct proctree *tree, const struct member *orphan, struct proclist *ret)
{
	struct proclist below = { NULL, 0, 0 };

	if (!proctree_is_dying(tree, orphan->pid)) {
		proclist_add(ret, orphan->pid, 0);
		return;
	}
	proctree_below(tree, orphan->pid, &below);
	for (size_t i = 0; i < below.len; i++)
		if (!proctree_is_dying(tree, below.procs[i].pid))
			proclist_append(ret, &below.procs[i]);
	proclist_release(&below);
}

size_t
reach_name_orphans(
    const struct family *family, bool dying, char *buf, size_t size)
{
	const struct foreign_list *foreign = &family->foreign;
	const struct member *orphan;
	struct proclist left = { NULL, 0, 0 };
	size_t shown = 0, used = 0;

	snprintf(buf, size, "?");
	LIST_FOREACH(orphan, &family->orphans, link)
		if (dying)
			proclist_add(&left, orphan->pid, 0);
		else
			list_living(family->contain->proctree, orphan, &left);
	for (size_t i = 0; i < foreign->len; i++)
		proclist_add(&left, foreign->procs[i].pid, 0);
	if (LIST_EMPTY(&family->orphans) && left.len == 0 &&
	    family->leader.exited)
		leaf_list(family->leaf, true, &left);
	for (size_t i = 0; i < left.len; i++)
		name(family, left.procs[i].pid, shown++, &used, buf, size);
	proclist_release(&left);
	return shown;
}

pid_t
reach_find_reader(struct family *family, dev_t terminal)
{
	const struct proctree *tree = family->contain->proctree;
	struct proclist list = { NULL, 0, 0 };
	pid_t found = 0;

	if (!family->leader.exited)
		proclist_add(&list, family->leader.member.pid, 0);
	list_below(family, true, &list);
	for (size_t i = 0; found == 0 && i < list.len; i++)
		if (proctree_reads_terminal(tree, list.procs[i].pid, terminal))
			found = list.procs[i].pid;
	proclist_release(&list);
	return found;
}
