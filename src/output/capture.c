/* The capture of one job, from its pipes to its last byte: see output.h. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "intake.h"
#include "label.h"
#include "note.h"
#include "order.h"
#include "paint.h"
#include "pump.h"
#include "section.h"
#include "state.h"
#include "stream.h"
#include "sys/pty.h"
#include "turn.h"

static void
stream_ready(struct loop_io *io, uint32_t events)
{
	pump_read(io->arg, (events & EPOLLHUP) != 0);
}

int
capture_pipes(const struct output *out)
{
	if (out->mode == OUTPUT_UNGROUP)
		return 0;
	if (out->streams.terminals)
		return 1;
	return out->streams.apart ? 2 : out->sink_len;
}

/* Makes the streams.  Returns 0, or -1 with errno. */
static int
open_streams(struct capture *cap)
{
	struct output *out = cap->out;
	int wanted = capture_pipes(out);

	for (cap->len = 0; cap->len < wanted; cap->len++) {
		int i = cap->len;
		struct sink *sink = &out->sinks[i < out->sink_len ? i : 0];
		int error;

		if (stream_init(&cap->streams[i], cap, sink, stream_ready) ==
		    0) {
			cap->streams[i].home =
			    &cap->streams[i < out->sink_len ? i : 0];
			continue;
		}
		error = errno;
		while (--i >= 0)
			stream_release(&cap->streams[i]);
		errno = error;
		return -1;
	}
	return 0;
}

/* True if it is known only at the end of a job what is written of it. */
static bool
waits_for_end(const struct output *out)
{
	return out->show == OUTPUT_SHOW_FAILED ||
	    out->show == OUTPUT_SHOW_ENDED;
}

static void
set_label(struct capture *cap, const struct output_label *label)
{
	static const struct output_label none = { .text = NULL };
	struct output *out = cap->out;

	if (cap->len > 0 && (label != NULL || out->rules.stamped))
		cap->label = label_new(
		    label != NULL ? label : &none, out->rules.stamped);
	for (int i = 0; i < cap->len; i++) {
		/* what replaces the output has the label in it already */
		bool bare = i == 0 && out->show == OUTPUT_SHOW_REPLACED;

		intake_label(&cap->streams[i], bare ? NULL : cap->label);
	}
}

/* What the job's standard output and error must become. */
static void
show_fds(const struct capture *cap, int ret_fds[2])
{
	ret_fds[0] =
	    cap->len > 0 ? cap->streams[0].pipe.write_fd : STDOUT_FILENO;
	ret_fds[1] = cap->len > 0 ? cap->streams[cap->len - 1].pipe.write_fd
				  : STDERR_FILENO;
}

static void
close_pipes(struct capture *cap)
{
	for (int i = 0; i < cap->len; i++)
		stream_close(&cap->streams[i]);
}

/* A capture without pipes, which is in no list. */
static struct capture *
make(struct output *out)
{
	struct capture *cap = xcalloc(1, sizeof(*cap));

	cap->out = out;
	return cap;
}

struct capture *
capture_place(struct output *out, struct capture *before)
{
	struct capture *cap = make(out);

	cap->placed = true;
	LIST_INSERT_HEAD(&out->all, cap, all_link);
	if (out->mode != OUTPUT_KEEP_ORDER)
		return cap;
	if (before != NULL)
		order_insert(cap, before);
	else
		order_append(cap);
	return cap;
}

void
capture_leave(struct capture *cap)
{
	struct output *out = cap->out;

	assert(cap->placed && cap->len == 0);
	order_remove(cap);
	pump_run(out);
}

struct capture *
capture_open(struct output *out, struct capture *place, void *job,
    const struct output_label *label, int ret_fds[2])
{
	struct capture *cap = place != NULL ? place : make(out);

	if (open_streams(cap) < 0) {
		int error = errno;

		cap->len = 0;
		if (place == NULL)
			free(cap);
		errno = error;
		return NULL;
	}
	cap->job = job;
	set_label(cap, label);
	cap->held = waits_for_end(out) && cap->len > 0;
	if (place == NULL)
		LIST_INSERT_HEAD(&out->all, cap, all_link);
	if (place == NULL && out->mode == OUTPUT_KEEP_ORDER)
		order_append(cap);
	show_fds(cap, ret_fds);
	return cap;
}

static void
drop_label(struct capture *cap)
{
	for (int i = 0; i < cap->len; i++)
		intake_release(&cap->streams[i]);
	label_free(cap->label);
	cap->label = NULL;
}

/* Makes of an open capture the place that it was. */
static void
unopen(struct capture *cap)
{
	for (int i = 0; i < cap->len; i++)
		stream_release(&cap->streams[i]);
	drop_label(cap);
	cap->len = 0;
	cap->job = NULL;
	cap->held = cap->on_hold = false;
}

void
capture_hold(struct capture *cap)
{
	cap->on_hold = true;
	cap->held = cap->len > 0;
}

int
capture_again(
    struct capture *cap, const struct output_label *label, int ret_fds[2])
{
	assert(cap->on_hold && cap->draining && !cap->waiting);
	for (int i = 0; i < cap->len; i++) {
		int error;

		if (intake_reopen(&cap->streams[i]) == 0)
			continue;
		error = errno;
		close_pipes(cap);
		errno = error;
		return -1;
	}
	if (label != NULL) {
		drop_label(cap);
		set_label(cap, label);
	}
	show_fds(cap, ret_fds);
	return 0;
}

void
capture_started(struct capture *cap)
{
	bool again = cap->draining;

	for (int i = 0; i < cap->len; i++)
		stream_started(&cap->streams[i]);
	if (!again)
		return;
	cap->draining = false;
	for (int i = 0; i < cap->len; i++) {
		if (cap->held && !cap->keeps_all)
			intake_forget(&cap->streams[i]);
		stream_sync(&cap->streams[i]);
	}
	pump_run(cap->out); /* others may have waited for room */
}

void
capture_say(struct capture *cap, const char *data, size_t len)
{
	/* else events.instead() says all that goes to standard output */
	if (cap->len == 0 || turn_is_hidden(&cap->streams[0]))
		return;
	intake_say(&cap->streams[0], data, len);
	if (cap->streams[0].starved)
		order_let_go(cap);
	stream_sync(&cap->streams[0]);
}

void
capture_head(struct capture *cap, const char *line, size_t len)
{
	if (cap->len == 0 && cap->headed)
		note_add(cap->out, note_sink(cap->out), line, len, false);
	cap->headed = true;
	for (int i = 0; i < cap->len; i++) {
		struct stream *st = &cap->streams[i];

		if (st->home != st)
			continue;
		intake_head(st, line, len);
		if (st->starved)
			order_let_go(cap);
		stream_sync(st);
	}
}

void
capture_show(struct capture *cap)
{
	cap->keeps_all = true;
	if (!waits_for_end(cap->out))
		order_let_go(cap);
	pump_run(cap->out);
}

void
capture_cancel(struct capture *cap)
{
	struct output *out = cap->out;

	if (cap->draining) {
		close_pipes(cap);
		return;
	}
	if (cap->placed)
		unopen(cap);
	else
		order_remove(cap);
	pump_run(out);
}

void
capture_pause(struct capture *cap, bool pause)
{
	if (cap->paused == pause)
		return;
	cap->paused = pause;
	for (int i = 0; !pause && i < cap->len; i++)
		stream_sync(&cap->streams[i]);
}

void
capture_resize(struct capture *cap)
{
	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].pipe.fd >= 0 &&
		    cap->streams[i].pipe.terminal)
			pty_resize(
			    cap->streams[i].pipe.fd, &cap->out->streams.size);
}

dev_t
capture_device(const struct capture *cap)
{
	struct stat st;

	if (cap->len == 0 || !cap->streams[0].pipe.terminal ||
	    fstat(cap->streams[0].pipe.write_fd, &st) < 0)
		return 0;
	return st.st_rdev;
}

int
capture_terminal(const struct capture *cap)
{
	assert(cap->len > 0 && cap->streams[0].pipe.terminal);
	return cap->streams[0].pipe.fd;
}

bool
capture_has_pipe(const struct capture *cap, dev_t dev, ino_t ino)
{
	struct stat st;

	for (int i = 0; i < cap->len; i++) {
		const struct stream_pipe *pipe = &cap->streams[i].pipe;
		int fd = pipe->terminal ? pipe->write_fd : pipe->fd;

		if (fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == dev &&
		    st.st_ino == ino)
			return true;
	}
	return false;
}

bool
capture_is_held_back(const struct capture *cap)
{
	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].pipe.fd >= 0 &&
		    !turn_may_read(&cap->streams[i]))
			return true;
	return false;
}

/* --show=failed: what was kept of a job that has ended is shown, or dropped. */
static void
show_or_drop(struct capture *cap)
{
	if (!cap->held)
		return;
	if (!cap->out->events.shows(cap->job))
		for (int i = 0; i < cap->len; i++)
			intake_forget(&cap->streams[i]);
	order_let_go(cap);
}

/* What is written although nothing of what the job wrote is. */
static void
say_instead(struct capture *cap)
{
	struct buf text = BUF_INIT;

	if ((cap->out->show != OUTPUT_SHOW_INSTEAD &&
		cap->out->show != OUTPUT_SHOW_REPLACED) ||
	    cap->len == 0)
		return;
	cap->out->events.instead(cap->job, &text);
	if (text.len > 0)
		intake_say(&cap->streams[0], text.data, text.len);
	buf_release(&text);
}

/* All of the job was read, and it does not run again.  May free the capture. */
static void
finish(struct capture *cap)
{
	struct output *out = cap->out;

	show_or_drop(cap);
	say_instead(cap);
	paint_lines(cap);
	section_end(cap);
	cap->job = NULL;
	cap->done = true;
	if (!cap->ordered)
		order_append(cap);
	order_settle(cap);
	pump_run(out);
}

void
capture_release(struct capture *cap)
{
	assert(cap->on_hold);
	cap->on_hold = false;
	for (int i = 0; i < cap->len; i++)
		intake_unhead(&cap->streams[i]);
	if (!waits_for_end(cap->out))
		order_let_go(cap);
	if (cap->draining)
		finish(cap);
	else
		pump_run(cap->out);
}

static void
count(const struct capture *cap, int64_t ret_wrote[2])
{
	for (int i = 0; i < 2; i++)
		ret_wrote[i] =
		    i < cap->len ? (int64_t)cap->streams[i].input.taken : -1;
}

/*
 * Reads what is left in the pipes of a job that has ended, and tells drained()
 * if that was all of it.
 */
static void
take_rest(struct capture *cap)
{
	struct output *out = cap->out;
	bool rest = false;

	for (int i = 0; i < cap->len; i++) {
		struct stream *st = &cap->streams[i];

		stream_close_write(st);
		intake_take(st);
		if (st->home->starved)
			order_let_go(cap);
		if (st->pipe.fd < 0)
			continue;
		if (st->home->starved) {
			rest = true;
			stream_sync(st);
		} else {
			intake_close(st);
		}
	}
	if (!rest) {
		void *job = cap->job;
		int error = cap->read_error;
		int64_t wrote[2];

		count(cap, wrote);
		if (cap->on_hold)
			pump_run(out);
		else
			finish(cap);
		out->events.drained(job, error, wrote);
		return;
	}
	TAILQ_INSERT_TAIL(&out->undrained, cap, undrained_link);
	cap->waiting = true;
	pump_run(out);
}

void
capture_drain(struct capture *cap)
{
	assert(!cap->draining && !cap->done);
	cap->draining = true;
	order_place_ended(cap);
	take_rest(cap);
}

void
capture_take_undrained(struct output *out)
{
	struct capture_list again = TAILQ_HEAD_INITIALIZER(again);
	struct capture *cap;

	/* a capture that still cannot be emptied goes to the new list */
	TAILQ_CONCAT(&again, &out->undrained, undrained_link);
	while ((cap = TAILQ_FIRST(&again)) != NULL) {
		TAILQ_REMOVE(&again, cap, undrained_link);
		cap->waiting = false;
		take_rest(cap);
	}
}
