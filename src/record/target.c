#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "sys/fd.h"

/* Room for the path in /proc that leads to a descriptor. */
#define FD_PATH_MAX 32

/* How often a name is tried that somebody else may have taken. */
#define TRIES 100

void
target_refuse(const struct target *target, const char *why)
{
	char *shown = msg_short(target->path, strlen(target->path));

	msg_fatal("%s cannot be written to %s: %s (nothing was started)",
	    target->option, shown, why);
}

static const char *
fd_path(int fd, char buf[FD_PATH_MAX])
{
	snprintf(buf, FD_PATH_MAX, "/proc/self/fd/%d", fd);
	return buf;
}

/* The path of the folder that the file is in; the caller frees it. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return slash == path ? xstrdup("/")
			     : xmemdup0(path, (size_t)(slash - path));
}

static const char *
base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
identify_file(struct target *target, const struct stat *st)
{
	target->identity.dev = st->st_dev;
	target->identity.ino = st->st_ino;
}

/* Two files that are yet to be made are one if their names are. */
static void
identify_name(struct target *target, const char *path)
{
	struct target_identity *identity = &target->identity;
	char *folder = folder_of(path);
	struct stat st;

	if (stat(folder, &st) == 0) {
		identity->folder_dev = st.st_dev;
		identity->folder_ino = st.st_ino;
		identity->base = xstrdup(base_of(path));
	}
	free(folder);
}

bool
target_is_file(const struct target *target, const struct stat *st)
{
	return target->identity.ino == st->st_ino &&
	    target->identity.dev == st->st_dev;
}

bool
target_is_same(const struct target *a, const struct target *b)
{
	const struct target_identity *x = &a->identity, *y = &b->identity;

	if (x->ino != 0 && x->ino == y->ino && x->dev == y->dev)
		return true;
	return x->base != NULL && y->base != NULL &&
	    x->folder_ino == y->folder_ino && x->folder_dev == y->folder_dev &&
	    strcmp(x->base, y->base) == 0;
}

static bool
is_dash(const char *path)
{
	return strcmp(path, "-") == 0;
}

bool
target_is_descriptor(const char *path)
{
	return is_dash(path) || strncmp(path, "fd:", 3) == 0;
}

const char *
target_clash(int fd, const struct stat *st, bool dash)
{
	static const char *const why[] = {
		"standard input comes from there",
		"standard output goes there, too",
		"standard error goes there, too",
	};
	struct stat standard;

	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
		bool same = fstat(i, &standard) == 0 &&
		    standard.st_dev == st->st_dev &&
		    standard.st_ino == st->st_ino;

		if (i == STDIN_FILENO && !S_ISREG(st->st_mode))
			continue;
		if (i == STDOUT_FILENO && dash)
			continue;
		if (S_ISCHR(st->st_mode)) /* /dev/null is for everybody */
			same = isatty(fd) && isatty(i) && fd_same_file(i, fd);
		if (same)
			return why[i];
	}
	return NULL;
}

/* Refuses a file, pipe or terminal that a standard stream of ours leads to. */
static void
refuse_standard(const struct target *target, int fd, const struct stat *st)
{
	const char *why = target_clash(fd, st, is_dash(target->path));

	if (why != NULL)
		target_refuse(target, why);
}

/* Finds out whether what was opened is a file, or leads to a reader. */
static void
sort(struct target *target, int fd, const struct stat *st)
{
	refuse_standard(target, fd, st);
	if (!S_ISCHR(st->st_mode))
		identify_file(target, st);
	if (S_ISREG(st->st_mode))
		target->file = fd;
	else
		target->reader = fd;
}

/*
 * Takes a descriptor that we were given.  One that is closed at exec cannot be:
 * we have opened it ourselves.
 */
static void
take_descriptor(struct target *target)
{
	struct stat st;
	int64_t number = STDOUT_FILENO;
	int fd, flags;

	if (!is_dash(target->path) &&
	    parse_count(target->path + 3, 0, INT32_MAX, &number) < 0)
		target_refuse(
		    target, "after fd: comes the number of a descriptor");
	fd = (int)number;
	flags = fcntl(fd, F_GETFD);
	if (flags < 0 || (flags & FD_CLOEXEC) != 0)
		target_refuse(
		    target, "no such descriptor was given to nursery");
	if (!fd_is_writable(fd))
		target_refuse(target, "it is not open for writing");
	if (fd <= STDERR_FILENO)
		fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	else
		fcntl(fd, F_SETFD, FD_CLOEXEC); /* no job gets it */
	if (fd < 0 || fstat(fd, &st) < 0)
		target_refuse(target, strerror(errno));
	sort(target, fd, &st);
}

/* Opens a file, device or FIFO to write to it as things happen. */
static void
open_growing(struct target *target, int more_flags)
{
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | more_flags;
	int fd = open(target->path, flags, 0666);
	char link[FD_PATH_MAX], real[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fd < 0 && errno == ENXIO && stat(target->path, &st) == 0 &&
	    S_ISFIFO(st.st_mode)) {
		identify_file(target, &st);
		target->absent = true;
		return;
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		target_refuse(target, strerror(errno));
	sort(target, fd, &st);
	n = readlink(fd_path(fd, link), real, sizeof(real) - 1);
	real[n > 0 ? n : 0] = '\0';
	if (target->file >= 0)
		identify_name(target, n > 0 ? real : target->path);
}

/*
 * Follows symbolic links, so that they stay what they are.  The kernel follows
 * them, not we, since it may have reasons to refuse it (see symlink(7), "sticky
 * bit").  A link to nothing is followed by making the file, for a moment.
 */
static char *
resolve(const char *path, int fd)
{
	char link[FD_PATH_MAX], real[PATH_MAX];
	struct stat st;
	ssize_t n = -1;
	bool missing = fd < 0;

	if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode))
		return xstrdup(path);
	if (missing)
		fd = open(path,
		    O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		    0600);
	if (fd >= 0)
		n = readlink(fd_path(fd, link), real, sizeof(real) - 1);
	real[n > 0 ? n : 0] = '\0';
	if (missing && fd >= 0) {
		if (n > 0)
			unlink(real);
		close(fd);
	}
	return n > 0 ? xstrdup(real) : NULL;
}

/*
 * Opens the draft, in the folder of the file: without a name, or where that is
 * not possible with one that nobody uses.
 */
static void
open_draft(struct target *target)
{
	char *folder = folder_of(target->name), link[FD_PATH_MAX];
	struct stat st;

	target->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	if (target->file >= 0 && stat(fd_path(target->file, link), &st) < 0) {
		close(target->file); /* without /proc it would get no name */
		target->file = -1;
	}
	if (target->file < 0) {
		target->draft = xasprintf("%s/.nursery.XXXXXX", folder);
		target->file = mkostemp(target->draft, O_CLOEXEC);
	}
	free(folder);
	if (target->file >= 0)
		return;
	free(target->draft);
	target->draft = NULL;
	target_refuse(target, strerror(errno));
}

/* Refuses to replace a file that we may not write. */
static void
check_replaced(struct target *target, int fd, const struct stat *st)
{
	refuse_standard(target, fd, st);
	if (S_ISDIR(st->st_mode))
		target_refuse(target, strerror(EISDIR));
	if (faccessat(AT_FDCWD, target->path, W_OK, AT_EACCESS) < 0)
		target_refuse(target, strerror(errno));
	identify_file(target, st);
	target->mode = st->st_mode & 0777;
}

static void
open_replaced(struct target *target, int fd, const struct stat *st)
{
	if (fd >= 0)
		check_replaced(target, fd, st);
	target->name = resolve(target->path, fd);
	if (target->name == NULL)
		target_refuse(target, strerror(errno));
	if (*base_of(target->name) == '\0')
		target_refuse(target, strerror(EISDIR));
	identify_name(target, target->name);
	open_draft(target);
}

/* For a reader, who gets a copy at the end: the draft needs no name. */
static void
open_copied(struct target *target, const char *tmpdir)
{
	if (target->file >= 0)
		target->reader = target->file;
	target->file = fd_unnamed_file(tmpdir);
	if (target->file < 0)
		target_refuse(target, "no file could be made in TMPDIR");
}

static void
open_whole(struct target *target, const char *tmpdir)
{
	int fd = open(target->path, O_PATH | O_CLOEXEC);
	struct stat st = { 0 };

	if ((fd < 0 && errno != ENOENT) || (fd >= 0 && fstat(fd, &st) < 0))
		target_refuse(target, strerror(errno));
	if (fd < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
		open_replaced(target, fd, &st);
	} else {
		open_growing(target, 0);
		open_copied(target, tmpdir);
	}
	if (fd >= 0)
		close(fd);
}

void
target_open(struct target *target, const char *option, const char *path,
    enum target_kind kind, const char *tmpdir)
{
	*target = (struct target){
		.option = option, .path = path, .file = -1, .reader = -1
	};
	if (path[0] == '\0')
		msg_fatal("%s: '' is not the name of a file (nothing was "
			  "started)",
		    option);
	if (target_is_descriptor(path)) {
		take_descriptor(target);
		if (kind == TARGET_WHOLE)
			open_copied(target, tmpdir);
	} else if (kind == TARGET_WHOLE) {
		open_whole(target, tmpdir);
	} else {
		/* two may write to one file: each line stays whole */
		open_growing(target, O_CREAT | O_APPEND);
	}
}

/* Gives a draft without a name one that nobody uses, in the same folder. */
static int
name_draft(struct target *target, const char *link)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	char *folder = folder_of(target->name);
	char *draft = xasprintf("%s/.nursery.XXXXXX", folder);
	char *end = draft + strlen(draft);
	int result = -1;

	free(folder);
	for (int i = 0; i < TRIES && result < 0; i++) {
		for (char *at = end - 6; at < end; at++)
			*at = letters[random_below(sizeof(letters) - 1)];
		result =
		    linkat(AT_FDCWD, link, AT_FDCWD, draft, AT_SYMLINK_FOLLOW);
		if (result < 0 && errno != EEXIST)
			break;
	}
	if (result == 0)
		target->draft = draft;
	else
		free(draft);
	return result;
}

/*
 * The file of mkostemp(3) is for its owner alone; this one is to be as if it
 * had been made by open(2), or as the file was that it replaces.
 */
static int
set_mode(const struct target *target)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(
	    target->file, target->mode != 0 ? target->mode : 0666 & ~mask);
}

int
target_name(struct target *target)
{
	char link[FD_PATH_MAX];

	if (target->name == NULL)
		return 0;
	if (set_mode(target) < 0)
		return -1;
	fd_path(target->file, link);
	if (target->draft == NULL) {
		if (target->mode == 0 &&
		    linkat(AT_FDCWD, link, AT_FDCWD, target->name,
			AT_SYMLINK_FOLLOW) == 0)
			return 0;
		if (target->mode == 0 && errno != EEXIST)
			return -1;
		if (name_draft(target, link) < 0)
			return -1;
	}
	if (rename(target->draft, target->name) < 0)
		return -1;
	free(target->draft);
	target->draft = NULL;
	return 0;
}

void
target_release(struct target *target)
{
	if (target->draft != NULL)
		unlink(target->draft);
	free(target->draft);
	free(target->name);
	free(target->identity.base);
	target->draft = target->name = target->identity.base = NULL;
}
