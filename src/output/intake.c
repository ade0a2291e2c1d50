#include "intake.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>

#include "base/xalloc.h"
#include "labelling.h"
#include "section.h"
#include "state.h"
#include "stream.h"
#include "sys/fd.h"
#include "sys/pty.h"
#include "turn.h"

/* A read of so many bytes has found a full pipe of the default size. */
#define FULL_READ 49152
/* Full reads in a row after which it pays to grow the pipe and to splice. */
#define HOT_READS 2
/*
 * Bytes that a stream reads in one turn of the loop.  A stream that is written
 * out at once goes before one whose bytes have to be kept, which costs much
 * more.
 */
#define TURN_LIVE 1048576
#define TURN_KEPT 65536
/* Bytes in the pipe below which a splice does not pay. */
#define SPLICE_MIN 65536
/*
 * Bytes that a splice leaves in the pipe.  They are read, so that we know
 * whether the last byte written was a newline.
 */
#define SPLICE_REST 4096

/* Writes what may be written at once.  Returns how many bytes that is. */
static size_t
pass(struct stream *st, const char *data, size_t len)
{
	size_t n =
	    len > 0 && turn_may_write(st) ? stream_put(st, data, len) : 0;

	st->q.in += n;
	return n;
}

/*
 * Line mode: only the first bytes, which are whole lines, may be written.  A
 * stream that is writing a line which was too long to keep goes on with it.
 * The end of the pipe may be that of the line, so that it must not wait for the
 * end of the job.
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
	stream_keep(st, data + n, len - n);
	if (st->overlong || whole < len)
		stream_await_end(st);
}

/*
 * Writes or keeps bytes that have their labels.  Line mode: the first ones, as
 * many as whole says, are whole lines.
 */
static void
hand_on(struct stream *st, const char *data, size_t len, size_t whole)
{
	if (len > 0)
		section_passed(st, data, len);
	if (st->sink->error != 0) {
		stream_drop(st);
		st->q.in += len;
		stream_lose(st, len);
	} else if (turn_by_lines(st)) {
		hand_lines(st, data, len, whole);
	} else {
		size_t n = section_is_due(st) ? 0 : pass(st, data, len);

		stream_keep(st, data + n, len - n);
	}
}

/* Puts the label before each line. */
static void
hand_labelled(struct stream *st, const char *data, size_t len)
{
	struct labelling *labelling = st->input.labelling;
	char *buf = st->cap->out->labelled;
	size_t n, whole;

	labelling_begin(labelling, data, len);
	while ((n = labelling_next(labelling, buf, LABELLED_SIZE, &whole)) > 0)
		hand_on(st, buf, n, whole);
}

/* How many of the bytes are whole lines. */
static size_t
whole_lines(const char *data, size_t len)
{
	const char *newline = memrchr(data, '\n', len);

	return newline != NULL ? (size_t)(newline - data) + 1 : 0;
}

void
intake_label(struct stream *st, const struct label *label)
{
	struct output *out = st->cap->out;

	if (label == NULL && !st->sink->coloured)
		return;
	st->input.labelling =
	    labelling_new(label, &out->stamp, st->sink->coloured);
	if (out->labelled == NULL)
		out->labelled = xmalloc(LABELLED_SIZE);
}

void
intake_release(struct stream *st)
{
	labelling_free(st->input.labelling);
	st->input.labelling = NULL;
}

/* Lines are whole where each has a label, and in line mode. */
static bool
must_end_line(const struct stream *st)
{
	return st->input.mid_line && st->cap->out->rules.end_lines &&
	    (st->cap->label != NULL || turn_by_lines(st));
}

/* Ends the last line of the queue, whose last pipe has ended. */
static void
end_last_line(struct stream *st)
{
	bool newline = must_end_line(st);
	char tail[LABELLING_END_MAX];
	size_t len = 0;

	if (st->input.labelling != NULL)
		len = labelling_end(st->input.labelling, newline, tail);
	else if (newline)
		tail[len++] = '\n';
	if (newline)
		st->input.mid_line = false;
	if (len > 0 && !turn_is_hidden(st))
		hand_on(st, tail, len, newline ? len : 0);
}

/* True if another pipe leads to the same queue and has not ended. */
static bool
has_open_sibling(const struct stream *st)
{
	const struct capture *cap = st->cap;

	for (int i = 0; i < cap->len; i++)
		if (&cap->streams[i] != st && cap->streams[i].pipe.fd >= 0 &&
		    cap->streams[i].home == st->home)
			return true;
	return false;
}

void
intake_forget(struct stream *st)
{
	stream_forget(st);
	section_forget(st);
	st->input.mid_line = false;
	if (st->input.labelling != NULL)
		labelling_reset(st->input.labelling);
}

/* Nobody is to see it. */
static void
forget(struct stream *st, size_t len)
{
	st->q.in += len;
	st->q.dropped += len;
}

void
intake_say(struct stream *st, const char *data, size_t len)
{
	if (st->cap->out->show == OUTPUT_SHOW_NONE) {
		forget(st, len);
		return;
	}
	st->input.begun = true;
	st->input.mid_line = data[len - 1] != '\n';
	if (st->input.labelling != NULL)
		hand_labelled(st, data, len);
	else if (turn_by_lines(st))
		hand_on(st, data, len, whole_lines(data, len));
	else
		hand_on(st, data, len, 0);
}

void
intake_head(struct stream *st, const char *line, size_t len)
{
	bool first = !st->input.begun;

	if (st->input.mid_line)
		intake_say(st, "\n", 1);
	intake_say(st, line, len);
	st->input.head = first && st->cap->held ? st->q.len : 0;
}

void
intake_unhead(struct stream *st)
{
	if (st->cap->held && st->input.head > 0)
		stream_forget_first(st, st->input.head);
	st->input.head = 0;
}

static void
tell_wrote(const struct capture *cap)
{
	if (cap->out->in_loop && !cap->draining)
		cap->out->events.wrote(cap->job);
}

/* Makes the pipes big on both sides of a stream that carries much. */
static void
grow_pipes(struct stream *st)
{
	if (!turn_is_live(st))
		return;
	stream_grow(st);
	sink_grow(st->sink);
}

/* How many bytes one read(2) asks for. */
static size_t
read_size(const struct stream *st)
{
	const struct labelling *labelling = st->home->input.labelling;

	if (st->cap->out->store.full && !turn_is_live(st))
		return POOL_SMALL; /* what is read must be kept, room or not */
	return labelling != NULL ? labelling_input_max(labelling)
				 : STORE_SCRATCH;
}

/* Counts what the job wrote, and shows it to whoever wants it. */
static void
take(struct stream *st, const char *data, size_t len)
{
	const struct output *out = st->cap->out;
	int fd = st == &st->cap->streams[0] ? STDOUT_FILENO : STDERR_FILENO;

	st->input.taken += len;
	if (out->events.took != NULL)
		out->events.took(st->cap->job, fd, data, len);
}

/* Takes over what the job wrote. */
static void
take_over(struct stream *st, const char *data, size_t len)
{
	take(st, data, len);
	if (turn_is_hidden(st))
		forget(st->home, len);
	else
		intake_say(st->home, data, len);
}

/*
 * As read(2), but fills the buffer from a terminal, which gives some KiB at a
 * time; without the carriage returns that it adds.
 */
static ssize_t
read_bytes(struct stream *st, char *buf, size_t size)
{
	bool *held = &st->input.held_return;
	size_t len = 0;
	ssize_t n = 0;

	if (!st->pipe.terminal)
		return read(st->pipe.fd, buf, size);
	while (len < size - 1 &&
	    (n = pty_read(st->pipe.fd, st->pipe.write_fd, buf + len,
		 size - 1 - len)) > 0)
		len += (size_t)n;
	if (len > 0)
		len = pty_drop_returns(buf, len, held);
	return len > 0 ? (ssize_t)len : n;
}

/* No newline has followed the last carriage return of a terminal. */
static void
take_held_return(struct stream *st)
{
	if (st->input.held_return)
		take_over(st, "\r", 1);
	st->input.held_return = false;
}

void
intake_close(struct stream *st)
{
	take_held_return(st);
	if (!has_open_sibling(st))
		end_last_line(st->home);
	stream_close(st);
}

int
intake_reopen(struct stream *st)
{
	if (stream_open(st) < 0)
		return -1;
	st->input.full_reads = 0;
	st->input.taken = 0;
	return 0;
}

/* One read(2).  Returns the bytes read, 0 if there are none now or no more. */
static size_t
read_once(struct stream *st)
{
	char *scratch = st->cap->out->store.scratch;
	ssize_t n;

	do
		n = read_bytes(st, scratch, read_size(st));
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		if (n < FULL_READ)
			st->input.full_reads = 0;
		else if (++st->input.full_reads >= HOT_READS)
			grow_pipes(st);
		take_over(st, scratch, (size_t)n);
		tell_wrote(st->cap);
		return (size_t)n;
	}
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0)
		st->cap->read_error = errno;
	intake_close(st);
	return 0;
}

/* How many bytes are in the pipe. */
static size_t
count_input(const struct stream *st)
{
	int n;

	return ioctl(st->pipe.fd, FIONREAD, &n) < 0 || n < 0 ? 0 : (size_t)n;
}

/*
 * Moves bytes from the job's pipe to the sink's, all but a rest.  Returns how
 * many; 0 if it does not pay or is not possible: then they are to be read.
 */
static size_t
splice_once(struct stream *st)
{
	size_t n = count_input(st);

	if (n < SPLICE_MIN)
		return 0;
	grow_pipes(st);
	n = sink_splice(st->sink, st->pipe.fd, n - SPLICE_REST);
	if (st->sink->error != 0)
		wakeup_soon(&st->cap->out->wakeup);
	if (n == 0)
		return 0;
	st->sink->last = st;
	st->q.in += n;
	st->q.written += n;
	st->input.taken += n;
	tell_wrote(st->cap);
	return n;
}

static bool
can_splice(const struct stream *st)
{
	return !st->pipe.terminal && st->input.full_reads >= HOT_READS &&
	    st->input.labelling == NULL && st->sink->outlet.is_pipe &&
	    !st->sink->no_splice && st->sink->error == 0 &&
	    !turn_by_lines(st) && turn_may_write(st) && !section_is_due(st) &&
	    st->cap->out->events.took == NULL && !turn_is_hidden(st);
}

void
intake_run(struct stream *st, bool at_end)
{
	uint64_t budget = turn_is_live(st) ? TURN_LIVE : TURN_KEPT;
	size_t most = read_size(st);
	const struct queue *q = &st->home->q;
	uint64_t start = q->in; /* with labels: they take time, too */

	while (q->in - start < budget && turn_may_read(st)) {
		size_t n = can_splice(st) ? splice_once(st) : 0;

		if (n == 0 && turn_may_read(st)) {
			n = read_once(st);
			if (n == 0 ||
			    (!at_end && !st->pipe.terminal && n < FULL_READ &&
				n < most))
				break;
		}
	}
	stream_sync(st);
}

/*
 * Ends even if a process that is not the job's goes on writing to the pipe:
 * what the job wrote is in the pipe already.  Most pipes end by the second
 * read, so that only then it is counted how much is left.  A terminal does not
 * count all that it has.
 */
void
intake_take(struct stream *st)
{
	size_t left = 0;

	for (int i = 0; st->pipe.fd >= 0 && !st->home->starved; i++) {
		size_t n = read_once(st);

		if (n == 0)
			return;
		if (i == 1)
			left = st->pipe.terminal ? PTY_HOLDS : count_input(st);
		else if (i > 1 && n >= left)
			return;
		else if (i > 1)
			left -= n;
	}
}
