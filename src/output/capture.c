/* The capture of one job, from its pipes to its last byte: see output.h. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "intake.h"
#include "label.h"
#include "note.h"
#include "order.h"
#include "pump.h"
#include "section.h"
#include "state.h"
#include "stream.h"
#include "turn.h"

static void
stream_ready(struct loop_io *io, uint32_t events)
{
	pump_read(io->arg, (events & EPOLLHUP) != 0);
}

/* Makes a stream for each sink.  Returns 0, or -1 with errno. */
static int
open_streams(struct capture *cap)
{
	struct output *out = cap->out;

	for (cap->len = 0; cap->len < out->sink_len; cap->len++) {
		int i = cap->len;
		int error;

		if (stream_init(&cap->streams[i], cap, &out->sinks[i],
			stream_ready) == 0)
			continue;
		error = errno;
		while (--i >= 0)
			stream_release(&cap->streams[i]);
		errno = error;
		return -1;
	}
	return 0;
}

static void
set_label(struct capture *cap, const struct output_label *label)
{
	static const struct output_label none = { .text = NULL };
	struct output *out = cap->out;

	if (cap->len > 0 && (label != NULL || out->rules.stamped))
		cap->label = label_new(
		    label != NULL ? label : &none, out->rules.stamped);
	for (int i = 0; i < cap->len; i++)
		intake_label(&cap->streams[i], cap->label);
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

struct capture *
capture_open(struct output *out, void *job, const struct output_label *label,
    int ret_fds[2])
{
	struct capture *cap = xcalloc(1, sizeof(*cap));

	cap->out = out;
	cap->job = job;
	if (out->mode != OUTPUT_UNGROUP && open_streams(cap) < 0) {
		int error = errno;

		free(cap);
		errno = error;
		return NULL;
	}
	set_label(cap, label);
	cap->held = out->show == OUTPUT_SHOW_FAILED && cap->len > 0;
	LIST_INSERT_HEAD(&out->all, cap, all_link);
	if (out->mode == OUTPUT_KEEP_ORDER)
		order_append(cap);
	show_fds(cap, ret_fds);
	return cap;
}

void
capture_hold(struct capture *cap)
{
	cap->on_hold = true;
	cap->held = cap->len > 0;
}

int
capture_again(struct capture *cap, int ret_fds[2])
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
	if (cap->len == 0)
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
		intake_head(&cap->streams[i], line, len);
		if (cap->streams[i].starved)
			order_let_go(cap);
		stream_sync(&cap->streams[i]);
	}
}

void
capture_show(struct capture *cap)
{
	cap->keeps_all = true;
	if (cap->out->show != OUTPUT_SHOW_FAILED)
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
	order_remove(cap);
	pump_run(out);
}

bool
capture_has_pipe(const struct capture *cap, dev_t dev, ino_t ino)
{
	struct stat st;

	for (int i = 0; i < cap->len; i++)
		if (cap->streams[i].pipe.fd >= 0 &&
		    fstat(cap->streams[i].pipe.fd, &st) == 0 &&
		    st.st_dev == dev && st.st_ino == ino)
			return true;
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

/* All of the job was read, and it does not run again.  May free the capture. */
static void
finish(struct capture *cap)
{
	struct output *out = cap->out;

	show_or_drop(cap);
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
	if (cap->out->show != OUTPUT_SHOW_FAILED)
		order_let_go(cap);
	if (cap->draining)
		finish(cap);
	else
		pump_run(cap->out);
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
		if (st->starved)
			order_let_go(cap);
		if (st->pipe.fd < 0)
			continue;
		if (st->starved) {
			rest = true;
			stream_sync(st);
		} else {
			intake_close(st);
		}
	}
	if (!rest) {
		void *job = cap->job;
		int error = cap->read_error;

		if (cap->on_hold)
			pump_run(out);
		else
			finish(cap);
		out->events.drained(job, error);
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
