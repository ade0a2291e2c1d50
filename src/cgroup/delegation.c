#include "delegation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/publish.h"
#include "group.h"
#include "sys/cgroup.h"

static int
move_to_home(struct delegation *delegation, const char *name, pid_t front)
{
	char home[PATH_MAX];

	if (snprintf(home, sizeof(home), "%s/%s" DELEGATION_SUFFIX,
		delegation->parent, name) >= (int)sizeof(home)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	publish(delegation->home, sizeof(delegation->home), home);
	if (mkdir(home, 0755) < 0 || group_add(home, front) < 0 ||
	    group_add(home, getpid()) < 0)
		return -1;
	return 0;
}

/* Writes on, such as "+memory", and notes off, "-memory", which undoes it. */
static int
enable(struct delegation *delegation, const char *on, const char *off)
{
	publish(delegation->enabled, sizeof(delegation->enabled), off);
	if (group_write(delegation->parent, "cgroup.subtree_control", on) == 0)
		return 0;
	delegation->enabled[0] = '\0';
	return -1;
}

static int
make(struct delegation *delegation, const struct limits *limits,
    const char *name, pid_t front)
{
	char have[256], on[LIMITS_CONTROLLERS_MAX], off[LIMITS_CONTROLLERS_MAX];

	if (cgroup_read(delegation->parent, "cgroup.subtree_control", have,
		sizeof(have)) < 0)
		return -1;
	limits_controllers(limits, '+', have, on);
	limits_controllers(limits, '-', have, off);
	if (on[0] == '\0' || enable(delegation, on, off) == 0)
		return 0;
	if (errno != EBUSY || move_to_home(delegation, name, front) < 0)
		return -1;
	return enable(delegation, on, off);
}

int
delegation_make(struct delegation *delegation, const struct limits *limits,
    const char *parent, const char *name, pid_t front, char *why, size_t size)
{
	int error;

	publish(delegation->parent, sizeof(delegation->parent), parent);
	if (make(delegation, limits, name, front) == 0)
		return 0;
	error = errno;
	delegation_undo(delegation);
	if (error == EBUSY)
		snprintf(why, size,
		    "which %s has, but other processes are in that group, too",
		    parent);
	else
		snprintf(why, size, "which %s cannot pass on: %s", parent,
		    strerror(error));
	return -1;
}

void
delegation_undo(struct delegation *delegation)
{
	if (delegation->enabled[0] != '\0')
		group_write(delegation->parent, "cgroup.subtree_control",
		    delegation->enabled);
	delegation->enabled[0] = '\0';
	if (delegation->home[0] != '\0') {
		group_evacuate(delegation->home, delegation->parent);
		group_remove(delegation->home);
	}
	delegation->home[0] = '\0';
}
