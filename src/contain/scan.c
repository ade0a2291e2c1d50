#include "scan.h"

#include <signal.h>
#include <unistd.h>

#include <sys/ptrace.h>
#include <sys/wait.h>

#include "cgroup/leaves.h"
#include "doomed.h"
#include "family.h"
#include "front.h"
#include "nsorphan.h"
#include "origin.h"
#include "pidns.h"
#include "reach.h"

/*
 * With so many families at most, our children are listed after every exit of a
 * leader; with more families, only once in SCAN_PAUSE_NS.
 */
#define SCAN_AT_ONCE 64
#define SCAN_PAUSE_NS (5 * NS_PER_MS)
#define FOREIGN_PAUSE_NS (10 * NS_PER_MS)
#define ADOPTED_AT_ONCE 64 /* new children that one look takes */
#define UNCLEAN_MAX 1000   /* looks without proof that a family waits for */
#define REAP_NS (20 * NS_PER_MS) /* the longest time to reap in one turn */
/* The first and the longest pause between looks if no end is heard of. */
#define RELOOK_NS (100 * NS_PER_MS)
#define RELOOK_MAX_NS (1 * NS_PER_S)
/* How long we wait for a process in a job's cgroup to become our child. */
#define UNLISTED_NS (100 * NS_PER_MS)
#define WAIT_FOR (WEXITED | WSTOPPED | WCONTINUED | WNOHANG | __WALL)

/* Looks again after that time at the latest. */
static void
look_within(struct contain *contain, int64_t pause_ns)
{
	struct loop_timer *timer = &contain->scan.timer;
	int64_t at_ns = loop_now(contain->loop) + pause_ns;

	if (at_ns < timer->deadline_ns)
		loop_timer_set(contain->loop, timer, at_ns);
}

/*
 * Finds the family of a child that we did not start, and adds the child to it.
 * Returns 0, with the family in *ret: NULL if the child may live.  Returns -1
 * if the family cannot be known yet: until then no family may count as gone.
 */
static int
adopt(struct contain *contain, const struct proc *proc, struct family **ret)
{
	struct family *family = origin_of(contain, proc->pid);

	if (family == NULL) {
		if (proctree_is_changing(contain->proctree, proc->pid))
			return -1;
		/* it may have been changing when we looked */
		family = origin_of(contain, proc->pid);
	}
	if (family == NULL && !origin_is_spared(contain, proc->pid))
		family = contain->strays;
	if (family != NULL)
		family_adopt(family, proc);
	else
		contain_spare(contain, proc);
	*ret = family;
	return 0;
}

static void
tell_orphaned(struct family *family)
{
	if (family != NULL)
		family->contain->events.orphaned(family);
}

/*
 * Lists our children and tells the families of those that are new.  If a new
 * one is dead already, children that it has left may be missing in the list, so
 * that another look is wanted before a family can count as gone; the same if
 * one is about to die, so that nobody can tell whose it is.
 */
static void
look(struct contain *contain, bool without_proc)
{
	struct scan *scan = &contain->scan;
	struct proclist children = { NULL, 0, 0 };
	struct family *told = NULL, *family;
	int adopted = 0;

	scan->looks++;
	scan->wanted = scan->more_to_adopt = false;
	scan->can_list = proctree_children(contain->proctree, &children) == 0;
	if (!scan->can_list && without_proc)
		proctree_children_without_proc(&children);
	if (contain->pidns != NULL && nsorphan_list(contain, &children) < 0)
		scan->wanted = true;
	scan->n_unknown = doomed_kill(contain, &children);
	for (size_t i = 0; scan->n_unknown == 0 && i < children.len; i++) {
		struct proc *proc = &children.procs[i];

		if (contain_recognize(contain, proc->pid) != NULL)
			continue;
		if (proctree_is_dead(contain->proctree, proc->pid) ||
		    !nsorphan_identify(contain, proc)) {
			scan->wanted = true;
			continue;
		}
		if (adopted++ == ADOPTED_AT_ONCE) {
			scan->wanted = scan->more_to_adopt = true;
			break;
		}
		if (adopt(contain, proc, &family) < 0) {
			scan->wanted = true;
			continue;
		}
		if (told != family)
			tell_orphaned(told);
		told = family;
	}
	tell_orphaned(told);
	if (scan->can_list && !scan->wanted && scan->n_unknown == 0) {
		contain_forget_unseen(contain, scan->thorough);
		scan->thorough = false;
	}
	proclist_release(&children);
}

void
scan_look(struct contain *contain)
{
	bool wanted = contain->scan.wanted;

	look(contain, false);
	contain->scan.wanted |= wanted;
}

/* Gives the family the strays that can write to a pipe of its output. */
static bool
claim_strays(struct family *family)
{
	struct member *stray, *next;
	bool claimed = false;

	LIST_FOREACH_SAFE(
	    stray, &family->contain->strays->orphans, link, next) {
		if (!origin_is_by_pipe(family, stray->pid))
			continue;
		family_claim(family, stray);
		claimed = true;
	}
	return claimed;
}

/* True if the family has processes that the list could not tell. */
static bool
has_more(struct family *family)
{
	return (!family->contain->scan.can_list &&
		   reach_group_is_left(family)) ||
	    claim_strays(family);
}

/*
 * True if the cgroup of the family has processes that are no members yet.  They
 * become our children when their parent, which is just dying, is dead.  If that
 * takes too long, the owner is told that something is left all the same.
 */
static bool
is_left_in_leaf(struct family *family)
{
	struct contain *contain = family->contain;
	int64_t now_ns = loop_now(contain->loop);

	if (contain->spares_late || !leaf_has_processes(family->leaf))
		return false;
	if (family->unlisted_ns == 0)
		family->unlisted_ns = now_ns;
	if (now_ns - family->unlisted_ns < UNLISTED_NS)
		look_within(contain, NS_PER_MS);
	else
		contain->events.orphaned(family);
	return true;
}

/* Tells families that no process of them is left; right after a look. */
static void
tell_gone(struct contain *contain)
{
	const struct contain_events *events = &contain->events;
	struct family *family, *next;
	bool foreign = false;

	TAILQ_FOREACH_SAFE(family, &contain->lingering, linger_link, next) {
		if (foreign_list_prune(&family->foreign) > 0) {
			foreign = true;
			if (!family->gave_up)
				continue;
		}
		if (!family->leader.reaped || family->n_orphans > 0 ||
		    (contain->scan.n_unknown > 0 && !family->gave_up))
			continue;
		if (!family->gave_up && has_more(family))
			events->orphaned(family);
		else if (family->gave_up || !is_left_in_leaf(family))
			events->gone(family);
	}
	if (foreign) /* nobody tells when they end */
		look_within(contain, FOREIGN_PAUSE_NS);
}

static void
linger(struct family *family)
{
	if (!family->lingering)
		TAILQ_INSERT_TAIL(
		    &family->contain->lingering, family, linger_link);
	family->lingering = true;
}

static void
leader_ended(struct family *family, int code, int status)
{
	family->leader.exited = true;
	linger(family);
	family->contain->events.exited(family, code, status);
}

static void
leader_exited(struct family *family, const siginfo_t *info)
{
	struct contain *contain = family->contain;

	leader_ended(family,
	    info->si_code == CLD_EXITED ? CLD_EXITED : CLD_KILLED,
	    info->si_status);
	contain->scan.thorough |= family->n_orphans > 0;
	if (contain->n_families <= SCAN_AT_ONCE)
		scan_look(contain);
	if (family->n_orphans > 0 && family->asked == 0)
		contain->events.orphaned(family); /* there before the exit */
	family->leader.reaped = true;
}

void
scan_leader_ended(struct family *family, int code, int status)
{
	struct contain *contain = family->contain;

	leader_ended(family, code, status);
	family->leader.reaped = true;
	if (family->asked == 0 && !family->doomed)
		/* nobody has asked it to end, so what it leaves may live */
		foreign_list_release(&family->foreign);
	contain->scan.wanted = true;
	loop_timer_set(
	    contain->loop, &contain->scan.timer, loop_now(contain->loop));
}

static void
leader_changed(struct family *family, const siginfo_t *info)
{
	switch (info->si_code) {
	case CLD_STOPPED:
		family->leader.stopped = true;
		if (!family->doomed) /* else we have stopped it to kill it */
			family->contain->events.stopped(
			    family, info->si_status);
		break;
	case CLD_CONTINUED:
		family->leader.stopped = false;
		break;
	case CLD_TRAPPED:
		break;
	default:
		leader_exited(family, info);
	}
}

/* The flag that makes waitid(2) take a change with that code. */
static int
what_to_take(int code)
{
	switch (code) {
	case CLD_STOPPED:
	case CLD_TRAPPED:
		return WSTOPPED;
	case CLD_CONTINUED:
		return WCONTINUED;
	default:
		return WEXITED;
	}
}

static void
child_changed(
    struct contain *contain, const siginfo_t *info, const struct usage *used)
{
	struct member *member = contain_find(contain, info->si_pid);
	struct family *family = member != NULL ? member->family : NULL;
	int taken = what_to_take(info->si_code);
	siginfo_t reaped;

	if (taken == WEXITED && family != NULL)
		usage_add(&family->usage, used);
	if (family != NULL && member->is_leader && !family->leader.exited)
		leader_changed(member->family, info);
	waitid(P_PID, (id_t)info->si_pid, &reaped, taken | WNOHANG | __WALL);
	if (info->si_code == CLD_TRAPPED)
		/* the child asked to be traced, but nobody traces it */
		ptrace(PTRACE_DETACH, info->si_pid, NULL,
		    (void *)(intptr_t)info->si_status);
	if (taken != WEXITED)
		return;
	contain->scan.pause_ns = RELOOK_NS;
	/* children of the dead may have become ours */
	if (member == NULL || !member->is_leader ||
	    contain->n_families > SCAN_AT_ONCE)
		contain->scan.wanted = true;
	if (member == NULL)
		contain->scan.reaped_unknown = true;
	else if (!member->is_leader)
		contain_ended(contain, member);
}

/*
 * Children that were killed without asking whose they are have been reaped:
 * that is progress for all families that are being killed.
 */
static void
tell_progress(struct contain *contain)
{
	struct family *family;

	if (contain->scan.reaped_unknown) {
		if (contain->strays->doomed)
			contain->events.progressed(contain->strays);
		TAILQ_FOREACH(family, &contain->families, link)
			if (family->doomed)
				contain->events.progressed(family);
	}
	contain->scan.reaped_unknown = false;
}

static void
reap(struct contain *contain)
{
	int64_t until_ns = loop_clock() + REAP_NS;

	for (int i = 1;; i++) {
		siginfo_t info = { 0 };
		struct usage used;

		if (usage_waitid(P_ALL, 0, &info, WAIT_FOR | WNOWAIT, &used) <
			0 ||
		    info.si_pid == 0)
			return;
		child_changed(contain, &info, &used);
		if (i % 32 == 0 && loop_clock() > until_ns)
			break;
	}
	/* they die faster than we reap: look who forks them, go on later */
	contain->scan.wanted = true;
	loop_timer_set(
	    contain->loop, &contain->scan.timer, loop_now(contain->loop) + 1);
}

/* If no stray is left, tells so: strays that come later are asked anew. */
static void
tell_strays_gone(struct contain *contain)
{
	if (contain->strays->n_orphans == 0)
		contain->events.gone(contain->strays);
}

/*
 * Plans another look if processes are waited for, even if no end is heard of.
 */
static void
look_again(struct contain *contain)
{
	struct scan *scan = &contain->scan;

	if (scan->timer.deadline_ns != NS_NEVER ||
	    (TAILQ_EMPTY(&contain->lingering) &&
		contain->strays->n_orphans == 0))
		return;
	scan->thorough = true;
	look_within(contain, scan->pause_ns);
	scan->pause_ns = scan->pause_ns * 2 < RELOOK_MAX_NS ? scan->pause_ns * 2
							    : RELOOK_MAX_NS;
}

/*
 * Families are only told that they are gone after a look that met no new child
 * which was dead.  Else the next look comes 1 ms later, so that programs which
 * fork and exit in a loop do not hold up everything.  After UNCLEAN_MAX looks
 * families are told all the same: a zombie that a stranger traces stays.
 */
static void
reap_and_look(struct contain *contain)
{
	struct scan *scan = &contain->scan;

	reap(contain);
	tell_progress(contain);
	if (scan->wanted)
		look(contain, false);
	if (scan->wanted || scan->n_unknown > 0) {
		loop_timer_set(contain->loop, &scan->timer,
		    loop_now(contain->loop) + NS_PER_MS);
		if (++scan->unclean < UNCLEAN_MAX)
			return;
	} else {
		tell_strays_gone(contain);
	}
	scan->unclean = 0;
	tell_gone(contain);
	look_again(contain);
}

static void
timer_fired(struct loop_timer *timer)
{
	struct contain *contain = timer->arg;

	contain->scan.wanted = true;
	reap_and_look(contain); /* may arm the timer again */
}

void
scan_init(struct contain *contain)
{
	contain->scan.can_list = true;
	contain->scan.pause_ns = RELOOK_NS;
	loop_timer_init(&contain->scan.timer, timer_fired, contain);
}

void
scan_reap(struct contain *contain)
{
	struct scan *scan = &contain->scan;

	if (contain->n_families <= SCAN_AT_ONCE) {
		reap_and_look(contain);
		return;
	}
	reap(contain);
	if (scan->wanted)
		look_within(contain, SCAN_PAUSE_NS);
}

void
scan_sweep(struct contain *contain)
{
	reap(contain);
	look(contain, true);
}

/*
 * True if no process of the family runs, and none that may be of it.  A zombie
 * that a stranger traces cannot be reaped, but it does not run.
 */
static bool
is_all_dead(struct family *family)
{
	struct contain *contain = family->contain;
	struct proctree *tree = contain->proctree;
	struct proclist children = { NULL, 0, 0 };
	bool dead = proctree_children(tree, &children) == 0 &&
	    (contain->pidns == NULL ||
		nsorphan_list(contain, &children) == 0) &&
	    foreign_list_prune(&family->foreign) == 0 &&
	    !leaf_has_processes(family->leaf);

	if (!family->leader.child && !family->leader.exited)
		dead &= proctree_is_dead(tree, family->leader.member.pid);
	for (size_t i = 0; dead && i < children.len; i++) {
		pid_t pid = children.procs[i].pid;
		const struct member *member = contain_recognize(contain, pid);

		dead = (member != NULL && member->family != family) ||
		    proctree_is_dead(tree, pid);
	}
	proclist_release(&children);
	return dead;
}

/* Makes the orphans strays, which are killed again at the end of the scope. */
static void
hand_to_strays(struct family *family)
{
	while (!LIST_EMPTY(&family->orphans))
		family_claim(
		    family->contain->strays, LIST_FIRST(&family->orphans));
}

void
scan_give_up(struct family *family)
{
	struct contain *contain = family->contain;

	if (!is_all_dead(family)) {
		contain->events.stuck(family);
		if (family != contain->strays)
			hand_to_strays(family);
	}
	family_leave_orphans(family);
	family->gave_up = true;
	if (family == contain->strays)
		return;
	/* tell_gone() does the rest: a job in an event must not be freed */
	family->leader.exited = family->leader.reaped = true;
	linger(family);
	loop_timer_set(
	    contain->loop, &contain->scan.timer, loop_now(contain->loop));
}
