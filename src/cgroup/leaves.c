#include "leaves.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/magic.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/publish.h"
#include "base/xalloc.h"
#include "group.h"
#include "janitor.h"
#include "proc/owner.h"
#include "sys/cgroup.h"

struct leaf {
	const struct leaves *leaves;
	char *dir;
	int64_t number; /* the last part of dir */
	/* dir and the file cgroup.events in it; -1 if descriptors are short */
	int dir_fd, events_fd;
	struct limit_events before; /* as read when the leaf was taken */
	bool killed;                /* by leaf_kill() */
	LIST_ENTRY(leaf) link;
};

LIST_HEAD(leaf_list, leaf);

struct leaves {
	struct cgroup_place place; /* the group that nursery runs in */
	pid_t front;
	char name[OWNER_NAME_MAX]; /* of the folder */
	struct leaves_made *made;
	struct limits limits;
	bool refused;     /* no leaf can be made or entered */
	bool saves_files; /* see leaves_close_files() */
	bool left;        /* processes that nobody could end are in a leaf */
	bool spared;      /* processes that may live could not leave a leaf */
	struct leaf_list free, used;
	struct leaf_list spent; /* to be removed: see is_as_new() */
	int64_t n_made;
};

/* Finds the cgroup that we run in and cleans it up.  -1: there is none. */
static int
find_place(struct leaves *leaves)
{
	struct owner owner;
	struct statfs fs;

	if (cgroup_find_own("", &leaves->place) < 0 ||
	    statfs(leaves->place.dir, &fs) < 0 ||
	    fs.f_type != CGROUP2_SUPER_MAGIC ||
	    owner_of(leaves->front, &owner) < 0)
		return -1;
	owner_name(&owner, leaves->name);
	janitor_clean(leaves->place.dir, &owner);
	return 0;
}

struct leaves *
leaves_new(struct leaves_made *made, pid_t front)
{
	struct leaves *leaves = xcalloc(1, sizeof(*leaves));

	leaves->made = made;
	leaves->front = front;
	LIST_INIT(&leaves->free);
	LIST_INIT(&leaves->used);
	LIST_INIT(&leaves->spent);
	leaves->refused = find_place(leaves) < 0;
	return leaves;
}

static void
close_files(struct leaf *leaf)
{
	if (leaf->events_fd >= 0)
		close(leaf->events_fd);
	if (leaf->dir_fd >= 0)
		close(leaf->dir_fd);
	leaf->dir_fd = leaf->events_fd = -1;
}

static void
free_leaf(struct leaf *leaf)
{
	close_files(leaf);
	free(leaf->dir);
	free(leaf);
}

static void
free_list(struct leaf_list *list)
{
	struct leaf *leaf, *next;

	LIST_FOREACH_SAFE(leaf, list, link, next)
		free_leaf(leaf);
}

void
leaves_kill_all(const struct leaves_made *made)
{
	if (made->folder[0] != '\0')
		group_kill(made->folder);
}

int
leaves_erase(struct leaves_made *made)
{
	int result = 0, error;

	if (made->folder[0] != '\0')
		result = group_remove(made->folder);
	error = errno;
	delegation_undo(&made->delegation);
	errno = error;
	return result;
}

/* The group that we are in; the one that we came from can have no processes. */
static const char *
own_group(const struct leaves *leaves)
{
	const char *home = leaves->made->delegation.home;

	return home[0] != '\0' ? home : leaves->place.dir;
}

void
leaves_close(struct leaves *leaves)
{
	struct leaves_made *made = leaves->made;

	if (leaves->spared)
		group_evacuate(made->folder, own_group(leaves));
	if (leaves_erase(made) < 0 && !leaves->left)
		msg_warn("cannot remove the cgroup %s: %s", made->folder,
		    strerror(errno));
	made->folder[0] = '\0';
	leaves->refused = true;
}

void
leaves_free(struct leaves *leaves)
{
	leaves_close(leaves);
	free_list(&leaves->free);
	free_list(&leaves->used);
	free_list(&leaves->spent);
	free(leaves);
}

/* Gets the controllers for leaves.  -1: why ends "needs a controller, ...". */
static int
delegate(struct leaves *leaves, const struct limits *limits,
    const char **ret_option, const char **ret_controller, char *why,
    size_t size)
{
	char list[256];

	*ret_option = limits_lack(limits, "", ret_controller);
	if (leaves->refused) {
		snprintf(why, size, "but there is no cgroup v2 here");
		return -1;
	}
	if (cgroup_read(leaves->place.dir, "cgroup.controllers", list,
		sizeof(list)) < 0)
		list[0] = '\0';
	if (limits_lack(limits, list, ret_controller) != NULL) {
		*ret_option = limits_lack(limits, list, ret_controller);
		snprintf(
		    why, size, "which %s does not have", leaves->place.dir);
		return -1;
	}
	return delegation_make(&leaves->made->delegation, limits,
	    leaves->place.dir, leaves->name, leaves->front, why, size);
}

int
leaves_set_limits(
    struct leaves *leaves, const struct limits *limits, char *why, size_t size)
{
	const char *option, *controller;
	char reason[PATH_MAX + 128];

	if (!limits_exist(limits))
		return 0;
	leaves->limits = *limits;
	if (delegate(leaves, limits, &option, &controller, reason,
		sizeof(reason)) == 0)
		return 0;
	snprintf(why, size,
	    "%s needs a cgroup v2 with the %s controller, %s (try 'systemd-run "
	    "--user --scope -p Delegate=yes nursery ...')",
	    option, controller, reason);
	return -1;
}

bool
leaves_are_needed(const struct leaves *leaves)
{
	return limits_exist(&leaves->limits);
}

/* Makes the folder, which passes the controllers of limits on to leaves. */
static int
make_folder(struct leaves *leaves)
{
	char *folder = leaves->made->folder, path[PATH_MAX];
	char controllers[LIMITS_CONTROLLERS_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", leaves->place.dir,
		leaves->name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	publish(folder, PATH_MAX, path);
	if (mkdir(path, 0755) < 0) {
		folder[0] = '\0';
		return -1;
	}
	limits_controllers(&leaves->limits, '+', "", controllers);
	return controllers[0] == '\0'
	    ? 0
	    : group_write(path, "cgroup.subtree_control", controllers);
}

static struct leaf *
make_leaf(struct leaves *leaves)
{
	struct leaf *leaf = xcalloc(1, sizeof(*leaf));

	int error;

	leaf->leaves = leaves;
	leaf->dir_fd = leaf->events_fd = -1;
	leaf->number = ++leaves->n_made;
	leaf->dir =
	    xasprintf("%s/%lld", leaves->made->folder, (long long)leaf->number);
	if (mkdir(leaf->dir, 0755) == 0) {
		if (limits_set(&leaves->limits, leaf->dir) == 0)
			return leaf;
		error = errno;
		rmdir(leaf->dir);
		errno = error;
	}
	error = errno;
	free_leaf(leaf);
	errno = error;
	return NULL;
}

static int
open_dir(const struct leaf *leaf)
{
	return open(leaf->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void
open_files(struct leaf *leaf)
{
	leaf->dir_fd = open_dir(leaf);
	if (leaf->dir_fd >= 0)
		leaf->events_fd =
		    openat(leaf->dir_fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
}

/* Removes what was spent, unless the kernel has it in use for a moment more. */
static void
remove_spent(struct leaves *leaves)
{
	struct leaf *leaf, *next;

	LIST_FOREACH_SAFE(leaf, &leaves->spent, link, next) {
		if (group_remove_now(leaf->dir) < 0)
			continue;
		LIST_REMOVE(leaf, link);
		free_leaf(leaf);
	}
}

/* A leaf that a job has had, and that can be another's; NULL: there is none. */
static struct leaf *
take_free(struct leaves *leaves)
{
	struct leaf *leaf = LIST_FIRST(&leaves->free);

	if (leaf == NULL)
		return NULL;
	LIST_REMOVE(leaf, link);
	/* the job may have changed its limits */
	if (limits_set(&leaves->limits, leaf->dir) == 0)
		return leaf;
	LIST_INSERT_HEAD(&leaves->spent, leaf, link);
	return NULL;
}

struct leaf *
leaves_take(struct leaves *leaves)
{
	struct leaf *leaf;

	if (leaves->refused) {
		errno = EACCES;
		return NULL;
	}
	leaf = take_free(leaves);
	if (leaf == NULL) {
		remove_spent(leaves);
		if (leaves->made->folder[0] != '\0' || make_folder(leaves) == 0)
			leaf = make_leaf(leaves);
		else
			leaves->refused = true;
		if (leaf == NULL)
			return NULL;
	}
	limits_read(&leaves->limits, leaf->dir, &leaf->before);
	if (leaf->dir_fd < 0 && !leaves->saves_files)
		open_files(leaf);
	LIST_INSERT_HEAD(&leaves->used, leaf, link);
	return leaf;
}

/* Reads the file cgroup.events of the leaf; "" if that cannot be. */
static void
read_events(const struct leaf *leaf, char *buf, size_t size)
{
	ssize_t n = 0;

	if (leaf->events_fd >= 0)
		n = pread(leaf->events_fd, buf, size - 1, 0);
	else if (cgroup_read(leaf->dir, "cgroup.events", buf, size) == 0)
		return;
	buf[n > 0 ? n : 0] = '\0';
}

static int
stat_leaf(const struct leaf *leaf, struct stat *ret)
{
	return leaf->dir_fd >= 0 ? fstat(leaf->dir_fd, ret)
				 : stat(leaf->dir, ret);
}

/*
 * True if a job that gets the leaf cannot tell that another one has had it.
 * What was killed once kills whatever clone3(2) starts in it later (since Linux
 * 6.14, if the parent is in another group).  A group that the job has frozen
 * would hold the next one, and us with it until that has called execve(2).  One
 * with groups in it may take no process.  Files in memory that a job has left
 * are charged to the leaf.
 */
static bool
is_as_new(const struct leaf *leaf)
{
	char events[256];
	struct stat st;

	if (leaf->killed || leaf->leaves->limits.memory != 0)
		return false;
	read_events(leaf, events, sizeof(events));
	/* a kernel before Linux 5.2 cannot freeze; links count the folders */
	return events[0] != '\0' && cgroup_event(events, "frozen") <= 0 &&
	    stat_leaf(leaf, &st) == 0 && st.st_nlink <= 2;
}

void
leaves_give_back(struct leaves *leaves, struct leaf *leaf)
{
	LIST_REMOVE(leaf, link);
	if (is_as_new(leaf)) {
		LIST_INSERT_HEAD(&leaves->free, leaf, link);
	} else {
		close_files(leaf);
		LIST_INSERT_HEAD(&leaves->spent, leaf, link);
	}
}

void
leaves_give_up(struct leaves *leaves, struct leaf *leaf, bool spare)
{
	if (!leaf_has_processes(leaf) ||
	    (spare && group_evacuate(leaf->dir, own_group(leaves)))) {
		leaves_give_back(leaves, leaf);
		return;
	}
	if (spare)
		leaves->spared = true;
	else
		leaves->left = true;
	close_files(leaf); /* no job ever gets this leaf again */
}

void
leaves_refuse(struct leaves *leaves)
{
	leaves->refused = true;
}

void
leaves_close_files(struct leaves *leaves)
{
	struct leaf *leaf;

	leaves->saves_files = true;
	LIST_FOREACH(leaf, &leaves->free, link)
		close_files(leaf);
	LIST_FOREACH(leaf, &leaves->used, link)
		close_files(leaf);
}

/* The part of path behind prefix and a slash, or NULL. */
static const char *
behind(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 && path[len] == '/'
	    ? path + len + 1
	    : NULL;
}

const struct leaf *
leaves_find(const struct leaves *leaves, pid_t pid)
{
	char path[PATH_MAX], *below;
	const struct leaf *leaf;
	int64_t number;

	if (leaves->made->folder[0] == '\0' ||
	    cgroup_path_of(pid, path, sizeof(path)) < 0)
		return NULL;
	below = (char *)behind(path, leaves->place.path);
	below = below != NULL ? (char *)behind(below, leaves->name) : NULL;
	if (below == NULL)
		return NULL;
	below[strcspn(below, "/")] = '\0';
	if (parse_count(below, 1, INT64_MAX, &number) < 0)
		return NULL;
	LIST_FOREACH(leaf, &leaves->used, link)
		if (leaf->number == number)
			return leaf;
	return NULL;
}

int
leaf_open(const struct leaf *leaf)
{
	return leaf->dir_fd >= 0 ? leaf->dir_fd : open_dir(leaf);
}

void
leaf_close(const struct leaf *leaf, int fd)
{
	if (fd >= 0 && fd != leaf->dir_fd)
		close(fd);
}

bool
leaf_has_processes(const struct leaf *leaf)
{
	char events[256];

	if (leaf == NULL)
		return false;
	read_events(leaf, events, sizeof(events));
	return cgroup_event(events, "populated") != 0 &&
	    group_has_processes(leaf->dir);
}

enum limit
leaf_limit_met(const struct leaf *leaf)
{
	struct limit_events now;

	if (leaf == NULL)
		return LIMIT_NONE;
	limits_read(&leaf->leaves->limits, leaf->dir, &now);
	return limits_met(&leaf->before, &now);
}

void
leaf_list(const struct leaf *leaf, bool nested_too, struct proclist *list)
{
	if (leaf != NULL)
		group_list(leaf->dir, nested_too, list);
}

void
leaf_kill(struct leaf *leaf)
{
	if (leaf == NULL)
		return;
	leaf->killed = true;
	group_kill(leaf->dir);
}
