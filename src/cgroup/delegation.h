/*
 * Passing controllers on to the cgroups below the one that nursery was started
 * in: to delegate, as cgroups(7) calls it.  Only the root cgroup can do that
 * while it has processes: so the front and the worker move to a group of their
 * own, beside the folder for the cgroups of jobs.
 */
#ifndef CGROUP_DELEGATION_H
#define CGROUP_DELEGATION_H

#include <limits.h>
#include <stddef.h>

#include <sys/types.h>

#include "limits.h"

/* The group that nursery moves to has the name of its folder and this. */
#define DELEGATION_SUFFIX ".self"

/*
 * What has to be undone.  It is in memory that the front shares, so that the
 * front can undo it if the worker is killed; and each string is empty or whole
 * at any time.
 */
struct delegation {
	char parent[PATH_MAX]; /* the group that nursery was started in */
	char home[PATH_MAX];   /* where nursery has moved to; "": it has not */
	char enabled[LIMITS_CONTROLLERS_MAX]; /* such as "-memory -pids" */
};

/*
 * Passes the controllers that the limits need on to the groups below parent,
 * where the folder of that name will be.  Returns 0; or -1 after undoing all
 * and writing the reason to why, for the end of a sentence.
 */
int delegation_make(struct delegation *delegation, const struct limits *limits,
    const char *parent, const char *name, pid_t front, char *why, size_t size);

/*
 * Undoes what was made, once the folder is removed.  Harmless if nothing was.
 */
void delegation_undo(struct delegation *delegation);

#endif
