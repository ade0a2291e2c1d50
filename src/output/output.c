#include "output.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "state.h"
#include "stream.h"
#include "sys/fd.h"

#define LATER_NS (10 * NS_PER_MS)

/*
 * Not this turn: what is done at the next kick may ask for another one, and the
 * loop must come to its signals in between.
 */
void
output_kick(struct output *out)
{
	loop_timer_set(out->loop, &out->kick, loop_now(out->loop) + 1);
}

void
output_kick_later(struct output *out)
{
	out->unwatched = true;
	if (out->kick.deadline_ns == NS_NEVER)
		loop_timer_set(
		    out->loop, &out->kick, loop_now(out->loop) + LATER_NS);
}

static void
tell_errors(struct output *out)
{
	for (int i = 0; i < out->sink_len; i++) {
		struct sink *sink = &out->sinks[i];

		if (sink->error == 0 || sink->told)
			continue;
		sink->told = true;
		out->events.undeliverable(out->arg, sink->fd, sink->error);
	}
}

/* Those who had no room may go on as far as there is some. */
static void
feed_starved(struct output *out)
{
	struct spool *spool = &out->store.spool;
	int64_t room = pool_room(&out->store.pool);
	struct stream *st, *next;

	if (TAILQ_EMPTY(&out->starved))
		return;
	if (room == 0 && spool->freed && spool_has_room(spool))
		room = 1; /* one for each time: or all would run into it */
	spool->freed = false;
	for (st = TAILQ_FIRST(&out->starved); st != NULL; st = next) {
		next = TAILQ_NEXT(st, starved_link);
		if (st->sink->error == 0 && room-- <= 0)
			continue;
		stream_unstarve(st);
		stream_sync(st);
	}
}

static void
take_undrained(struct output *out)
{
	struct capture_list again = TAILQ_HEAD_INITIALIZER(again);
	struct capture *cap;

	TAILQ_CONCAT(&again, &out->undrained, undrained_link);
	while ((cap = TAILQ_FIRST(&again)) != NULL) {
		TAILQ_REMOVE(&again, cap, undrained_link);
		cap->waiting = false;
		capture_take_rest(cap);
	}
}

/* The kernel had no memory to watch something. */
static void
watch_again(struct output *out)
{
	struct capture *cap;

	out->unwatched = false;
	LIST_FOREACH(cap, &out->all, all_link)
		for (int i = 0; i < cap->len; i++)
			stream_sync(&cap->streams[i]);
	for (int i = 0; i < out->sink_len; i++)
		if (out->sinks[i].io.fd < 0)
			out->sinks[i].full = false;
}

static void
kicked(struct loop_timer *timer)
{
	struct output *out = timer->arg;

	tell_errors(out);
	feed_starved(out);
	take_undrained(out);
	if (out->unwatched)
		watch_again(out);
	relay_resume(out);
	out->serving = true;
	order_pump(out);
	out->serving = false;
}

static void
sink_ready(struct loop_io *io, uint32_t events)
{
	struct output *out = io->arg;
	struct sink *sink =
	    io == &out->sinks[0].io ? &out->sinks[0] : &out->sinks[1];

	(void)events;
	if (!sink->full) {
		loop_del(out->loop, io); /* an error nobody asked for */
		return;
	}
	sink->full = false;
	out->serving = true;
	order_pump(out);
	out->serving = false;
}

struct output *
output_new(struct loop *loop, const struct output_options *options,
    const struct output_events *events, void *arg)
{
	struct output *out = xcalloc(1, sizeof(*out));
	bool one = fd_same_file(STDOUT_FILENO, STDERR_FILENO) &&
	    fd_is_writable(STDOUT_FILENO) == fd_is_writable(STDERR_FILENO);

	out->loop = loop;
	out->mode = options->mode;
	out->events = *events;
	out->arg = arg;
	out->sink_len = one ? 1 : 2;
	for (int i = 0; i < out->sink_len; i++) {
		sink_init(&out->sinks[i], STDOUT_FILENO + i);
		out->sinks[i].io.ready = sink_ready;
		out->sinks[i].io.arg = out;
		queue_init(&out->notes[i].q);
	}
	store_init(&out->store, options->buffer, options->tmpdir);
	TAILQ_INIT(&out->order);
	TAILQ_INIT(&out->undrained);
	TAILQ_INIT(&out->starved);
	TAILQ_INIT(&out->paused);
	LIST_INIT(&out->all);
	loop_timer_init(&out->kick, kicked, out);
	return out;
}

void
output_free(struct output *out)
{
	struct capture *cap;

	if (out == NULL)
		return;
	while ((cap = LIST_FIRST(&out->all)) != NULL)
		capture_free(cap);
	for (int i = 0; i < out->sink_len; i++) {
		queue_release(&out->notes[i].q, &out->store);
		sink_release(&out->sinks[i], out->loop);
	}
	loop_timer_clear(out->loop, &out->kick);
	store_release(&out->store);
	free(out->labelled);
	free(out);
}

bool
output_idle(const struct output *out)
{
	return out->store.waiting == 0;
}

uint64_t
output_waiting(const struct output *out)
{
	return out->store.waiting;
}

uint64_t
output_lost(const struct output *out)
{
	return out->lost;
}

int
output_close(struct output *out, int fd)
{
	for (int i = 0; i < out->sink_len; i++)
		sink_release(&out->sinks[i], out->loop);
	return close(fd) < 0 && errno != EBADF && errno != EINTR ? errno : 0;
}
