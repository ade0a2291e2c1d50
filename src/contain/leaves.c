#include "leaves.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
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
#include "base/xalloc.h"
#include "group.h"
#include "janitor.h"
#include "owner.h"
#include "sys/cgroup.h"

struct leaf {
	char *dir;
	int64_t number; /* the name of dir in the folder */
	int events_fd;  /* its cgroup.events; -1: opened when needed */
	LIST_ENTRY(leaf) link;
};

LIST_HEAD(leaf_list, leaf);

struct leaves {
	struct cgroup_place place; /* the group that nursery runs in */
	char name[OWNER_NAME_MAX]; /* of the folder */
	char *folder;              /* its directory, once it is made; shared */
	bool refused;              /* no leaf can be made or entered */
	bool saves_files;          /* see leaves_close_files() */
	struct leaf_list free, used;
	int64_t made;
	bool left; /* a leaf with processes in it was given back */
};

/* Finds the group that we run in and cleans it up.  -1: there is none. */
static int
find_place(struct leaves *leaves, pid_t front)
{
	struct owner owner;
	struct statfs fs;

	if (cgroup_find_own("", &leaves->place) < 0 ||
	    statfs(leaves->place.dir, &fs) < 0 ||
	    fs.f_type != CGROUP2_SUPER_MAGIC || owner_of(front, &owner) < 0)
		return -1;
	owner_name(&owner, leaves->name);
	janitor_clean(leaves->place.dir, &owner);
	return 0;
}

struct leaves *
leaves_new(char *folder, pid_t front)
{
	struct leaves *leaves = xcalloc(1, sizeof(*leaves));

	leaves->folder = folder;
	LIST_INIT(&leaves->free);
	LIST_INIT(&leaves->used);
	leaves->refused = find_place(leaves, front) < 0;
	return leaves;
}

static void
close_events(struct leaf *leaf)
{
	if (leaf->events_fd >= 0)
		close(leaf->events_fd);
	leaf->events_fd = -1;
}

static void
free_leaf(struct leaf *leaf)
{
	close_events(leaf);
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
leaves_free(struct leaves *leaves)
{
	char *folder = leaves->folder;

	if (folder[0] != '\0' && group_remove(folder) < 0 && !leaves->left)
		msg_warn(
		    "cannot remove the cgroup %s: %s", folder, strerror(errno));
	folder[0] = '\0';
	free_list(&leaves->free);
	free_list(&leaves->used);
	free(leaves);
}

/* Whoever shares the bytes must see no path or the whole one. */
static int
make_folder(struct leaves *leaves)
{
	volatile char *first = leaves->folder;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", leaves->place.dir,
		leaves->name) >= (int)sizeof(path))
		return -1;
	strlcpy(leaves->folder + 1, path + 1, PATH_MAX - 1);
	atomic_signal_fence(memory_order_seq_cst);
	*first = path[0];
	if (mkdir(path, 0755) == 0)
		return 0;
	*first = '\0';
	return -1;
}

static struct leaf *
make_leaf(struct leaves *leaves)
{
	struct leaf *leaf = xcalloc(1, sizeof(*leaf));

	leaf->events_fd = -1;
	leaf->number = ++leaves->made;
	leaf->dir =
	    xasprintf("%s/%lld", leaves->folder, (long long)leaf->number);
	if (mkdir(leaf->dir, 0755) == 0)
		return leaf;
	free_leaf(leaf);
	return NULL;
}

static void
open_events(struct leaf *leaf)
{
	char *path = xasprintf("%s/cgroup.events", leaf->dir);

	leaf->events_fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
}

struct leaf *
leaves_take(struct leaves *leaves)
{
	struct leaf *leaf = LIST_FIRST(&leaves->free);

	if (leaves->refused)
		return NULL;
	if (leaf != NULL) {
		LIST_REMOVE(leaf, link);
	} else {
		if (leaves->folder[0] != '\0' || make_folder(leaves) == 0)
			leaf = make_leaf(leaves);
		else
			leaves->refused = true;
		if (leaf == NULL)
			return NULL;
	}
	if (leaf->events_fd < 0 && !leaves->saves_files)
		open_events(leaf);
	LIST_INSERT_HEAD(&leaves->used, leaf, link);
	return leaf;
}

void
leaves_give_back(struct leaves *leaves, struct leaf *leaf, bool spare)
{
	if (leaf == NULL)
		return;
	if (leaf_has_processes(leaf) &&
	    (!spare || !group_evacuate(leaf->dir, leaves->place.dir))) {
		leaves->left = true;
		return; /* the leaf cannot be used again */
	}
	LIST_REMOVE(leaf, link);
	LIST_INSERT_HEAD(&leaves->free, leaf, link);
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
		close_events(leaf);
	LIST_FOREACH(leaf, &leaves->used, link)
		close_events(leaf);
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

	if (leaves->folder[0] == '\0' ||
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
	return open(leaf->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

bool
leaf_has_processes(const struct leaf *leaf)
{
	char text[256];
	ssize_t n;

	if (leaf == NULL)
		return false;
	if (leaf->events_fd >= 0) {
		n = pread(leaf->events_fd, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
		if (cgroup_event(text, "populated") == 0)
			return false;
	}
	return group_has_processes(leaf->dir);
}

void
leaf_list(const struct leaf *leaf, bool nested_too, struct proclist *list)
{
	if (leaf != NULL)
		group_list(leaf->dir, nested_too, list);
}

void
leaf_kill(const struct leaf *leaf)
{
	if (leaf != NULL)
		group_kill(leaf->dir);
}
