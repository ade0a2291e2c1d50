#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "sys/fd.h"

/* Bytes for which a pipe or terminal has room when it polls as writable. */
#define POLL_WRITE 4096

void
sink_init(struct sink *sink, int fd)
{
	struct stat st;

	*sink = (struct sink){ .fd = fd, .wfd = fd, .way = SINK_PLAIN };
	sink->io.fd = -1;
	TAILQ_INIT(&sink->ready);
	/* a file opened for reading only must not become writable by reopening
	 */
	if (fstat(fd, &st) < 0 || !fd_is_writable(fd))
		return;
	if (S_ISSOCK(st.st_mode)) {
		sink->way = SINK_SOCKET;
		return;
	}
	sink->is_pipe = S_ISFIFO(st.st_mode);
	if (!sink->is_pipe && !isatty(fd))
		return;
	sink->wfd = fd_reopen_nonblocking(fd);
	sink->way = SINK_OWN;
	if (sink->wfd < 0) {
		sink->wfd = fd;
		sink->way = SINK_NOWAIT;
	}
}

void
sink_release(struct sink *sink, struct loop *loop)
{
	loop_del(loop, &sink->io);
	if (sink->wfd != sink->fd)
		close(sink->wfd);
	sink->wfd = sink->fd;
}

void
sink_fail(struct sink *sink, int error)
{
	if (sink->error != 0)
		return;
	sink->error = error;
	sink->full = false;
	sink->mid_line = false;
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
write_nowait(struct sink *sink, const char *data, size_t len)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data,
		.iov_len = len };
	ssize_t n = pwritev2(sink->wfd, &iov, 1, -1, RWF_NOWAIT);

	if (n >= 0 ||
	    (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL &&
		errno != ESPIPE))
		return n;
	sink->way = SINK_POLL;
	return write_polled(sink->wfd, data, len);
}

static ssize_t
write_once(struct sink *sink, const char *data, size_t len)
{
	switch (sink->way) {
	case SINK_SOCKET:
		return send(sink->wfd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	case SINK_NOWAIT:
		return write_nowait(sink, data, len);
	case SINK_POLL:
		return write_polled(sink->wfd, data, len);
	case SINK_PLAIN:
	case SINK_OWN:
		break;
	}
	return write(sink->wfd, data, len);
}

size_t
sink_put(struct sink *sink, const char *data, size_t len)
{
	size_t done = 0;

	while (done < len && sink->error == 0) {
		ssize_t n = write_once(sink, data + done, len - done);

		if (n > 0) {
			done += (size_t)n;
			if (done == len || sink->way == SINK_PLAIN ||
			    sink->way == SINK_POLL)
				continue;
			sink->full =
			    true; /* it took a part: no room for more */
			return done;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			sink->full = true;
			return done;
		}
		sink_fail(sink, n < 0 ? errno : EIO);
	}
	return len;
}

size_t
sink_write(struct sink *sink, const char *data, size_t len)
{
	const struct sink_guard *guard = sink->guard;
	size_t n;

	if (guard != NULL && !guard->clear(guard->arg)) {
		sink->full = true;
		return 0;
	}
	n = sink_put(sink, data, len);
	if (n == 0 || sink->error != 0)
		return n;
	sink->mid_line = data[n - 1] != '\n';
	if (guard != NULL)
		guard->wrote(guard->arg, data, n);
	return n;
}

size_t
sink_splice(struct sink *sink, int fd, size_t len)
{
	ssize_t n;

	if (sink->error != 0)
		return 0;
	do
		n = splice(fd, NULL, sink->wfd, NULL, len,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		sink->mid_line = true; /* unknown, until the rest is written */
		return (size_t)n;
	}
	if (n < 0 && errno == EAGAIN)
		sink->full = true;
	else if (n < 0 && errno == EPIPE)
		sink_fail(sink, EPIPE);
	else
		sink->no_splice = true;
	return 0;
}

void
sink_grow(struct sink *sink)
{
	if (sink->is_pipe && !sink->grown)
		fd_grow_pipe(sink->wfd, SINK_PIPE_BIG);
	sink->grown = true;
}

bool
sink_watch(struct sink *sink, struct loop *loop)
{
	if (sink->io.fd >= 0) {
		loop_mod(loop, &sink->io, sink->full ? EPOLLOUT : 0);
		return true;
	}
	return !sink->full ||
	    loop_add(loop, &sink->io, sink->wfd, EPOLLOUT) == 0;
}
