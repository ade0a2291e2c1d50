#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

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

/* The highest soft limit that leaves a reserve below the hard one. */
static rlim_t
most_to_use(const struct rlimit *limit)
{
	return limit->rlim_max > FD_RESERVE ? limit->rlim_max - FD_RESERVE : 0;
}

static int
set_soft_limit(const struct rlimit *limit, rlim_t soft)
{
	const struct rlimit changed = { soft, limit->rlim_max };

	return setrlimit(RLIMIT_NOFILE, &changed);
}

int
fd_raise_limit(struct rlimit *ret_original)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	if (limit.rlim_cur < most_to_use(&limit) &&
	    set_soft_limit(&limit, most_to_use(&limit)) < 0)
		return -1;
	*ret_original = limit;
	return limit.rlim_cur < most_to_use(&limit);
}

int
fd_keep_reserve(struct rlimit *ret_original)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	if (limit.rlim_cur <= most_to_use(&limit))
		return 0;
	if (set_soft_limit(&limit, most_to_use(&limit)) < 0)
		return -1;
	*ret_original = limit;
	return 1;
}

/* Opens path, or a pidfd of the process if path is NULL. */
static int
open_either(const char *path, int flags, pid_t pid)
{
	return path != NULL ? open(path, flags | O_CLOEXEC, 0666)
			    : pidfd_open(pid, 0);
}

/*
 * Opens what open_either() does.  If no descriptor is left, raises the limit
 * for this call; a descriptor above the limit stays open afterwards.
 */
static int
open_in_need(const char *path, int flags, pid_t pid)
{
	int fd = open_either(path, flags, pid), error;
	struct rlimit limit;
	rlim_t raised;

	if (fd >= 0 || errno != EMFILE || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return fd;
	raised = limit.rlim_cur + FD_RESERVE;
	if (raised > limit.rlim_max)
		raised = limit.rlim_max;
	if (set_soft_limit(&limit, raised) < 0) {
		errno = EMFILE;
		return -1;
	}
	fd = open_either(path, flags, pid);
	error = errno;
	setrlimit(RLIMIT_NOFILE, &limit);
	errno = error;
	return fd;
}

int
fd_open_in_need(const char *path, int flags)
{
	return open_in_need(path, flags, 0);
}

int
fd_pidfd_in_need(pid_t pid)
{
	return open_in_need(NULL, 0, pid);
}

DIR *
fd_folder_in_need(const char *path)
{
	int fd = fd_open_in_need(path, O_RDONLY | O_DIRECTORY);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;

	if (folder == NULL && fd >= 0)
		close(fd);
	return folder;
}

int
fd_write_and_close(int fd, const char *text)
{
	ssize_t n;
	int error;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	error = errno;
	close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}

/*
 * A terminal may be open by its own name and as /dev/tty, two files with two
 * inodes: only the number of its device tells.
 */
static bool
is_same_terminal(int a, int b)
{
	unsigned device_a, device_b;

	return ioctl(a, TIOCGDEV, &device_a) == 0 &&
	    ioctl(b, TIOCGDEV, &device_b) == 0 && device_a == device_b;
}

bool
fd_same_file(int a, int b)
{
	struct stat sa, sb;

	if (is_same_terminal(a, b))
		return true;
	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

int
fd_truncate(int fd, off_t len)
{
	int result;

	do
		result = ftruncate(fd, len);
	while (result < 0 && errno == EINTR);
	return result;
}

bool
fd_is_writable(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY &&
	    (flags & O_PATH) == 0;
}

/* Makes a pipe; the end called ours does not block. */
static int
make_pipe(int ret_fds[2], int ours)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	/* O_NONBLOCK to pipe2(2) would set it on the job's end too */
	if (fcntl(fds[ours], F_SETFL, O_NONBLOCK) < 0) {
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
fd_pipe(int ret_fds[2])
{
	return make_pipe(ret_fds, 0);
}

int
fd_pipe_to_job(int ret_fds[2])
{
	return make_pipe(ret_fds, 1);
}

int
fd_reopen_nonblocking(int fd, int access)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int
fd_unnamed_file(const char *dir)
{
	char *path;
	int fd, error;

	fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || errno == EMFILE || errno == ENFILE)
		return fd;
	/* most often a file system without O_TMPFILE: EOPNOTSUPP, EISDIR */
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

int
fd_write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -1;
		bytes += n < 0 ? 0 : n;
		len -= n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

int
fd_memory_file(void)
{
	return memfd_create("nursery", MFD_CLOEXEC);
}

int
fd_sealed(const void *bytes, size_t len)
{
	int fd = memfd_create("nursery", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int error;

	if (fd < 0)
		return -1;
	if (fd_write_all(fd, bytes, len) == 0 &&
	    fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Reads len bytes of a sealed file, which cannot have become shorter. */
static int
read_all(int fd, char *bytes, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, bytes + done, len - done, (off_t)done);

		if (n == 0)
			errno = EIO;
		if (n == 0 || (n < 0 && errno != EINTR))
			return -1;
		done += n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

int
fd_read_sealed(int fd, size_t max, char **ret_bytes, size_t *ret_len)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	char *bytes;

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0) {
		errno = EPERM;
		return -1;
	}
	if (st.st_size > (off_t)max) {
		errno = EFBIG;
		return -1;
	}
	bytes = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (bytes == NULL)
		return -1;
	if (read_all(fd, bytes, (size_t)st.st_size) < 0) {
		int error = errno;

		free(bytes);
		errno = error;
		return -1;
	}
	*ret_bytes = bytes;
	*ret_len = (size_t)st.st_size;
	return 0;
}

bool
fd_grow_pipe(int fd, int size)
{
	int now = fcntl(fd, F_GETPIPE_SZ);

	if (now < 0)
		return false;
	return now >= size || fcntl(fd, F_SETPIPE_SZ, size) >= size;
}
