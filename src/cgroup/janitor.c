#include "janitor.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "delegation.h"
#include "group.h"
#include "proc/owner.h"

/*
 * True for the name of a group that a nursery has moved itself to; stem is the
 * name of that nursery's folder then.
 */
static bool
strip_suffix(const char *name, char stem[OWNER_NAME_MAX])
{
	size_t len = strlcpy(stem, name, OWNER_NAME_MAX);
	size_t suffix = sizeof(DELEGATION_SUFFIX) - 1;

	if (len >= OWNER_NAME_MAX || len < suffix ||
	    strcmp(stem + len - suffix, DELEGATION_SUFFIX) != 0)
		return false;
	stem[len - suffix] = '\0';
	return true;
}

/* True for a folder of our user's whose owner, a nursery, is gone. */
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
	char path[PATH_MAX], stem[OWNER_NAME_MAX];
	const struct dirent *entry;
	struct stat st;
	DIR *groups;

	/* links beyond two are folders: most often there are none */
	if (stat(dir, &st) < 0 || st.st_nlink <= 2)
		return;
	groups = opendir(dir);
	if (groups == NULL)
		return;
	while ((entry = readdir(groups)) != NULL) {
		const char *name = entry->d_name;
		bool was_home = strip_suffix(name, stem);

		if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
			(int)sizeof(path) ||
		    !is_abandoned(path, was_home ? stem : name, judge))
			continue;
		if (!was_home) /* else it is empty: its nursery is gone */
			group_end(path);
		group_remove(path);
	}
	closedir(groups);
}
