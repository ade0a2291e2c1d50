#include "janitor.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/stat.h>

#include "group.h"
#include "owner.h"

/* True for a folder whose owner was a nursery of ours, and is gone. */
static bool
is_abandoned(const char *path, const char *name, const struct owner *judge)
{
	struct owner owner;
	struct stat st;

	return owner_parse(name, &owner) == 0 && lstat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	    owner_is_gone(&owner, judge);
}

void
janitor_clean(const char *dir, const struct owner *judge)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	struct stat st;
	DIR *groups;

	/* the number of links counts the folders: most often there are none */
	if (stat(dir, &st) < 0 || st.st_nlink <= 2)
		return;
	groups = opendir(dir);
	if (groups == NULL)
		return;
	while ((entry = readdir(groups)) != NULL) {
		const char *name = entry->d_name;

		if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
			(int)sizeof(path) ||
		    !is_abandoned(path, name, judge))
			continue;
		group_end(path);
		group_remove(path);
	}
	closedir(groups);
}
