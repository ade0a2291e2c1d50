/* What this machine offers for keeping processes together, found by trying. */
#ifndef CONTAIN_PROBE_H
#define CONTAIN_PROBE_H

#include <stdbool.h>

#include "cgroup/offer.h"
#include "pidns.h"

struct probe {
	bool subreaper;    /* orphans below us become our children */
	bool proc;         /* /proc is that of our PID namespace */
	bool children;     /* /proc/PID/task/TID/children (Linux 3.5) */
	bool pidfd;        /* pidfd_open(2) (Linux 5.3) */
	bool pidfd_group;  /* a pidfd reaches the group, too (Linux 6.9) */
	bool clone3;       /* clone3(2) (Linux 5.3) */
	bool no_new_privs; /* no program that we execute gains privileges */
	bool pidns;        /* a PID namespace */
	struct pidns_facts pidns_facts; /* valid if pidns */
	char pidns_why[200];            /* why there is none */
	struct cgroup_offer cgroup;
};

/*
 * Tries everything.  It starts processes, which have ended when it returns; the
 * caller must have no children.
 */
void probe_all(struct probe *ret);

#endif
