#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/stat.h>

int
fd_open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		int got;

		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		got = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
		if (got < 0)
			return -1;
		if (got > 2) {
			close(got);
			return 0;
		}
	}
	return 0;
}

int
fd_raise_limit(struct rlimit *ret_original)
{
	struct rlimit limit, raised;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	raised = limit;
	raised.rlim_cur = limit.rlim_max;
	if (limit.rlim_cur >= limit.rlim_max) {
		*ret_original = limit;
		return 0;
	}
	if (setrlimit(RLIMIT_NOFILE, &raised) < 0)
		return -1;
	*ret_original = limit;
	return 1;
}

bool
fd_same_file(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

bool
fd_is_writable(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY &&
	    (flags & O_PATH) == 0;
}

int
fd_pipe(int ret_fds[2])
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	/* O_NONBLOCK to pipe2(2) would set it on the job's end too */
	if (fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0) {
		int error = errno;

		close(fds[0]);
		close(fds[1]);
		errno = error;
		return -1;
	}
	ret_fds[0] = fds[0];
	ret_fds[1] = fds[1];
	return 0;
}

int
fd_reopen_nonblocking(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int
fd_unnamed_file(const char *dir)
{
	char *path;
	int fd, error;

	fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || errno == EMFILE || errno == ENFILE)
		return fd;
	/* the file system cannot (EOPNOTSUPP, EISDIR), or dir is no folder */
	if (asprintf(&path, "%s/nursery.XXXXXX", dir) < 0) {
		errno = ENOMEM;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	error = errno;
	if (fd >= 0)
		unlink(path);
	free(path);
	errno = error;
	return fd;
}

bool
fd_grow_pipe(int fd, int size)
{
	int now = fcntl(fd, F_GETPIPE_SZ);

	if (now < 0)
		return false;
	return now >= size || fcntl(fd, F_SETPIPE_SZ, size) >= size;
}
