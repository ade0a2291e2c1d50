#include "sweep.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proc/owner.h"
#include "sys/rundir.h"

/* The name of the link whose target is the name of the folder's owner. */
#define SIGNATURE "owner"

/* So many folders are looked at: where there are more, others look, too. */
#define LOOKED_AT_MAX 100

void
sweep_sign(const char *folder, const struct owner *owner)
{
	char name[OWNER_NAME_MAX], path[RUNDIR_MAX + sizeof("/" SIGNATURE)];

	owner_name(owner, name);
	snprintf(path, sizeof(path), "%s/" SIGNATURE, folder);
	if (symlink(name, path) < 0)
		return; /* nobody will sweep the folder up, that is all */
}

/* True if the folder is signed, and by a nursery that does not run any more. */
static bool
is_abandoned(const char *folder, const struct owner *judge)
{
	char name[OWNER_NAME_MAX], path[RUNDIR_MAX + sizeof("/" SIGNATURE)];
	struct owner owner;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/" SIGNATURE, folder);
	len = readlink(path, name, sizeof(name) - 1);
	if (len < 0)
		return false;
	name[len] = '\0';
	return owner_parse(name, &owner) == 0 && owner_is_gone(&owner, judge);
}

/*
 * Finds the next folder in dir that looks like a nursery's; path gets its path.
 * False if there are no more.
 */
static bool
next_folder(DIR *dir, const char *parent, char path[RUNDIR_MAX])
{
	const struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
			continue;
		if (snprintf(path, RUNDIR_MAX, "%s/%s", parent, entry->d_name) <
			RUNDIR_MAX &&
		    rundir_is_one(path))
			return true;
	}
	return false;
}

/* True if the folder and all that nested nurseries have made in it may go. */
static bool
may_go(const char *folder, const struct owner *judge)
{
	char path[RUNDIR_MAX];
	bool all = is_abandoned(folder, judge);
	DIR *dir = all ? opendir(folder) : NULL;

	if (dir == NULL)
		return false;
	while (all && next_folder(dir, folder, path))
		all = may_go(path, judge);
	closedir(dir);
	return all;
}

void
sweep_beside(const char *folder, const struct owner *judge)
{
	char parent[RUNDIR_MAX], path[RUNDIR_MAX];
	DIR *dir;

	strlcpy(parent, folder, sizeof(parent));
	*strrchr(parent, '/') = '\0';
	dir = opendir(parent);
	if (dir == NULL)
		return;
	for (int i = 0; i < LOOKED_AT_MAX && next_folder(dir, parent, path);
	     i++)
		if (strcmp(path, folder) != 0 && may_go(path, judge))
			rundir_remove(path);
	closedir(dir);
}
