/*
 * Getting controllers for the groups below the one that nursery was started in.
 * A group that has processes, other than the root, cannot pass controllers on:
 * so the front and the worker move to a group beside their folder.
 */
#ifndef CONTAIN_DELEGATION_H
#define CONTAIN_DELEGATION_H

#include <limits.h>
#include <stddef.h>

#include <sys/types.h>

#include "limits.h"

/* What behind the name of a nursery's folder names the group of its own. */
#define DELEGATION_SUFFIX ".self"

/*
 * What has to be undone; in memory that the front shares, which undoes it if
 * the worker cannot.  Each string is empty or whole at any time.
 */
struct delegation {
	char parent[PATH_MAX]; /* the group that nursery was started in */
	char home[PATH_MAX];   /* where nursery has moved to; "": it has not */
	char enabled[LIMITS_CONTROLLERS_MAX]; /* as "-memory -pids" */
};

/*
 * Passes on the controllers that the limits need to the groups below parent,
 * where the folder of that name will be.  Returns 0; or -1 after writing to
 * why what keeps us from it, as the end of a sentence, and undoing all.
 */
int delegation_make(struct delegation *delegation, const struct limits *limits,
    const char *parent, const char *name, pid_t front, char *why, size_t size);

/* Undoes it, once the folder is removed; harmless if nothing was done. */
void delegation_undo(struct delegation *delegation);

#endif
