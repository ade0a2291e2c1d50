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

/* The link in a folder that names the second one, see rundir_extend(). */
#define SECOND "second"

/* How many names are tried for it. */
#define TRIES_MAX 100

/* What is removed of a folder. */
enum extent {
	INPUTS, /* of a second folder: the files that jobs read, nothing else */
	FILES,  /* of a private folder: all but the folders in it */
	WHOLE,  /* of a private folder: everything */
	INSIDE, /* of any other folder in one: everything */
};

/* A runtime folder that was inherited through su(1) is not ours. */
static bool
is_ours(const char *dir)
{
	struct stat st;

	return dir != NULL && stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid();
}

/* True if the name, which has no slash, is one that we give to folders. */
static bool
is_folder_name(const char *name)
{
	return strlen(name) == strlen(NAME + 1) &&
	    strncmp(name, NAME + 1, strcspn(NAME + 1, "X")) == 0;
}

static bool
has_our_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && is_folder_name(slash + 1);
}

/* True if rundir_new() may have made a folder of that name. */
static bool
is_our_name(const char *path)
{
	return strlen(path) < RUNDIR_MAX && has_our_name(path);
}

static bool
is_private(const struct stat *st)
{
	return S_ISDIR(st->st_mode) && st->st_uid == geteuid() &&
	    (st->st_mode & 07777) == 0700;
}

bool
rundir_is_one(const char *path)
{
	struct stat st;

	return is_our_name(path) && lstat(path, &st) == 0 && is_private(&st);
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

/*
 * Gives a new folder the mode 0700, whatever it got from the one around it.
 * Others may have put something else in its place, where they can write.
 */
static int
make_private(const char *path)
{
	struct stat st;
	int fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	int error = 0;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 ||
	    (st.st_uid == geteuid() && fchmod(fd, 0700) < 0))
		error = errno;
	else if (st.st_uid != geteuid())
		error = EPERM;
	close(fd);
	errno = error;
	return error == 0 ? 0 : -1;
}

/* Makes the folder of that path, which the link names before. */
static int
make_named(const char *link, const char *path)
{
	mode_t mask;
	int error;

	if (symlink(path, link) < 0)
		return -1;
	mask = umask(077); /* we need what it may take away */
	error = mkdir(path, 0700) < 0 ? errno : 0;
	umask(mask);
	if (error == 0 && make_private(path) < 0) {
		error = errno;
		rmdir(path);
	}
	if (error != 0)
		unlink(link);
	errno = error;
	return error == 0 ? 0 : -1;
}

int
rundir_extend(const char *path, const char *parent, char **ret)
{
	char *folder = realpath(parent, NULL);
	char *link = xasprintf("%s/" SECOND, path);
	int error = folder != NULL ? EEXIST : errno;

	for (int i = 0; i < TRIES_MAX && error == EEXIST; i++) {
		char *second = xasprintf(
		    "%s/nursery.%06x", folder, random_below(UINT32_C(1) << 24));

		error = make_named(link, second) < 0 ? errno : 0;
		if (error == 0)
			*ret = second;
		else
			free(second);
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

static int empty(int folder_fd, enum extent extent);

/*
 * Removes the folder that the link names, with the files that jobs read; but
 * nothing that rundir_extend() cannot have made.  Returns 0, or -1 with errno
 * if it is still there, or may be.
 */
static int
remove_second(int folder_fd)
{
	char path[PATH_MAX];
	ssize_t len = readlinkat(folder_fd, SECOND, path, sizeof(path) - 1);
	struct stat st;
	int fd;

	if (len < 0)
		return errno == ENOENT || errno == EINVAL ? 0 : -1;
	path[len] = '\0';
	if (path[0] != '/' || !has_our_name(path))
		return 0;
	fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (fstat(fd, &st) < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	if (!is_private(&st)) {
		close(fd);
		return 0;
	}
	empty(fd, INPUTS);
	return rmdir(path) == 0 || errno == ENOENT ? 0 : -1;
}

/* True if that entry is to be removed, among the links or among all others. */
static bool
is_due(int folder_fd, const char *name, enum extent extent, bool links)
{
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (extent == INPUTS &&
	    (strncmp(name, RUNDIR_INPUT, strlen(RUNDIR_INPUT)) != 0 ||
		(!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))))
		return false;
	return S_ISLNK(st.st_mode) == links;
}

/* Returns 0, or -1 with errno if it is still there and should not be. */
static int
remove_entry(int folder_fd, const char *name, enum extent extent)
{
	bool nested = extent == WHOLE && is_folder_name(name);
	int fd;

	if (unlinkat(folder_fd, name, 0) == 0 || errno == ENOENT ||
	    (errno == EISDIR && extent == FILES))
		return 0;
	if (errno != EISDIR)
		return -1;
	fd = openat(
	    folder_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		empty(fd, nested ? WHOLE : INSIDE);
	return unlinkat(folder_fd, name, AT_REMOVEDIR);
}

/* Removes the links, or all others.  Returns 0, or the last error's number. */
static int
remove_due(DIR *dir, enum extent extent, bool links)
{
	const struct dirent *entry;
	int error = 0;

	rewinddir(dir);
	while (errno = 0, (entry = readdir(dir)) != NULL)
		if (is_due(dirfd(dir), entry->d_name, extent, links) &&
		    remove_entry(dirfd(dir), entry->d_name, extent) < 0)
			error = errno;
	return errno != 0 ? errno : error;
}

/*
 * Removes what the extent says, and with a private folder its second one.
 * Closes folder_fd.  No other symbolic link is followed.  Links go last, and
 * only if all else could be removed: they say where the second folder is, and
 * whose this is, which the next sweep must know (see contain/sweep.h).  Returns
 * 0, or -1 with errno if something could not be removed.
 */
static int
empty(int folder_fd, enum extent extent)
{
	DIR *dir = fdopendir(folder_fd);
	int error = 0, second = 0;

	if (dir == NULL) {
		error = errno;
		close(folder_fd);
		errno = error;
		return -1;
	}
	if ((extent == WHOLE || extent == FILES) &&
	    remove_second(dirfd(dir)) < 0)
		second = errno;
	error = remove_due(dir, extent, false);
	if (error == 0)
		error = second;
	if (error == 0)
		error = remove_due(dir, extent, true);
	closedir(dir);
	errno = error;
	return error == 0 ? 0 : -1;
}

static int
remove_folder(char *path, enum extent extent)
{
	int fd, error = 0;

	if (!is_our_name(path))
		return 0;
	fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0 || empty(fd, extent) < 0)
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
	return remove_folder(path, WHOLE);
}

int
rundir_leave(char *path)
{
	int result = remove_folder(path, FILES);

	return result < 0 && errno != ENOTEMPTY && errno != EEXIST ? -1 : 0;
}
