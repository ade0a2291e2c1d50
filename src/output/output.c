#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "colour.h"
#include "note.h"
#include "order.h"
#include "pump.h"
#include "relay.h"
#include "state.h"
#include "stream.h"
#include "sys/fd.h"

void
output_tell_errors(struct output *out)
{
	for (int i = 0; i < out->sink_len; i++) {
		struct sink *sink = &out->sinks[i];
		bool lost = sink->lost + out->notes[i].lost > 0;

		if (sink->error == 0 || (sink->told && sink->told_loss >= lost))
			continue;
		sink->told = true;
		sink->told_loss = lost;
		out->events.undeliverable(
		    out->arg, sink->fd, sink->error, lost);
	}
}

/* As many starved streams may be read again as there is room for. */
static void
feed_starved(struct output *out)
{
	struct spool *spool = &out->store.spool;
	int64_t room = pool_room(&out->store.pool);
	struct stream *st, *next;

	if (TAILQ_EMPTY(&out->streams.starved))
		return;
	if (room == 0 && spool->freed && spool_has_room(spool))
		room = 1; /* one at a time, or all would fill the disk again */
	spool->freed = false;
	for (st = TAILQ_FIRST(&out->streams.starved); st != NULL; st = next) {
		next = TAILQ_NEXT(st, starved_link);
		if (st->sink->error == 0 && room-- <= 0)
			continue;
		stream_unstarve(st);
		stream_sync(st);
	}
}

/* Tries again what the kernel had no memory to watch. */
static void
watch_again(struct output *out)
{
	struct capture *cap;

	LIST_FOREACH(cap, &out->all, all_link)
		for (int i = 0; i < cap->len; i++)
			stream_sync(&cap->streams[i]);
	for (int i = 0; i < out->sink_len; i++)
		if (out->sinks[i].io.fd < 0)
			out->sinks[i].full = false; /* a write will tell */
}

static void
woken(struct loop_timer *timer)
{
	struct output *out = timer->arg;

	output_tell_errors(out);
	feed_starved(out);
	capture_take_undrained(out);
	if (wakeup_take_unwatched(&out->wakeup))
		watch_again(out);
	pump_run_in_loop(out);
}

static void
sink_ready(struct loop_io *io, uint32_t events)
{
	struct output *out = io->arg;
	struct sink *sink =
	    io == &out->sinks[0].io ? &out->sinks[0] : &out->sinks[1];

	(void)events;
	if (!sink->full) {
		/* an error, which epoll tells of unasked: a write will, too */
		loop_del(out->loop, io);
		return;
	}
	sink->full = false;
	pump_run_in_loop(out);
}

struct output *
output_new(struct loop *loop, const struct output_options *options,
    const struct output_events *events, void *arg)
{
	struct output *out = xcalloc(1, sizeof(*out));
	bool one = options->one_log ||
	    (fd_same_file(STDOUT_FILENO, STDERR_FILENO) &&
		fd_is_writable(STDOUT_FILENO) == fd_is_writable(STDERR_FILENO));

	out->loop = loop;
	out->mode = options->mode;
	out->show = options->show;
	out->events = *events;
	out->arg = arg;
	out->rules.end_lines = options->end_lines;
	out->rules.stamped = options->stamped;
	out->stamp = (struct stamp){ .loop = loop,
		.format = options->time_format,
		.start_ns = loop_now(loop) };
	out->sink_len = one ? 1 : 2;
	for (int i = 0; i < out->sink_len; i++) {
		sink_init(&out->sinks[i], STDOUT_FILENO + i);
		out->sinks[i].io.ready = sink_ready;
		out->sinks[i].io.arg = out;
		out->sinks[i].coloured =
		    colour_is_wanted(options->colour, out->sinks[i].fd);
		queue_init(&out->notes[i].q);
	}
	store_init(&out->store, options->buffer, options->tmpdir);
	streams_init(&out->streams, options->apart, options->terminals);
	LIST_INIT(&out->all);
	TAILQ_INIT(&out->order);
	TAILQ_INIT(&out->undrained);
	TAILQ_INIT(&out->paused);
	wakeup_init(&out->wakeup, loop, woken, out);
	return out;
}

bool
output_spare(struct output *out)
{
	bool any = out->streams.n_kept > 0;
	struct capture *cap;

	out->streams.most_kept = 0;
	LIST_FOREACH(cap, &out->all, all_link)
		for (int i = 0; i < cap->len; i++)
			if (cap->streams[i].pipe.kept)
				stream_close_write(&cap->streams[i]);
	return any;
}

void
output_resize(struct output *out)
{
	if (out->streams.terminals)
		streams_resize(&out->streams);
}

bool
output_gives_terminals(const struct output *out)
{
	return out->streams.terminals;
}

void
output_free(struct output *out)
{
	struct capture *cap;

	if (out == NULL)
		return;
	while ((cap = LIST_FIRST(&out->all)) != NULL)
		order_free(cap);
	for (int i = 0; i < out->sink_len; i++) {
		queue_release(&out->notes[i].q, &out->store);
		sink_release(&out->sinks[i], out->loop);
	}
	wakeup_release(&out->wakeup);
	store_release(&out->store);
	free(out->labelled);
	free(out);
}

static void
note(struct output *out, struct sink *sink, const char *lines, size_t len,
    bool wanted)
{
	note_add(out, sink, lines, len, wanted);
	relay_resume(out);
}

void
output_note(void *arg, const char *line, size_t len)
{
	struct output *out = arg;

	note(out, note_sink(out), line, len, false);
}

void
output_say(struct output *out, const char *line, size_t len)
{
	note(out, &out->sinks[0], line, len, true);
}

bool
output_said(const struct output *out)
{
	return out->notes[0].q.len == 0;
}

bool
output_idle(const struct output *out)
{
	return out->store.waiting == 0;
}

bool
output_is_joined(const struct output *out)
{
	return out->sink_len == 1 && !out->streams.apart;
}

uint64_t
output_waiting(const struct output *out)
{
	return out->store.waiting;
}

uint64_t
output_lost(const struct output *out)
{
	uint64_t lost = 0;

	for (int i = 0; i < out->sink_len; i++)
		lost += out->sinks[i].lost + out->notes[i].lost;
	return lost;
}

int
output_close(struct output *out, int fd)
{
	for (int i = 0; i < out->sink_len; i++)
		sink_release(&out->sinks[i], out->loop);
	return close(fd) < 0 && errno != EBADF && errno != EINTR ? errno : 0;
}
