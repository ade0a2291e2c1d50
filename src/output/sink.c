#include "sink.h"

#include <errno.h>
#include <fcntl.h>

#include <sys/epoll.h>

#include "sys/fd.h"

void
sink_init(struct sink *sink, int fd)
{
	*sink = (struct sink){ .fd = fd };
	outlet_init(&sink->outlet, fd);
	sink->io.fd = -1;
	TAILQ_INIT(&sink->ready);
}

void
sink_release(struct sink *sink, struct loop *loop)
{
	loop_del(loop, &sink->io);
	outlet_release(&sink->outlet);
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

size_t
sink_put(struct sink *sink, const char *data, size_t len)
{
	size_t done = 0;

	while (done < len && sink->error == 0) {
		bool full;
		ssize_t n =
		    outlet_write(&sink->outlet, data + done, len - done, &full);

		if (n > 0) {
			done += (size_t)n;
			if (done == len || !full)
				continue;
			sink->full = true;
			return done;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
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
		n = splice(fd, NULL, sink->outlet.wfd, NULL, len,
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
	if (sink->outlet.is_pipe && !sink->grown)
		fd_grow_pipe(sink->outlet.wfd, SINK_PIPE_BIG);
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
	    loop_add(loop, &sink->io, sink->outlet.wfd, EPOLLOUT) == 0;
}
