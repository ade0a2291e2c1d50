/* System calls that end the program when they fail, for this folder. */
#ifndef TESTS_CHECKED_H
#define TESTS_CHECKED_H

#include <sys/types.h>

#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "base/buf.h"

static inline pid_t
fork_checked(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(2, "fork");
	return pid;
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
