/*
 * What cgroup v2 offers to this process: whether each job can have a cgroup of
 * its own, which none of its processes can leave unseen, and limits.
 */
#ifndef CGROUP_OFFER_H
#define CGROUP_OFFER_H

#include <stdbool.h>

#include "sys/cgroup.h"

struct cgroup_offer {
	struct cgroup_place place; /* our own cgroup; valid if found */
	bool found;                /* there is a cgroup v2 that shows ours */
	/* Groups can be made in ours, and processes started in them. */
	bool groups;
	/* A group can be killed as a whole: also setuid programs in it. */
	bool kills;
	/* Why groups or kills is false, in a few words; else "". */
	char why[256];
	/* The controllers that our cgroup has for limits of its children. */
	bool memory, pids, cpu;
};

/*
 * Finds out by trying: makes a group, starts a process in it that ends at once,
 * and removes both; takes about a millisecond.  Call it where no child of ours
 * is waited for by others: it forks and reaps.
 */
void cgroup_offer_probe(struct cgroup_offer *ret);

#endif
