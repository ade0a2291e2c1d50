#include "stream.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "intake.h"
#include "state.h"
#include "sys/fd.h"

/* So much waiting makes a big pipe to the reader worth while. */
#define BIG_QUEUE 1048576

bool
stream_by_lines(const struct stream *st)
{
	return st->cap->out->mode == OUTPUT_LINE;
}

bool
stream_is_live(const struct stream *st)
{
	if (stream_by_lines(st))
		return !st->cap->held;
	return order_is_front(st->cap);
}

bool
stream_may_write(const struct stream *st)
{
	const struct sink *sink = st->sink;

	if (sink->full || st->q.len > 0)
		return false;
	if (note_queue(st->cap->out, sink)->begun)
		return false;
	if (stream_by_lines(st))
		return !st->cap->held &&
		    (sink->owner == st ||
			(sink->owner == NULL && TAILQ_EMPTY(&sink->ready)));
	return order_is_front(st->cap);
}

bool
stream_wants_input(const struct stream *st)
{
	if (st->fd < 0 || st->starved || st->cap->draining)
		return false;
	if (st->sink->error != 0)
		return true;
	if (stream_by_lines(st))
		return stream_printable(st) == 0 &&
		    !(st->sink->owner == st && st->sink->full);
	if (order_is_front(st->cap))
		return st->q.len == 0 && !st->sink->full;
	return true;
}

uint64_t
stream_printable(const struct stream *st)
{
	if (stream_by_lines(st))
		return st->cap->held ? 0 : st->printable;
	return order_is_front(st->cap) ? st->q.len : 0;
}

void
stream_list(struct stream *st)
{
	bool blocked = st->fd >= 0 && st->sink->full &&
	    (stream_by_lines(st) ? st->sink->owner == st
				 : order_is_front(st->cap));

	if (st->listed || (stream_printable(st) == 0 && !blocked))
		return;
	TAILQ_INSERT_TAIL(&st->sink->ready, st, ready_link);
	st->listed = true;
}

static void
unlist(struct stream *st)
{
	if (!st->listed)
		return;
	TAILQ_REMOVE(&st->sink->ready, st, ready_link);
	st->listed = false;
}

void
stream_starve(struct stream *st)
{
	if (st->starved)
		return;
	st->starved = true;
	TAILQ_INSERT_TAIL(&st->cap->out->starved, st, starved_link);
	capture_let_go(st->cap);
}

bool
stream_let_out(struct stream *st)
{
	struct output *out = st->cap->out;

	if (st->printable > 0 || st->q.len == 0 ||
	    (out->overlong != NULL && out->overlong != st->cap))
		return false;
	out->overlong = st->cap;
	st->overlong = true;
	st->printable = st->q.len;
	stream_sync(st);
	return true;
}

void
stream_end_overlong(struct stream *st)
{
	struct capture *cap = st->cap;

	st->overlong = false;
	if (cap->out->overlong != cap)
		return;
	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].overlong)
			return;
	cap->out->overlong = NULL;
}

void
stream_unstarve(struct stream *st)
{
	if (!st->starved)
		return;
	st->starved = false;
	TAILQ_REMOVE(&st->cap->out->starved, st, starved_link);
}

void
stream_book_lost(struct stream *st, uint64_t len)
{
	st->q.dropped += len;
	st->cap->out->lost += len;
}

void
stream_drop(struct stream *st)
{
	stream_book_lost(st, st->q.len);
	queue_clear(&st->q, &st->cap->out->store);
	st->printable = 0;
	stream_end_overlong(st);
}

void
stream_sync(struct stream *st)
{
	struct output *out = st->cap->out;

	stream_list(st);
	if (!stream_wants_input(st))
		loop_del(out->loop, &st->io);
	else if (st->io.fd < 0 &&
	    loop_add(out->loop, &st->io, st->fd, EPOLLIN) < 0)
		output_kick_later(out);
}

void
stream_close(struct stream *st)
{
	struct output *out = st->cap->out;

	if (st->fd < 0)
		return;
	loop_del(out->loop, &st->io);
	close(st->fd);
	st->fd = -1;
	if (st->grown)
		out->grown_len--;
	st->grown = false;
	stream_unstarve(st);
	stream_end_overlong(st);
	if (stream_by_lines(st))
		st->printable = st->q.len; /* a last line without its end */
	if (st->sink->owner == st && st->printable == 0)
		st->sink->owner = NULL;
	stream_sync(st);
}

size_t
stream_put(struct stream *st, const char *data, size_t len)
{
	size_t n = sink_write(st->sink, data, len);

	if (st->sink->error != 0) {
		stream_book_lost(st, n);
		stream_end_overlong(st);
		output_kick(st->cap->out);
	} else {
		st->q.written += n;
	}
	if (n > 0)
		st->sink->last = st;
	return n;
}

static void
stream_ready(struct loop_io *io, uint32_t events)
{
	struct stream *st = io->arg;
	struct output *out = st->cap->out;

	out->serving = true;
	intake_run(st, (events & EPOLLHUP) != 0);
	order_pump(out);
	out->serving = false;
}

int
stream_open(struct stream *st)
{
	int fds[2];

	if (fd_pipe(fds) < 0)
		return -1;
	if (loop_add(st->cap->out->loop, &st->io, fds[0], EPOLLIN) < 0) {
		int error = errno;

		close(fds[0]);
		close(fds[1]);
		errno = error;
		return -1;
	}
	st->fd = fds[0];
	st->wfd = fds[1];
	st->full_reads = 0;
	st->small = false;
	return 0;
}

int
stream_init(struct stream *st, struct capture *cap, struct sink *sink)
{
	*st = (struct stream){ .cap = cap, .sink = sink, .fd = -1, .wfd = -1 };
	st->io.ready = stream_ready;
	st->io.arg = st;
	st->io.fd = -1;
	queue_init(&st->q);
	return stream_open(st);
}

void
stream_close_write(struct stream *st)
{
	if (st->wfd >= 0)
		close(st->wfd);
	st->wfd = -1;
}

void
stream_forget(struct stream *st)
{
	st->q.in -= st->q.len;
	queue_clear(&st->q, &st->cap->out->store);
	st->printable = 0;
	st->mid_line = false;
}

void
stream_release(struct stream *st)
{
	struct sink *sink = st->sink;

	stream_close_write(st);
	stream_close(st);
	unlist(st);
	if (sink->owner == st)
		sink->owner = NULL;
	if (sink->last == st)
		sink->last = NULL;
	queue_release(&st->q, &st->cap->out->store);
}

void
stream_flush(struct stream *st, int64_t *budget)
{
	struct store *store = &st->cap->out->store;
	struct sink *sink = st->sink;

	if (st->q.len >= BIG_QUEUE)
		sink_grow(sink);
	if (stream_by_lines(st) && st->printable > 0)
		sink->owner = st;
	while (stream_printable(st) > 0 && !sink->full && *budget > 0) {
		uint64_t most = stream_printable(st);
		const char *data;
		size_t len = 0, n;

		if (sink->error == 0 &&
		    (len = queue_peek(&st->q, store, &data)) == 0) {
			sink_fail(sink, errno);
			output_kick(st->cap->out);
		}
		if (sink->error != 0) {
			stream_drop(st);
			return;
		}
		if (len > most)
			len = (size_t)most;
		n = stream_put(st, data, len);
		queue_consume(&st->q, store, n);
		if (stream_by_lines(st))
			st->printable -= n;
		*budget -= (int64_t)n;
	}
}

void
stream_flushed(struct stream *st)
{
	struct sink *sink = st->sink;
	struct capture *cap = st->cap;

	unlist(st);
	if (sink->owner == st && !st->overlong)
		sink->owner = NULL;
	if (st->starved && (st->q.len == 0 || stream_by_lines(st))) {
		stream_unstarve(st);
		if (cap->draining)
			output_kick(cap->out);
	}
	/* the sink's turn is the stream's: no need to watch it for that */
	if (cap->out->serving && st->io.fd < 0)
		intake_run(st, false);
	else
		stream_sync(st);
}

void
stream_absorb(struct stream *dst, struct stream *src)
{
	struct store *store = &dst->cap->out->store;
	struct sink *sink = dst->sink;

	assert(dst->fd < 0 && src->fd < 0 && dst->sink == src->sink);
	if (sink->owner == src) {
		queue_concat(&src->q, &dst->q, store);
		sink->owner = dst;
	}
	if (src->q.len > 0 && dst->q.len == 0 && sink->last == src)
		sink->last = dst;
	queue_concat(&dst->q, &src->q, store);
	dst->printable = stream_by_lines(dst) ? dst->q.len : 0;
	src->printable = 0;
	stream_sync(dst);
}
