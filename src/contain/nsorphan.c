#include "nsorphan.h"

#include "family.h"
#include "pidns.h"
#include "proc/procstat.h"

/*
 * How often a list is read in one look, as long as init reaps meanwhile: then
 * the kernel may have left some of its children out.
 */
#define TRIES 8

int
nsorphan_list(struct contain *contain, struct proclist *children)
{
	struct proctree *tree = contain->proctree;
	pid_t init = pidns_init(contain->pidns);
	size_t own = 0;

	for (size_t i = 0; i < children->len; i++)
		if (children->procs[i].pid != init)
			children->procs[own++] = children->procs[i];
	children->len = own;
	if (pidns_has_ended(contain->pidns))
		return 0;
	for (int i = 0; i < TRIES; i++) {
		unsigned reaps = pidns_reaps(contain->pidns);

		children->len = own;
		if (proctree_init_children(tree, children) == 0 &&
		    reaps % 2 == 0 && pidns_reaps(contain->pidns) == reaps)
			return 0;
	}
	return -1;
}

static bool
is_of_init(
    const struct contain *contain, const struct procstat *stat, uint64_t start)
{
	return stat->parent == pidns_init(contain->pidns) &&
	    stat->started == start && !procstat_is_dead(stat);
}

bool
nsorphan_is(const struct contain *contain, const struct proc *proc)
{
	return contain->pidns != NULL &&
	    proc->parent == pidns_init(contain->pidns);
}

bool
nsorphan_identify(struct contain *contain, struct proc *proc)
{
	struct procstat stat;

	if (!nsorphan_is(contain, proc))
		return true;
	if (proctree_stat(contain->proctree, proc->pid, &stat) < 0)
		return false;
	proc->start = stat.started;
	return is_of_init(contain, &stat, stat.started);
}

struct proc
nsorphan_proc(const struct contain *contain, const struct member *orphan)
{
	return (struct proc){ orphan->pid,
		orphan->start != 0 ? pidns_init(contain->pidns) : 0,
		orphan->start };
}

bool
nsorphan_lives(struct contain *contain, const struct member *member)
{
	struct procstat stat;

	return proctree_stat(contain->proctree, member->pid, &stat) == 0 &&
	    is_of_init(contain, &stat, member->start);
}

bool
nsorphan_is_none(struct contain *contain)
{
	struct proclist list = { NULL, 0, 0 };
	bool none = proctree_children(contain->proctree, &list) == 0 &&
	    nsorphan_list(contain, &list) == 0 && list.len == 0;

	proclist_release(&list);
	return none;
}
