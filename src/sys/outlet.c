#include "outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "fd.h"

/* Bytes for which a pipe or terminal has room when it polls as writable. */
#define POLL_WRITE 4096

void
outlet_init(struct outlet *outlet, int fd)
{
	struct stat st;

	*outlet = (struct outlet){ .fd = fd, .wfd = fd, .way = OUTLET_PLAIN };
	/* a file opened for reading only must not become writable by reopening
	 */
	if (fstat(fd, &st) < 0 || !fd_is_writable(fd))
		return;
	if (S_ISSOCK(st.st_mode)) {
		outlet->way = OUTLET_SOCKET;
		return;
	}
	outlet->is_pipe = S_ISFIFO(st.st_mode);
	if (!outlet->is_pipe && !isatty(fd))
		return;
	outlet->wfd = fd_reopen_nonblocking(fd, O_WRONLY);
	outlet->way = OUTLET_OWN;
	if (outlet->wfd < 0) {
		outlet->wfd = fd;
		outlet->way = OUTLET_NOWAIT;
	}
}

void
outlet_init_own(struct outlet *outlet, int fd)
{
	*outlet = (struct outlet){ .fd = fd, .wfd = fd, .way = OUTLET_OWN };
}

void
outlet_release(struct outlet *outlet)
{
	if (outlet->wfd != outlet->fd)
		close(outlet->wfd);
	outlet->wfd = outlet->fd;
}

static ssize_t
write_polled(int fd, const char *data, size_t len)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	if (poll(&pfd, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, data, len < POLL_WRITE ? len : POLL_WRITE);
}

static ssize_t
write_nowait(struct outlet *outlet, const char *data, size_t len)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data,
		.iov_len = len };
	ssize_t n = pwritev2(outlet->wfd, &iov, 1, -1, RWF_NOWAIT);

	if (n >= 0 ||
	    (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL &&
		errno != ESPIPE))
		return n;
	outlet->way = OUTLET_POLL;
	return write_polled(outlet->wfd, data, len);
}

ssize_t
outlet_write(
    struct outlet *outlet, const char *data, size_t len, bool *ret_full)
{
	ssize_t n = -1;

	switch (outlet->way) {
	case OUTLET_SOCKET:
		n = send(outlet->wfd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case OUTLET_NOWAIT:
		n = write_nowait(outlet, data, len);
		break;
	case OUTLET_POLL:
		n = write_polled(outlet->wfd, data, len);
		break;
	case OUTLET_PLAIN:
	case OUTLET_OWN:
		n = write(outlet->wfd, data, len);
		break;
	}
	*ret_full = outlet->way != OUTLET_PLAIN && outlet->way != OUTLET_POLL;
	if (n < 0 && errno == EWOULDBLOCK)
		errno = EAGAIN;
	return n;
}
