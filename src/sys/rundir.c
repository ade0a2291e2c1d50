#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "fd.h"

#define NAME "/nursery.XXXXXX"

/* A runtime folder that was inherited through su(1) is not ours. */
static bool
is_ours(const char *dir)
{
	struct stat st;

	return dir != NULL && stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid();
}

/* True if rundir_new() may have made a folder of that name. */
static bool
is_our_name(const char *path)
{
	const char *name = strrchr(path, '/');

	return strlen(path) < RUNDIR_MAX && name != NULL &&
	    strlen(name) == strlen(NAME) &&
	    strncmp(name, NAME, strcspn(NAME, "X")) == 0;
}

bool
rundir_is_one(const char *path)
{
	struct stat st;

	return is_our_name(path) && lstat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	    (st.st_mode & 07777) == 0700;
}

/*
 * Writes whole to path.  We may die at any moment, and another process that
 * shares the bytes of path then removes the folder that it finds there: it must
 * see no path or the whole one, for a part of it would be another folder.
 */
static void
publish(char *path, const char *whole)
{
	volatile char *first = path;

	*first = '\0';
	atomic_signal_fence(memory_order_seq_cst);
	strlcpy(path + 1, whole + 1, RUNDIR_MAX - 1);
	atomic_signal_fence(memory_order_seq_cst);
	*first = whole[0];
}

static int
make_in(const char *dir, char *path)
{
	char whole[RUNDIR_MAX];

	if (dir == NULL || dir[0] != '/') {
		errno = ENOENT;
		return -1;
	}
	if (snprintf(whole, sizeof(whole), "%s" NAME, dir) >= RUNDIR_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	publish(path, whole);
	return mkdtemp(path) != NULL ? 0 : -1;
}

int
rundir_new(char *path, const char *parent)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if ((is_ours(parent) && make_in(parent, path) == 0) ||
	    (is_ours(runtime) && make_in(runtime, path) == 0) ||
	    make_in("/dev/shm", path) == 0 ||
	    make_in(getenv("TMPDIR"), path) == 0 || make_in("/tmp", path) == 0)
		return 0;
	path[0] = '\0';
	return -1;
}

/*
 * Removes what is in the folder: everything if whole is true, else all but the
 * folders in it.  Closes folder_fd.  No symbolic link is followed.
 */
static void
empty(int folder_fd, bool whole)
{
	const struct dirent *entry;
	DIR *dir = fdopendir(folder_fd);

	if (dir == NULL) {
		close(folder_fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		int fd;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    unlinkat(dirfd(dir), name, 0) == 0 || !whole)
			continue;
		fd = openat(dirfd(dir), name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			empty(fd, true);
		unlinkat(dirfd(dir), name, AT_REMOVEDIR);
	}
	closedir(dir);
}

static void
remove_folder(char *path, bool whole)
{
	int fd;

	if (!is_our_name(path))
		return;
	fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd >= 0)
		empty(fd, whole);
	rmdir(path);
	path[0] = '\0';
}

void
rundir_remove(char *path)
{
	remove_folder(path, true);
}

void
rundir_leave(char *path)
{
	remove_folder(path, false);
}
