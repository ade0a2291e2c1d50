#include "stream.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "state.h"
#include "sys/fd.h"

/* A read of so much found a full pipe of the default size. */
#define FULL_READ 49152
/* So many full reads in a row, and a pipe is worth growing and splicing. */
#define HOT_READS 2
#define PIPE_BIG  1048576
/* Big pipes: each counts against the user's 64 MiB of them, see pipe(7). */
#define GROWN_MAX	8
#define GROWN_MAX_BEHIND 6 /* of which those behind the front take no more */
/* One stream reads no more than this in one turn of the loop. */
#define TURN_BUDGET 262144
/* Less than this is not worth a splice. */
#define SPLICE_MIN 65536
/* What a splice leaves behind, so that the end of what is out is known. */
#define SPLICE_REST 4096

static bool
by_lines(const struct stream *st)
{
	return st->cap->out->mode == OUTPUT_LINE;
}

/* True if st may write to its sink this moment. */
static bool
may_write(const struct stream *st)
{
	const struct output *out = st->cap->out;
	const struct sink *sink = st->sink;

	if (sink->full || st->q.len > 0)
		return false;
	if (out->note_begun && sink == &out->sinks[out->sink_len - 1])
		return false;
	if (by_lines(st))
		return sink->owner == st ||
		    (sink->owner == NULL && TAILQ_EMPTY(&sink->ready));
	return order_is_front(st->cap);
}

/* True if the pipe should be read when there is something in it. */
static bool
wants_input(const struct stream *st)
{
	if (st->fd < 0 || st->starved || st->cap->draining)
		return false;
	if (st->sink->error != 0)
		return true;
	if (by_lines(st))
		return st->printable == 0 &&
		    !(st->sink->owner == st && st->sink->full);
	if (order_is_front(st->cap))
		return st->q.len == 0 && !st->sink->full;
	return true;
}

uint64_t
stream_printable(const struct stream *st)
{
	if (by_lines(st))
		return st->printable;
	return order_is_front(st->cap) ? st->q.len : 0;
}

void
stream_list(struct stream *st)
{
	bool blocked = st->fd >= 0 && st->sink->full &&
	    (by_lines(st) ? st->sink->owner == st
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

static void
starve(struct stream *st)
{
	if (st->starved)
		return;
	st->starved = true;
	TAILQ_INSERT_TAIL(&st->cap->out->starved, st, starved_link);
	/* no room for the rest of the line: let it out as it comes */
	if (by_lines(st) && st->printable == 0)
		st->printable = st->q.len;
}

void
stream_unstarve(struct stream *st)
{
	if (!st->starved)
		return;
	st->starved = false;
	TAILQ_REMOVE(&st->cap->out->starved, st, starved_link);
}

static void
drop_waiting(struct stream *st)
{
	st->q.dropped += st->q.len;
	queue_clear(&st->q, &st->cap->out->store);
	st->printable = 0;
}

void
stream_sync(struct stream *st)
{
	struct output *out = st->cap->out;

	stream_list(st);
	if (!wants_input(st))
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
	if (by_lines(st))
		st->printable = st->q.len; /* a last line without its end */
	if (st->sink->owner == st && st->printable == 0)
		st->sink->owner = NULL;
	stream_sync(st);
}

/* Writes directly; returns how many bytes were taken, written or not. */
static size_t
put(struct stream *st, const char *data, size_t len)
{
	size_t n = sink_write(st->sink, data, len);

	if (st->sink->error != 0) {
		st->q.dropped += n;
		output_kick(st->cap->out);
	} else {
		st->q.written += n;
	}
	if (n > 0)
		st->sink->last = st;
	return n;
}

static size_t
pass(struct stream *st, const char *data, size_t len)
{
	size_t n = len > 0 && may_write(st) ? put(st, data, len) : 0;

	st->q.in += n;
	return n;
}

static void
keep(struct stream *st, const char *data, size_t len)
{
	if (len > 0 && !queue_append(&st->q, &st->cap->out->store, data, len))
		starve(st);
}

/*
 * Lines: all up to the last newline may go.  One who is in the middle of a line
 * on the sink (it was too long to keep) goes on with it.
 */
static void
hand_lines(struct stream *st, const char *data, size_t len)
{
	struct sink *sink = st->sink;
	const char *newline = memrchr(data, '\n', len);
	size_t whole = newline != NULL ? (size_t)(newline - data) + 1 : 0;
	size_t n;

	if (whole == 0 && sink->owner == st)
		whole = len;
	n = pass(st, data, whole);
	if (n > 0)
		sink->owner = n < whole || sink->mid_line ? st : NULL;
	if (n < whole)
		st->printable = st->q.len + whole - n;
	keep(st, data + n, len - n);
}

/* Passes on what was read, or keeps it. */
static void
hand(struct stream *st, const char *data, size_t len)
{
	struct capture *cap = st->cap;
	size_t n;

	cap->bytes += len;
	if (st->sink->error != 0) {
		drop_waiting(st);
		st->q.in += len;
		st->q.dropped += len;
	} else if (by_lines(st)) {
		hand_lines(st, data, len);
	} else {
		n = pass(st, data, len);
		keep(st, data + n, len - n);
	}
	if (cap->out->serving && !cap->draining)
		cap->out->events.wrote(cap->job);
}

static void
heat(struct stream *st)
{
	struct output *out = st->cap->out;
	bool front = order_is_front(st->cap);

	if (!st->grown && !st->small &&
	    out->grown_len < (front ? GROWN_MAX : GROWN_MAX_BEHIND)) {
		st->grown = fd_grow_pipe(st->fd, PIPE_BIG);
		st->small = !st->grown;
		out->grown_len += st->grown;
	}
	if (front || by_lines(st))
		sink_grow(st->sink);
}

/* One read(2).  Returns the bytes read, 0 if there are none now or no more. */
static size_t
read_once(struct stream *st)
{
	char *scratch = st->cap->out->store.scratch;
	ssize_t n;

	do
		n = read(st->fd, scratch, STORE_SCRATCH);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		if (n < FULL_READ)
			st->full_reads = 0;
		else if (++st->full_reads >= HOT_READS)
			heat(st);
		hand(st, scratch, (size_t)n);
		return (size_t)n;
	}
	if (n == 0 || errno != EAGAIN)
		stream_close(st);
	return 0;
}

/* How many bytes are in the pipe. */
static size_t
count_input(const struct stream *st)
{
	int n;

	return ioctl(st->fd, FIONREAD, &n) < 0 || n < 0 ? 0 : (size_t)n;
}

/*
 * Moves the bytes from pipe to pipe, all but a last page.  Returns how many; 0
 * if it is not worth it or not possible: then read.
 */
static size_t
splice_once(struct stream *st)
{
	struct capture *cap = st->cap;
	size_t n = count_input(st);

	if (n < SPLICE_MIN)
		return 0;
	heat(st);
	n = sink_splice(st->sink, st->fd, n - SPLICE_REST);
	if (st->sink->error != 0)
		output_kick(cap->out);
	if (n == 0)
		return 0;
	st->sink->last = st;
	st->q.in += n;
	st->q.written += n;
	cap->bytes += n;
	if (cap->out->serving)
		cap->out->events.wrote(cap->job);
	return n;
}

static bool
can_splice(const struct stream *st)
{
	return st->full_reads >= HOT_READS && st->sink->is_pipe &&
	    !st->sink->no_splice && st->sink->error == 0 && !by_lines(st) &&
	    may_write(st);
}

/* Reads, within the budget of one turn, until nothing more is to be had. */
static void
run(struct stream *st, bool at_end)
{
	size_t done = 0;

	while (done < TURN_BUDGET && wants_input(st)) {
		size_t n = can_splice(st) ? splice_once(st) : 0;

		if (n == 0 && wants_input(st)) {
			n = read_once(st);
			if (n == 0 || (n < FULL_READ && !at_end))
				break;
		}
		done += n;
	}
	stream_sync(st);
}

static void
stream_ready(struct loop_io *io, uint32_t events)
{
	struct stream *st = io->arg;
	struct output *out = st->cap->out;

	out->serving = true;
	run(st, (events & EPOLLHUP) != 0);
	order_pump(out);
	out->serving = false;
}

int
stream_init(struct stream *st, struct capture *cap, struct sink *sink)
{
	int fds[2];

	if (fd_pipe(fds) < 0)
		return -1;
	*st = (struct stream){ .cap = cap, .sink = sink };
	st->io.ready = stream_ready;
	st->io.arg = st;
	if (loop_add(cap->out->loop, &st->io, fds[0], EPOLLIN) < 0) {
		int error = errno;

		close(fds[0]);
		close(fds[1]);
		errno = error;
		return -1;
	}
	st->fd = fds[0];
	st->wfd = fds[1];
	queue_init(&st->q);
	return 0;
}

void
stream_release(struct stream *st)
{
	struct sink *sink = st->sink;

	if (st->wfd >= 0)
		close(st->wfd);
	st->wfd = -1;
	stream_close(st);
	unlist(st);
	if (sink->owner == st)
		sink->owner = NULL;
	if (sink->last == st)
		sink->last = NULL;
	queue_release(&st->q, &st->cap->out->store);
}

/*
 * What the job wrote before this call is in the pipe now, so it ends even if a
 * stranger goes on writing.
 */
void
stream_take(struct stream *st)
{
	size_t left = 0;

	for (int i = 0; st->fd >= 0 && !st->starved; i++) {
		size_t n = read_once(st);

		if (n == 0)
			return;
		if (i == 1)
			left = count_input(st);
		else if (i > 1 && n >= left)
			return;
		else if (i > 1)
			left -= n;
	}
}

void
stream_flush(struct stream *st, int64_t *budget)
{
	struct store *store = &st->cap->out->store;
	struct sink *sink = st->sink;

	if (st->q.len >= PIPE_BIG)
		sink_grow(sink);
	if (by_lines(st) && st->printable > 0)
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
			drop_waiting(st);
			return;
		}
		if (len > most)
			len = (size_t)most;
		n = put(st, data, len);
		queue_consume(&st->q, store, n);
		if (by_lines(st))
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
	if (sink->owner == st && (st->fd < 0 || !sink->mid_line))
		sink->owner = NULL;
	if (st->starved && (st->q.len == 0 || by_lines(st))) {
		stream_unstarve(st);
		if (cap->draining)
			output_kick(cap->out);
	}
	/* the sink's turn is the stream's: no need to watch it for that */
	if (cap->out->serving && st->io.fd < 0)
		run(st, false);
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
	dst->printable = by_lines(dst) ? dst->q.len : 0;
	src->printable = 0;
	stream_sync(dst);
}
