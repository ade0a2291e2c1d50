#include "reaper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/msg.h"
#include "proc/proctree.h"
#include "sys/loop.h"

#define ROUND_NS 1000000L /* the longest pause between two rounds */
#define GIVE_UP_NS (10 * NS_PER_S)

void
reaper_adopt_orphans(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		msg_fatal(
		    "cannot become a child subreaper: %s", strerror(errno));
}

/* Reaps dead children.  Returns how many, or -1 if no child is left at all. */
static int
reap_dead(void)
{
	int reaped = 0;

	for (;;) {
		siginfo_t info = { 0 };

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | __WALL) < 0)
			return errno == ECHILD ? -1 : reaped;
		if (info.si_pid == 0)
			return reaped;
		reaped++;
	}
}

/*
 * True if the child's group can be killed as a whole, because no stranger leads
 * it: the child leads it itself, or the leader is gone.
 */
static bool
is_own_group(pid_t group, pid_t child, pid_t spared)
{
	return group == child ||
	    (group > 1 && group != spared && kill(group, 0) < 0 &&
		errno == ESRCH);
}

/* Kills those of the list that are not our children, from that place on. */
static void
kill_others(struct proctree *tree, const struct proclist *list, size_t from)
{
	for (size_t i = from; i < list->len; i++)
		proctree_signal(tree, &list->procs[i], SIGKILL);
}

void
reaper_kill(struct proctree *tree, const struct proclist *list, size_t children,
    pid_t spared)
{
	for (size_t i = 0; i < children; i++) {
		pid_t pid = list->procs[i].pid, group = getpgid(pid);

		if (is_own_group(group, pid, spared))
			kill(-group, SIGKILL); /* all at once: none can fork */
		kill(pid, SIGKILL);
	}
	kill_others(tree, list, children);
}

/*
 * Kills all of our children, and makes list of them.  If deep is true, what is
 * below them is killed, too: else a chain of processes would take a call for
 * each link, and a child that is a subreaper would keep what it adopts.
 */
static void
kill_children(
    struct proctree *tree, struct proclist *list, bool deep, pid_t spared)
{
	size_t children;

	list->len = 0;
	if (proctree_children(tree, list) < 0)
		proctree_children_without_proc(list);
	children = list->len;
	reaper_kill(tree, list, children, spared);
	for (size_t i = 0; deep && i < children; i++)
		proctree_below(tree, list->procs[i].pid, list);
	kill_others(tree, list, children);
}

/*
 * Does the same with processes that fork faster than we kill: all are stopped
 * first, also those that become our children meanwhile.
 */
static void
kill_held(struct proctree *tree, struct proclist *list, pid_t spared)
{
	size_t children = proctree_hold_children(tree, list);

	if (children > 0)
		reaper_kill(tree, list, children, spared);
	else
		kill_children(tree, list, true, spared);
}

static void
name_survivors(const struct proctree *tree, const struct proclist *list)
{
	for (size_t i = 0; i < list->len; i++) {
		char name[32];

		if (proctree_is_dead(tree, list->procs[i].pid))
			continue;
		proctree_name(tree, list->procs[i].pid, name, sizeof(name));
		msg_warn(
		    "cannot end process %d (%s)", list->procs[i].pid, name);
	}
}

/* True if something on the list still runs. */
static int
any_alive(const struct proctree *tree, const struct proclist *list)
{
	for (size_t i = 0; i < list->len; i++)
		if (!proctree_is_dead(tree, list->procs[i].pid))
			return 1;
	return 0;
}

int
reaper_kill_all(pid_t spared)
{
	const struct timespec pause = { .tv_nsec = ROUND_NS };
	struct proctree *tree;
	struct proclist list = { NULL, 0, 0 };
	int64_t progress_ns = loop_clock();
	int64_t hold_ns = progress_ns + HOLD_AFTER_NS;
	sigset_t chld;
	int reaped, result = 0;

	reaped = reap_dead();
	if (reaped < 0)
		return 0;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	tree = proctree_new();
	for (bool deep = false; reaped >= 0; deep = true) {
		bool hold = loop_clock() >= hold_ns;

		if (hold) {
			kill_held(tree, &list, spared);
			hold_ns = loop_clock() + HOLD_AFTER_NS;
		} else {
			kill_children(tree, &list, deep, spared);
		}
		reaped = reap_dead();
		if (reaped > 0)
			progress_ns = loop_clock();
		if (loop_clock() - progress_ns > GIVE_UP_NS) {
			result = any_alive(tree, &list) ? -1 : 0;
			if (result < 0)
				name_survivors(tree, &list);
			break;
		}
		if (reaped == 0)
			sigtimedwait(&chld, NULL, &pause);
	}
	proclist_release(&list);
	proctree_free(tree);
	return result;
}
