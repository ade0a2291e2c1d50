#include "doomed.h"

#include "family.h"
#include "front.h"
#include "nsorphan.h"
#include "origin.h"
#include "pidns.h"
#include "reaper.h"

/*
 * True if all families are being killed: then new children are doomed.  A stray
 * that may live may also be the parent of a new child.
 */
static bool
is_all_doomed(const struct contain *contain)
{
	bool doomed = contain->strays->doomed;
	const struct family *family;

	if (!doomed && contain->strays->n_orphans > 0)
		return false;
	TAILQ_FOREACH(family, &contain->families, link) {
		if (family->doomed)
			doomed = true;
		else if (!family->gone)
			return false;
	}
	return doomed;
}

/*
 * Appends the new ones of our children to ret, or all of them, except those
 * that may live.  Returns how many new ones there are.
 */
static size_t
select_children(struct contain *contain, const struct proclist *children,
    bool all, struct proclist *ret)
{
	size_t unknown = 0;

	for (size_t i = 0; i < children->len; i++) {
		const struct proc *proc = &children->procs[i];
		const struct member *member =
		    contain_recognize(contain, proc->pid);

		if (member == NULL ? origin_is_spared(contain, proc->pid)
				   : member->family == NULL)
			continue;
		unknown += member == NULL;
		if ((all || member == NULL) && !nsorphan_is(contain, proc))
			proclist_add(ret, proc->pid, 0);
	}
	return unknown;
}

size_t
doomed_kill(struct contain *contain, const struct proclist *children)
{
	struct proclist list = { NULL, 0, 0 };
	size_t chosen, unknown = 0;
	bool hold = false;

	if (is_all_doomed(contain))
		unknown = select_children(contain, children, false, &list);
	if (unknown > 0)
		hold = contain_may_hold(contain);
	if (hold) {
		list.len = 0;
		select_children(contain, children, true, &list);
	}
	if (unknown > 0 && contain->pidns != NULL)
		pidns_kill(contain->pidns);
	chosen = list.len;
	if (hold)
		proctree_hold(contain->proctree, &list, chosen);
	if (unknown > 0)
		reaper_kill(contain->proctree, &list, chosen,
		    front_group(contain->front));
	if (hold)
		contain_held(contain);
	contain->scan.wanted |= unknown > 0;
	proclist_release(&list);
	return unknown;
}
