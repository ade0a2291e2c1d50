#include "stream.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/resource.h>

#include "state.h"
#include "sys/fd.h"
#include "sys/pty.h"
#include "turn.h"

/* Waiting bytes that make it worth while to raise the size of the sink's pipe.
 */
#define BIG_QUEUE 1048576
/* Big pipes at a time; a user may have 64 MiB of all pipes, see pipe(7). */
#define GROWN_MAX 8
/*
 * How many write ends are kept open at most, see stream_started(): where more
 * jobs run, many end in one turn of the loop anyway.  It is fewer if there are
 * few descriptors: an eighth (KEPT_SHARE) of those beyond KEPT_SPARE.
 */
#define KEPT_MAX 128
#define KEPT_SHARE 8
#define KEPT_SPARE 64

void
streams_init(struct streams *streams, bool apart, bool terminals)
{
	struct rlimit limit;

	streams->apart = apart;
	streams->terminals = terminals;
	if (terminals)
		streams_resize(streams);
	TAILQ_INIT(&streams->starved);
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < KEPT_SPARE)
		return;
	limit.rlim_cur = (limit.rlim_cur - KEPT_SPARE) / KEPT_SHARE;
	streams->most_kept =
	    limit.rlim_cur < KEPT_MAX ? (int)limit.rlim_cur : KEPT_MAX;
}

void
streams_resize(struct streams *streams)
{
	pty_own_size(&streams->size);
}

int
stream_init(struct stream *st, struct capture *cap, struct sink *sink,
    void (*ready)(struct loop_io *io, uint32_t events))
{
	*st = (struct stream){ .cap = cap, .home = st, .sink = sink };
	st->pipe.fd = st->pipe.write_fd = -1;
	st->pipe.io.ready = ready;
	st->pipe.io.arg = st;
	st->pipe.io.fd = -1;
	queue_init(&st->q);
	return stream_open(st);
}

int
stream_open(struct stream *st)
{
	const struct streams *streams = &st->cap->out->streams;
	struct stream_pipe *pipe = &st->pipe;
	int fds[2];

	if ((streams->terminals ? pty_open(&streams->size, fds)
				: fd_pipe(fds)) < 0)
		return -1;
	if (loop_add(st->cap->out->loop, &pipe->io, fds[0], EPOLLIN) < 0) {
		int error = errno;

		close(fds[0]);
		close(fds[1]);
		errno = error;
		return -1;
	}
	pipe->fd = fds[0];
	pipe->write_fd = fds[1];
	pipe->terminal = streams->terminals;
	pipe->cannot_grow = pipe->terminal;
	return 0;
}

void
stream_started(struct stream *st)
{
	struct streams *streams = &st->cap->out->streams;

	if (st->pipe.terminal)
		return;
	if (streams->n_kept >= streams->most_kept) {
		stream_close_write(st);
		return;
	}
	st->pipe.kept = true;
	streams->n_kept++;
}

void
stream_await_end(struct stream *st)
{
	if (!st->pipe.terminal)
		stream_close_write(st);
}

void
stream_close_write(struct stream *st)
{
	struct stream_pipe *pipe = &st->pipe;

	if (pipe->write_fd >= 0)
		close(pipe->write_fd);
	pipe->write_fd = -1;
	st->cap->out->streams.n_kept -= pipe->kept;
	pipe->kept = false;
}

void
stream_close(struct stream *st)
{
	struct output *out = st->cap->out;
	struct stream_pipe *pipe = &st->pipe;

	stream_close_write(st);
	if (pipe->fd < 0)
		return;
	loop_del(out->loop, &pipe->io);
	close(pipe->fd);
	pipe->fd = -1;
	if (pipe->grown)
		out->streams.n_grown--;
	pipe->grown = false;
	stream_unstarve(st);
	stream_end_overlong(st);
	if (turn_by_lines(st))
		st->printable = st->q.len; /* a last line without a newline */
	if (st->sink->owner == st && st->printable == 0)
		st->sink->owner = NULL;
	stream_sync(st);
}

void
stream_grow(struct stream *st)
{
	struct stream_pipe *pipe = &st->pipe;
	struct streams *streams = &st->cap->out->streams;

	if (pipe->grown || pipe->cannot_grow || streams->n_grown >= GROWN_MAX)
		return;
	pipe->grown = fd_grow_pipe(pipe->fd, SINK_PIPE_BIG);
	pipe->cannot_grow = !pipe->grown;
	streams->n_grown += pipe->grown;
}

static bool
has_pipe(const struct stream *st)
{
	const struct capture *cap = st->cap;

	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].home == st && cap->streams[i].pipe.fd >= 0)
			return true;
	return false;
}

void
stream_list(struct stream *st)
{
	bool blocked = has_pipe(st) && st->sink->full &&
	    (turn_by_lines(st) ? st->sink->owner == st
			       : turn_belongs_to(st->cap));

	if (st->listed || (turn_printable(st) == 0 && !blocked))
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
stream_release(struct stream *st)
{
	struct sink *sink = st->sink;

	stream_close(st);
	unlist(st);
	if (sink->owner == st)
		sink->owner = NULL;
	if (sink->last == st)
		sink->last = NULL;
	queue_release(&st->q, &st->cap->out->store);
}

static void
watch(struct stream *st)
{
	struct output *out = st->cap->out;
	struct stream_pipe *pipe = &st->pipe;

	if (!turn_may_read(st))
		loop_del(out->loop, &pipe->io);
	else if (pipe->io.fd < 0 &&
	    loop_add(out->loop, &pipe->io, pipe->fd, EPOLLIN) < 0)
		wakeup_later(&out->wakeup);
}

void
stream_sync(struct stream *st)
{
	struct capture *cap = st->cap;

	stream_list(st->home);
	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].home == st->home)
			watch(&cap->streams[i]);
}

/* There was no room for what was read: it is not read for now. */
static void
starve(struct stream *st)
{
	if (st->starved)
		return;
	st->starved = true;
	TAILQ_INSERT_TAIL(&st->cap->out->streams.starved, st, starved_link);
}

void
stream_unstarve(struct stream *st)
{
	if (!st->starved)
		return;
	st->starved = false;
	TAILQ_REMOVE(&st->cap->out->streams.starved, st, starved_link);
}

bool
stream_let_out(struct stream *st)
{
	struct streams *streams = &st->cap->out->streams;

	if (st->printable > 0 || st->q.len == 0 ||
	    (streams->overlong != NULL && streams->overlong != st->cap))
		return false;
	streams->overlong = st->cap;
	st->overlong = true;
	st->printable = st->q.len;
	stream_sync(st);
	return true;
}

void
stream_end_overlong(struct stream *st)
{
	struct capture *cap = st->cap;
	struct streams *streams = &cap->out->streams;

	st->overlong = false;
	if (streams->overlong != cap)
		return;
	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].overlong)
			return;
	streams->overlong = NULL;
}

/* The newlines in the bytes, if anybody wants to know. */
static uint64_t
count_lines(const struct stream *st, const char *data, size_t len)
{
	uint64_t n = 0;

	if (!st->cap->out->counts_lines)
		return 0;
	for (size_t i = 0; i < len; i++)
		n += data[i] == '\n';
	return n;
}

void
stream_keep(struct stream *st, const char *data, size_t len)
{
	st->lines += count_lines(st, data, len);
	if (len > 0 && !queue_append(&st->q, &st->cap->out->store, data, len))
		starve(st);
}

void
stream_append(struct stream *st, const char *data, size_t len)
{
	st->lines += count_lines(st, data, len);
	queue_append(&st->q, &st->cap->out->store, data, len);
}

void
stream_prepend(struct stream *st, const char *data, size_t len)
{
	struct store *store = &st->cap->out->store;
	struct queue rest;

	queue_init(&rest);
	queue_concat(&rest, &st->q, store);
	stream_append(st, data, len);
	queue_concat(&st->q, &rest, store);
	queue_release(&rest, store);
}

void
stream_lose(struct stream *st, uint64_t len)
{
	st->q.dropped += len;
	st->sink->lost += len;
	if (len > 0 && !st->sink->told_loss)
		wakeup_soon(&st->cap->out->wakeup);
}

void
stream_drop(struct stream *st)
{
	stream_lose(st, st->q.len);
	queue_clear(&st->q, &st->cap->out->store);
	st->printable = st->lines = 0;
	stream_end_overlong(st);
}

void
stream_forget(struct stream *st)
{
	st->q.in -= st->q.len;
	queue_clear(&st->q, &st->cap->out->store);
	st->printable = st->lines = 0;
}

void
stream_forget_first(struct stream *st, uint64_t len)
{
	struct store *store = &st->cap->out->store;

	while (len > 0) {
		const char *data;
		uint64_t n = queue_peek(&st->q, store, &data);

		if (n == 0)
			return; /* it will be met again when it is written */
		n = n < len ? n : len;
		st->lines -= count_lines(st, data, (size_t)n);
		queue_consume(&st->q, store, (size_t)n);
		st->q.in -= n;
		st->printable -= st->printable < n ? st->printable : n;
		len -= n;
	}
}

size_t
stream_put(struct stream *st, const char *data, size_t len)
{
	size_t n = sink_write(st->sink, data, len);

	if (st->sink->error != 0) {
		stream_lose(st, n);
		stream_end_overlong(st);
		wakeup_soon(&st->cap->out->wakeup);
	} else {
		st->q.written += n;
	}
	if (n > 0)
		st->sink->last = st;
	return n;
}

void
stream_flush(struct stream *st, int64_t *budget)
{
	struct output *out = st->cap->out;
	struct sink *sink = st->sink;

	if (st->q.len >= BIG_QUEUE)
		sink_grow(sink);
	if (turn_by_lines(st) && st->printable > 0)
		sink->owner = st;
	while (turn_printable(st) > 0 && !sink->full && *budget > 0) {
		uint64_t most = turn_printable(st);
		const char *data;
		size_t len = 0, n;

		if (sink->error == 0 &&
		    (len = queue_peek(&st->q, &out->store, &data)) == 0) {
			sink_fail(sink, errno);
			wakeup_soon(&out->wakeup);
		}
		if (sink->error != 0) {
			stream_drop(st);
			return;
		}
		if (len > most)
			len = (size_t)most;
		n = stream_put(st, data, len);
		st->lines -= count_lines(st, data, n);
		queue_consume(&st->q, &out->store, n);
		if (turn_by_lines(st))
			st->printable -= n;
		*budget -= (int64_t)n;
	}
}

void
stream_leave_sink(struct stream *st)
{
	struct sink *sink = st->sink;
	struct capture *cap = st->cap;

	unlist(st);
	if (sink->owner == st && !st->overlong)
		sink->owner = NULL;
	if (st->starved && (st->q.len == 0 || turn_by_lines(st))) {
		stream_unstarve(st);
		if (cap->draining)
			wakeup_soon(&cap->out->wakeup); /* to read the rest */
	}
}

void
stream_absorb(struct stream *dst, struct stream *src)
{
	struct store *store = &dst->cap->out->store;
	struct sink *sink = dst->sink;

	assert(dst->pipe.fd < 0 && src->pipe.fd < 0 && dst->sink == src->sink);
	if (sink->owner == src) {
		queue_concat(&src->q, &dst->q, store);
		sink->owner = dst;
	}
	if (src->q.len > 0 && dst->q.len == 0 && sink->last == src)
		sink->last = dst;
	queue_concat(&dst->q, &src->q, store);
	dst->lines += src->lines;
	src->lines = 0;
	dst->printable = turn_by_lines(dst) ? dst->q.len : 0;
	src->printable = 0;
	stream_sync(dst);
}
