#include "rundir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/publish.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "fd.h"

#define NAME "/nursery.XXXXXX"

/* The link in a folder that names the other one, see rundir_extend(). */
#define EXTENSION "more"

/* How many names are tried for it. */
#define TRIES_MAX 100

/* A runtime folder that was inherited through su(1) is not ours. */
static bool
is_ours(const char *dir)
{
	struct stat st;

	return dir != NULL && stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid();
}

static bool
has_our_name(const char *path)
{
	const char *name = strrchr(path, '/');

	return name != NULL && strlen(name) == strlen(NAME) &&
	    strncmp(name, NAME, strcspn(NAME, "X")) == 0;
}

/* True if rundir_new() may have made a folder of that name. */
static bool
is_our_name(const char *path)
{
	return strlen(path) < RUNDIR_MAX && has_our_name(path);
}

static bool
is_private(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 07777) == 0700;
}

bool
rundir_is_one(const char *path)
{
	return is_our_name(path) && is_private(path);
}

/* Cuts the last part of the path.  False if there would be none left. */
static bool
go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return false;
	*slash = '\0';
	return true;
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
	publish(path, RUNDIR_MAX, whole);
	return mkdtemp(path) != NULL ? 0 : -1;
}

/*
 * Makes a folder in parent, the folder of the nursery around us; or, if the
 * path would be too long, in that of the next nursery further out, and so on.
 */
static int
make_nested(const char *parent, char *path)
{
	char dir[RUNDIR_MAX];

	if (!is_ours(parent) ||
	    strlcpy(dir, parent, sizeof(dir)) >= sizeof(dir))
		return -1;
	do {
		if (make_in(dir, path) == 0)
			return 0;
	} while (errno == ENAMETOOLONG && go_up(dir) && rundir_is_one(dir));
	return -1;
}

/* Makes a folder whose path is short enough for a nested nursery's in it. */
static int
make_outermost(const char *dir, char *path)
{
	if (dir != NULL && strlen(dir) + 2 * strlen(NAME) >= RUNDIR_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return make_in(dir, path);
}

int
rundir_new(char *path, const char *parent)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (make_nested(parent, path) == 0 ||
	    (is_ours(runtime) && make_outermost(runtime, path) == 0) ||
	    make_outermost("/dev/shm", path) == 0 ||
	    make_outermost(getenv("TMPDIR"), path) == 0 ||
	    make_outermost("/tmp", path) == 0)
		return 0;
	path[0] = '\0';
	return -1;
}

/* Makes the folder of that path, which the link names before. */
static int
make_named(const char *link, const char *path)
{
	if (symlink(path, link) < 0)
		return -1;
	if (mkdir(path, 0700) < 0) {
		int error = errno;

		unlink(link);
		errno = error;
		return -1;
	}
	/* the umask may have taken away from what only we need */
	return chmod(path, 0700);
}

int
rundir_extend(const char *path, const char *parent, char **ret)
{
	char *folder = realpath(parent, NULL);
	char *link = xasprintf("%s/" EXTENSION, path);
	int error = folder != NULL ? EEXIST : errno;

	for (int i = 0; i < TRIES_MAX && error == EEXIST; i++) {
		*ret = xasprintf(
		    "%s/nursery.%06x", folder, random_below(UINT32_C(1) << 24));
		error = make_named(link, *ret) < 0 ? errno : 0;
		if (error != 0)
			free(*ret);
	}
	free(folder);
	free(link);
	errno = error;
	return error == 0 ? 0 : -1;
}

bool
rundir_outer(const char *path, char *outer)
{
	return strlcpy(outer, path, RUNDIR_MAX) < RUNDIR_MAX && go_up(outer) &&
	    rundir_is_one(outer);
}

static int empty(int folder_fd, bool whole);

/*
 * Removes the folder that the link names; but nothing that rundir_extend()
 * cannot have made.  Returns 0, or -1 with errno if it is still there.
 */
static int
remove_extension(int folder_fd)
{
	char path[PATH_MAX];
	ssize_t len = readlinkat(folder_fd, EXTENSION, path, sizeof(path) - 1);
	int fd;

	if (len <= 0)
		return 0;
	path[len] = '\0';
	if (path[0] != '/' || !has_our_name(path) || !is_private(path))
		return 0;
	fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd >= 0)
		empty(fd, true);
	return rmdir(path);
}

/* Returns 0, or -1 with errno if it is still there and should not be. */
static int
remove_entry(int folder_fd, const char *name, bool whole)
{
	int fd;

	if (strcmp(name, EXTENSION) == 0 && remove_extension(folder_fd) < 0)
		return -1;
	if (unlinkat(folder_fd, name, 0) == 0 || errno == ENOENT ||
	    (errno == EISDIR && !whole))
		return 0;
	if (errno != EISDIR)
		return -1;
	fd = openat(
	    folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		empty(fd, true);
	return unlinkat(folder_fd, name, AT_REMOVEDIR);
}

/*
 * Removes what is in the folder: everything if whole is true, else all but the
 * folders in it.  Closes folder_fd.  No symbolic link is followed.  Returns 0,
 * or -1 with errno if something of that could not be removed.
 */
static int
empty(int folder_fd, bool whole)
{
	const struct dirent *entry;
	DIR *dir = fdopendir(folder_fd);
	int error = 0;

	if (dir == NULL) {
		error = errno;
		close(folder_fd);
		errno = error;
		return -1;
	}
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		    remove_entry(dirfd(dir), name, whole) < 0)
			error = errno;
	}
	if (errno != 0)
		error = errno;
	closedir(dir);
	errno = error;
	return error == 0 ? 0 : -1;
}

static int
remove_folder(char *path, bool whole)
{
	int fd, error = 0;

	if (!is_our_name(path))
		return 0;
	fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0 || empty(fd, whole) < 0)
		error = errno;
	if (rmdir(path) == 0 || errno == ENOENT)
		error = 0;
	else if (error == 0)
		error = errno;
	path[0] = '\0';
	errno = error;
	return error == 0 ? 0 : -1;
}

int
rundir_remove(char *path)
{
	return remove_folder(path, true);
}

int
rundir_leave(char *path)
{
	int result = remove_folder(path, false);

	return result < 0 && errno != ENOTEMPTY && errno != EEXIST ? -1 : 0;
}
