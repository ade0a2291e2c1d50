/*
 * Orphans in a PID namespace: they are not our children but those of its init,
 * which reaps them when they end.  So their pids are theirs only as long as
 * they live: one is known by its pid and its start together.
 */
#ifndef CONTAIN_ADOPTED_H
#define CONTAIN_ADOPTED_H

#include <stdbool.h>

struct contain;
struct member;
struct proc;
struct proclist;

/*
 * Takes the init off a list of our children and appends its own children.
 * Returns 0; or -1 if some may be missing, so that another look is needed.
 */
int adopted_list(struct contain *contain, struct proclist *children);

/* True if the process on such a list is a child of init, and not ours. */
bool adopted_is(const struct contain *contain, const struct proc *proc);

/*
 * Fills in the start of a process on such a list.  False if it is a child of
 * init that has ended meanwhile.
 */
bool adopted_identify(struct contain *contain, struct proc *proc);

/*
 * How the orphan can be signalled: by proctree_signal(), or, if it has no
 * start, by kill(2).
 */
struct proc adopted_proc(
    const struct contain *contain, const struct member *orphan);

/* True if the member, a child of init, still runs: its pid is not another's. */
bool adopted_lives(struct contain *contain, const struct member *member);

/* True if there is no child of ours but the init, and none of the init. */
bool adopted_is_none(struct contain *contain);

#endif
