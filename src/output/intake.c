#include "intake.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>

#include "label.h"
#include "state.h"
#include "stream.h"
#include "sys/fd.h"

/* A read of so much found a full pipe of the default size. */
#define FULL_READ 49152
/* So many full reads in a row, and a pipe is worth growing and splicing. */
#define HOT_READS 2
#define PIPE_BIG 1048576
/* Big pipes: each counts against the user's 64 MiB of them, see pipe(7). */
#define GROWN_MAX 8
/*
 * What a stream reads in one turn of the loop: one that is written out at once
 * goes before those whose bytes have to be kept, which costs much more.
 */
#define TURN_LIVE 1048576
#define TURN_BEHIND 65536
/* Less than this is not worth a splice. */
#define SPLICE_MIN 65536
/* What a splice leaves behind, so that the end of what is out is known. */
#define SPLICE_REST 4096

static size_t
pass(struct stream *st, const char *data, size_t len)
{
	size_t n =
	    len > 0 && stream_may_write(st) ? stream_put(st, data, len) : 0;

	st->q.in += n;
	return n;
}

static void
keep(struct stream *st, const char *data, size_t len)
{
	if (len > 0 && !queue_append(&st->q, &st->cap->out->store, data, len))
		stream_starve(st);
}

/*
 * Lines: the first bytes that are whole ones may go.  One who is in the middle
 * of a line that was too long to keep goes on with it.
 */
static void
hand_lines(struct stream *st, const char *data, size_t len, size_t whole)
{
	struct sink *sink = st->sink;
	size_t n;

	if (st->overlong && whole == 0)
		whole = len;
	else if (st->overlong)
		stream_end_overlong(st);
	n = pass(st, data, whole);
	if (n > 0)
		sink->owner = n < whole || sink->mid_line ? st : NULL;
	if (n < whole)
		st->printable = st->q.len + whole - n;
	keep(st, data + n, len - n);
}

/* Passes on what is to be written, or keeps it. */
static void
hand_on(struct stream *st, const char *data, size_t len, size_t whole)
{
	if (st->sink->error != 0) {
		stream_drop(st);
		st->q.in += len;
		stream_book_lost(st, len);
	} else if (stream_by_lines(st)) {
		hand_lines(st, data, len, whole);
	} else {
		size_t n = pass(st, data, len);

		keep(st, data + n, len - n);
	}
}

static void
hand_labelled(struct stream *st, const char *data, size_t len)
{
	char *buf = st->cap->out->labelled;
	struct label_run run;
	size_t n, whole;

	label_begin(&run, st->cap->label, data, len, st->mid_line);
	while ((n = label_next(&run, buf, LABELLED_SIZE, &whole)) > 0)
		hand_on(st, buf, n, whole);
	st->mid_line = label_is_mid_line(&run);
}

static size_t
whole_lines(const char *data, size_t len)
{
	const char *newline = memrchr(data, '\n', len);

	return newline != NULL ? (size_t)(newline - data) + 1 : 0;
}

void
intake_say(struct stream *st, const char *data, size_t len)
{
	if (st->cap->label != NULL)
		hand_labelled(st, data, len);
	else if (stream_by_lines(st))
		hand_on(st, data, len, whole_lines(data, len));
	else
		hand_on(st, data, len, 0);
}

/* Takes over what was read. */
static void
hand(struct stream *st, const char *data, size_t len)
{
	struct capture *cap = st->cap;

	cap->bytes += len;
	intake_say(st, data, len);
	if (cap->out->serving && !cap->draining)
		cap->out->events.wrote(cap->job);
}

static void
heat(struct stream *st)
{
	struct output *out = st->cap->out;

	if (!stream_is_live(st))
		return;
	if (!st->grown && !st->small && out->grown_len < GROWN_MAX) {
		st->grown = fd_grow_pipe(st->fd, PIPE_BIG);
		st->small = !st->grown;
		out->grown_len += st->grown;
	}
	sink_grow(st->sink);
}

/* What is asked for by one read(2). */
static size_t
read_size(const struct stream *st)
{
	const struct label *label = st->cap->label;

	return label != NULL ? label_input_max(label) : STORE_SCRATCH;
}

/* One read(2).  Returns the bytes read, 0 if there are none now or no more. */
static size_t
read_once(struct stream *st)
{
	char *scratch = st->cap->out->store.scratch;
	ssize_t n;

	do
		n = read(st->fd, scratch, read_size(st));
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
	return st->full_reads >= HOT_READS && st->cap->label == NULL &&
	    st->sink->is_pipe && !st->sink->no_splice && st->sink->error == 0 &&
	    !stream_by_lines(st) && stream_may_write(st);
}

/* Reads, within the budget of one turn, until nothing more is to be had. */
void
intake_run(struct stream *st, bool at_end)
{
	uint64_t budget = stream_is_live(st) ? TURN_LIVE : TURN_BEHIND;
	size_t most = read_size(st);
	uint64_t start = st->q.in; /* labels count, they take time too */

	while (st->q.in - start < budget && stream_wants_input(st)) {
		size_t n = can_splice(st) ? splice_once(st) : 0;

		if (n == 0 && stream_wants_input(st)) {
			n = read_once(st);
			if (n == 0 || (!at_end && n < FULL_READ && n < most))
				break;
		}
	}
	stream_sync(st);
}

/*
 * What the job wrote before this call is in the pipe now, so it ends even if a
 * stranger goes on writing.
 */
void
intake_take(struct stream *st)
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
