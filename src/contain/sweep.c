#include "sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proc/owner.h"
#include "sys/rundir.h"

/*
 * The name of the link whose target says whose the folder is: the name of the
 * owner, "@" and the boot of its machine.  Machines may share a file system,
 * and all of them number their first PID namespace alike.
 */
#define SIGNATURE "owner"
#define BOOT_FILE "/proc/sys/kernel/random/boot_id"
#define BOOT_LEN 36
#define SIGNATURE_MAX (OWNER_NAME_MAX + 1 + BOOT_LEN)

/* So many folders are looked at: where there are more, others look, too. */
#define LOOKED_AT_MAX 100

/* What the kernel calls this boot of this machine.  False if it is not said. */
static bool
read_boot(char boot[BOOT_LEN + 1])
{
	int fd = open(BOOT_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t len = -1;

	if (fd < 0)
		return false;
	len = read(fd, boot, BOOT_LEN);
	close(fd);
	boot[BOOT_LEN] = '\0';
	return len == BOOT_LEN;
}

/* If that fails, nobody will sweep the folder up, that is all. */
static void
sign(const char *folder, const struct owner *owner, const char *boot)
{
	char text[SIGNATURE_MAX], path[RUNDIR_MAX + sizeof("/" SIGNATURE)];

	owner_name(owner, text);
	strlcat(text, "@", sizeof(text));
	strlcat(text, boot, sizeof(text));
	snprintf(path, sizeof(path), "%s/" SIGNATURE, folder);
	if (symlink(text, path) < 0)
		return;
}

/* Cuts "@" and the boot from the signature.  False if it is not this boot. */
static bool
cut_boot(char *text, const char *boot)
{
	char *at = strchr(text, '@');

	if (at == NULL || strcmp(at + 1, boot) != 0)
		return false;
	*at = '\0';
	return true;
}

/* True if the folder is signed, and by a nursery that does not run any more. */
static bool
is_abandoned(const char *folder, const struct owner *judge, const char *boot)
{
	char text[SIGNATURE_MAX], path[RUNDIR_MAX + sizeof("/" SIGNATURE)];
	struct owner owner;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/" SIGNATURE, folder);
	len = readlink(path, text, sizeof(text) - 1);
	if (len < 0)
		return false;
	text[len] = '\0';
	return cut_boot(text, boot) && owner_parse(text, &owner) == 0 &&
	    owner_is_gone(&owner, judge);
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
may_go(const char *folder, const struct owner *judge, const char *boot)
{
	char path[RUNDIR_MAX];
	bool all = is_abandoned(folder, judge, boot);
	DIR *dir = all ? opendir(folder) : NULL;

	if (dir == NULL)
		return false;
	while (all && next_folder(dir, folder, path))
		all = may_go(path, judge, boot);
	closedir(dir);
	return all;
}

static void
clean_beside(const char *folder, const struct owner *judge, const char *boot)
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
		if (strcmp(path, folder) != 0 && may_go(path, judge, boot))
			rundir_remove(path);
	closedir(dir);
}

void
sweep(const char *folder, const struct owner *owner)
{
	char boot[BOOT_LEN + 1];

	if (!read_boot(boot))
		return;
	sign(folder, owner, boot);
	clean_beside(folder, owner, boot);
}
