#include "family.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/xalloc.h"
#include "cgroup/leaves.h"
#include "front.h"
#include "nsorphan.h"
#include "pidns.h"
#include "reaper.h"

static int
member_compare(const struct member *a, const struct member *b)
{
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(member_tree, member, node, member_compare,
    static __attribute__((__unused__)))

struct contain *
contain_new(struct loop *loop, const struct front *front, bool spares_late,
    const struct contain_events *events)
{
	struct contain *contain = xcalloc(1, sizeof(*contain));

	contain->loop = loop;
	contain->front = front;
	contain->events = *events;
	contain->spares_late = spares_late;
	contain->proctree = proctree_new();
	contain->leaves = leaves_new(front_leaves(front), front_pid(front));
	RB_INIT(&contain->members);
	TAILQ_INIT(&contain->families);
	TAILQ_INIT(&contain->lingering);
	return contain;
}

struct member *
contain_find(struct contain *contain, pid_t pid)
{
	struct member key = { .pid = pid };

	return RB_FIND(member_tree, &contain->members, &key);
}

struct member *
contain_recognize(struct contain *contain, pid_t pid)
{
	struct member *member = contain_find(contain, pid);

	if (member == NULL)
		return NULL;
	if (member->is_leader)
		return member->family->leader.reaped ? NULL : member;
	if (member->start != 0 && !nsorphan_lives(contain, member)) {
		contain_ended(contain, member);
		return NULL;
	}
	member->seen = contain->scan.looks;
	return member;
}

static void
unlist(struct contain *contain, struct member *member)
{
	if (member->listed)
		RB_REMOVE(member_tree, &contain->members, member);
	member->listed = false;
}

/*
 * A leader that was reaped stays listed while its job lingers, for the sake of
 * its group, unless a new child has got its pid.  The same can happen to an
 * orphan that has vanished: see scan.h.
 */
static void
list(struct contain *contain, struct member *member)
{
	struct member *old = RB_INSERT(member_tree, &contain->members, member);

	if (old != NULL) {
		assert(!old->is_leader || old->family->leader.reaped);
		unlist(contain, old);
		RB_INSERT(member_tree, &contain->members, member);
		if (!old->is_leader)
			contain_ended(contain, old);
	}
	member->listed = true;
}

int
contain_close(struct contain *contain)
{
	struct pidns *pidns = contain->pidns;
	int result;

	contain->pidns = NULL;
	if (pidns != NULL)
		loop_del(contain->loop, &contain->pidns_io);
	result = pidns_end(pidns);
	leaves_close(contain->leaves);
	return result;
}

void
contain_free(struct contain *contain)
{
	struct member *member, *next;

	RB_FOREACH_SAFE(member, member_tree, &contain->members, next) {
		unlist(contain, member);
		if (!member->is_leader)
			free(member);
	}
	contain_close(contain);
	loop_timer_clear(contain->loop, &contain->scan.timer);
	leaves_free(contain->leaves);
	proctree_free(contain->proctree);
	free(contain);
}

void
family_init(struct family *family, struct contain *contain, void *owner,
    uint64_t id, bool child)
{
	*family = (struct family){ .contain = contain,
		.owner = owner,
		.id = id,
		.leader = { .child = child, .pidfd = -1 } };
	family->leader.member.family = family;
	family->leader.member.is_leader = true;
	LIST_INIT(&family->orphans);
}

void
family_release(struct family *family)
{
	assert(!family->lingering && LIST_EMPTY(&family->orphans));
	if (family->leader.pidfd >= 0)
		close(family->leader.pidfd);
	proclist_release(&family->below);
	foreign_list_release(&family->foreign);
}

void
family_join(struct family *family)
{
	TAILQ_INSERT_TAIL(&family->contain->families, family, link);
	family->contain->n_families++;
}

void
family_leave(struct family *family)
{
	TAILQ_REMOVE(&family->contain->families, family, link);
	family->contain->n_families--;
}

void
family_begin(struct family *family)
{
	struct leader *leader = &family->leader;

	assert(LIST_EMPTY(&family->orphans) && !leader->member.listed);
	if (leader->pidfd >= 0)
		close(leader->pidfd);
	leader->pidfd = -1;
	leader->member.pid = 0;
	leader->exited = leader->stopped = leader->reaped = false;
	family->asked = 0;
	family->below.len = 0;
	foreign_list_release(&family->foreign);
	family->usage = (struct usage){ 0 };
	family->doomed = family->gone = false;
	family->unlisted_ns = 0;
}

void
family_begin_leaderless(struct family *family)
{
	family->asked = 0;
	family->below.len = 0;
	family->doomed = false;
	family->leader.exited = family->leader.reaped = true;
}

bool
contain_set_limits(struct contain *contain, const struct limits *limits,
    char *why, size_t size)
{
	return leaves_set_limits(contain->leaves, limits, why, size) == 0;
}

enum limit
family_limit_met(const struct family *family)
{
	return leaf_limit_met(family->leaf);
}

int
family_open_leaf(struct family *family)
{
	family->leaf = leaves_take(family->contain->leaves);
	return family->leaf == NULL ? -1 : leaf_open(family->leaf);
}

static void
give_back_leaf(struct family *family)
{
	struct contain *contain = family->contain;

	if (family->leaf == NULL)
		return;
	if (family->gave_up || contain->spares_late)
		leaves_give_up(
		    contain->leaves, family->leaf, contain->spares_late);
	else
		leaves_give_back(contain->leaves, family->leaf);
	family->leaf = NULL;
}

void
family_close_leaf(struct family *family, int fd, bool started, bool in_it)
{
	int error = errno;

	if (family->leaf != NULL)
		leaf_close(family->leaf, fd);
	if (!started || !in_it)
		give_back_leaf(family);
	if (started && !in_it && fd >= 0)
		leaves_refuse(family->contain->leaves);
	errno = error;
}

void
family_started(struct family *family, pid_t pid, int pidfd)
{
	struct leader *leader = &family->leader;

	leader->member.pid = pid;
	leader->pidfd = pidfd;
	if (leader->child)
		list(family->contain, &leader->member);
}

void
family_end(struct family *family)
{
	struct contain *contain = family->contain;

	unlist(contain, &family->leader.member);
	if (family->lingering)
		TAILQ_REMOVE(&contain->lingering, family, linger_link);
	family->lingering = family->doomed = false;
	family->gone = true;
	give_back_leaf(family);
}

static void
add_orphan(struct family *family, struct member *orphan)
{
	orphan->family = family;
	LIST_INSERT_HEAD(&family->orphans, orphan, link);
	family->n_orphans++;
}

static void
remove_orphan(struct member *orphan)
{
	if (orphan->family == NULL)
		return;
	LIST_REMOVE(orphan, link);
	orphan->family->n_orphans--;
	orphan->family = NULL;
}

static struct member *
new_member(struct contain *contain, const struct proc *proc)
{
	struct member *member = xcalloc(1, sizeof(*member));

	member->pid = proc->pid;
	member->start = proc->start;
	member->seen = contain->scan.looks;
	list(contain, member);
	return member;
}

/* The signal that the process got before it became our child, or 0. */
static int
asked_below(const struct family *family, pid_t pid)
{
	for (size_t i = 0; i < family->below.len; i++)
		if (family->below.procs[i].pid == pid)
			return family->asked;
	return 0;
}

void
family_adopt(struct family *family, const struct proc *proc)
{
	struct member *orphan = new_member(family->contain, proc);

	orphan->asked = asked_below(family, proc->pid);
	add_orphan(family, orphan);
}

void
family_claim(struct family *family, struct member *orphan)
{
	remove_orphan(orphan);
	add_orphan(family, orphan);
}

void
contain_spare(struct contain *contain, const struct proc *proc)
{
	new_member(contain, proc);
}

void
contain_ended(struct contain *contain, struct member *orphan)
{
	struct family *family = orphan->family;

	unlist(contain, orphan);
	remove_orphan(orphan);
	free(orphan);
	if (family != NULL)
		contain->events.progressed(family);
}

void
contain_forget_unseen(struct contain *contain, bool own)
{
	struct member *member, *next;

	RB_FOREACH_SAFE(member, member_tree, &contain->members, next)
		if (!member->is_leader && (own || member->start != 0) &&
		    member->seen != contain->scan.looks)
			contain_ended(contain, member);
}

void
family_leave_orphans(struct family *family)
{
	while (!LIST_EMPTY(&family->orphans))
		remove_orphan(LIST_FIRST(&family->orphans));
}

bool
contain_must_limit(const struct contain *contain)
{
	return leaves_are_needed(contain->leaves);
}

/* Nobody has asked for so long: what is killed now is a new attempt. */
#define HOLD_FORGOTTEN_NS (1 * NS_PER_S)

bool
contain_may_hold(struct contain *contain)
{
	int64_t now_ns = loop_clock();

	if (contain->hold_ns == 0 ||
	    now_ns > contain->hold_ns + HOLD_FORGOTTEN_NS)
		contain->hold_ns = now_ns + HOLD_AFTER_NS;
	return now_ns >= contain->hold_ns;
}

void
contain_held(struct contain *contain)
{
	contain->hold_ns = loop_clock() + HOLD_AFTER_NS;
}

bool
contain_is_broken(const struct contain *contain)
{
	return contain->pidns != NULL && pidns_has_ended(contain->pidns);
}

void
contain_save_files(struct contain *contain)
{
	leaves_close_files(contain->leaves);
}

bool
contain_is_empty(struct contain *contain)
{
	siginfo_t info;

	if (contain->pidns != NULL && nsorphan_is_none(contain))
		return true;
	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) <
	    0 &&
	    errno == ECHILD;
}
