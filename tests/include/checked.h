/* System calls of several test programs: a failure ends the program. */
#ifndef TESTS_CHECKED_H
#define TESTS_CHECKED_H

#include <sys/types.h>

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/buf.h"
#include "sys/loop.h"

/* The time of CLOCK_MONOTONIC. */
static inline int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static inline pid_t
fork_checked(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	return pid;
}

/* True in a daemon: an orphan in a session of its own.  False in the caller. */
static inline bool
fork_daemon(void)
{
	pid_t pid = fork_checked();
	int status;

	if (pid == 0) {
		setsid();
		if (fork_checked() > 0)
			_exit(0);
		return true;
	}
	if (waitpid(pid, &status, 0) == pid && status != 0)
		_exit(1); /* the second fork has failed, and said so */
	return false;
}

static inline void
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err(2, "write to %d", fd);
		bytes += n;
		len -= (size_t)n;
	}
}

/* Appends all of standard input to b. */
static inline void
read_all(struct buf *b)
{
	ssize_t n;

	do {
		buf_reserve(b, 65536);
		n = read(STDIN_FILENO, b->data + b->len, 65536);
		if (n < 0)
			err(2, "read");
		b->len += (size_t)n;
	} while (n > 0);
}

#endif
