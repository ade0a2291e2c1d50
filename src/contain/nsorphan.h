/*
 * Orphans in a PID namespace: they are not our children but those of its init,
 * which reaps them when they end.  So their pids are theirs only as long as
 * they live, and an orphan is known by its pid and its start together.
 */
#ifndef CONTAIN_NSORPHAN_H
#define CONTAIN_NSORPHAN_H

#include <stdbool.h>

struct contain;
struct member;
struct proc;
struct proclist;

/*
 * Takes the init off a list of our children and appends its own children.
 * Returns 0; or -1 if some may be missing, so that another look is needed.
 */
int nsorphan_list(struct contain *contain, struct proclist *children);

/*
 * True if the process, from nsorphan_list(), is a child of init and not ours.
 */
bool nsorphan_is(const struct contain *contain, const struct proc *proc);

/*
 * Fills in the start of a process from nsorphan_list() if that is a child of
 * init.  False if such a child has ended meanwhile.
 */
bool nsorphan_identify(struct contain *contain, struct proc *proc);

/*
 * The orphan as proctree_signal() needs it.  If it has no start it is our own
 * child, and kill(2) can be used.
 */
struct proc nsorphan_proc(
    const struct contain *contain, const struct member *orphan);

/* True if the member, a child of init, still has its pid and runs. */
bool nsorphan_lives(struct contain *contain, const struct member *member);

/* True if init is our only child, and has none itself. */
bool nsorphan_is_none(struct contain *contain);

#endif
