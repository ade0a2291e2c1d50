#include "link.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/xalloc.h"
#include "link_end.h"
#include "link_input.h"
#include "link_job.h"
#include "link_send.h"
#include "link_state.h"
#include "link_take.h"
#include "pack.h"

/* Bytes that one read(2) asks for, and that one turn of the loop reads. */
#define READ_SIZE 65536
#define TURN_SIZE 262144
/*
 * When the agent cannot be written to any more, what it has still to say is
 * read for so long.
 */
#define BROKEN_NS (2 * NS_PER_S)
/* How long link_suspend() waits for the carrier. */
#define SUSPEND_NS (200 * NS_PER_MS)

/* Frees all but the struct. */
static void
release(struct link *link)
{
	struct link_job *job;

	loop_del(link->loop, &link->in);
	if (link->in_fd >= 0)
		close(link->in_fd);
	link->in_fd = -1;
	outbox_release(&link->out);
	loop_timer_clear(link->loop, &link->later);
	loop_timer_clear(link->loop, &link->tick);
	while ((job = link_job_any(link)) != NULL)
		link_job_free(job);
	frame_reader_release(&link->reader);
	greeting_release(&link->greeting);
	buf_release(&link->config);
	buf_release(&link->scratch);
	message_release_hello(&link->hello);
	free(link->end.why);
	free(link->end.error);
}

static void
enter(struct link *link)
{
	link->busy++;
}

static void
leave(struct link *link)
{
	if (--link->busy > 0 || !link->doomed)
		return;
	release(link);
	free(link);
}

/* One read(2).  Returns false if there is nothing more to be read now. */
static bool
read_once(struct link *link)
{
	char data[READ_SIZE];
	ssize_t n;

	do
		n = read(link->in_fd, data, sizeof(data));
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n < 0) {
		link_end(link,
		    xasprintf(
			"cannot read from the agent: %s", strerror(errno)),
		    link->state < LINK_READY);
		return false;
	}
	if (n == 0) {
		link_end_of_file(link);
		return false;
	}
	keepalive_got(&link->keep, (size_t)n, loop_now(link->loop));
	link_take(link, data, (size_t)n);
	return n == sizeof(data);
}

/* When on_tick() has something to do. */
static int64_t
next_tick(const struct link *link)
{
	const struct keepalive *keep = &link->keep;
	int64_t ns;

	if (link->state == LINK_GREETING)
		ns = loop_after(keep->sent_ns, keep->times.greeting_ns);
	else if (link->state == LINK_READY)
		ns = keep->due_ns;
	else if (keep->heard_ns > keep->sent_ns)
		ns = loop_after(keep->heard_ns, keep->times.lost_ns);
	else
		ns = loop_after(keep->sent_ns, keep->times.lost_ns);
	return ns < link->end.broken_ns ? ns : link->end.broken_ns;
}

static void
set_tick(struct link *link)
{
	if (link->state < LINK_ENDING)
		loop_timer_set(link->loop, &link->tick, next_tick(link));
}

/* Reads what one turn of the loop may read. */
static void
read_some(struct link *link)
{
	enum link_state state = link->state;
	size_t n = 0;

	while (n < TURN_SIZE && link->state < LINK_ENDING && read_once(link))
		n += READ_SIZE;
	if (link->state != state)
		set_tick(link);
}

static void
on_readable(struct loop_io *io, uint32_t events)
{
	struct link *link = io->arg;

	(void)events;
	enter(link);
	read_some(link);
	leave(link);
}

/* If writing has failed: what the agent still says is read, but not for long */
static void
check_out(struct link *link)
{
	if (outbox_error(&link->out) == 0 || link->end.broken_ns != NS_NEVER)
		return;
	link->end.broken_ns = loop_now(link->loop) + BROKEN_NS;
	if (link->tick.deadline_ns > link->end.broken_ns)
		loop_timer_set(link->loop, &link->tick, link->end.broken_ns);
}

static void
on_out_moved(void *arg, size_t n)
{
	struct link *link = arg;

	if (n > 0)
		keepalive_sent(&link->keep, loop_now(link->loop));
	check_out(link);
}

static void
on_job_moved(struct pour *pour, size_t n)
{
	struct link_job *job = pour->arg;
	struct link *link = job->link;

	enter(link);
	link_job_moved(job, n);
	link_settle(link);
	leave(link);
}

/* Starts reading; if there is a shortage, tries it again later. */
static void
watch_in(struct link *link)
{
	loop_watch(link->loop, &link->in, link->in_fd, EPOLLIN, &link->later);
}

/* The end of a turn in which there was something to do. */
static void
on_later(struct loop_timer *timer)
{
	struct link *link = timer->arg;

	enter(link);
	if (link->state < LINK_READY && link->end.quits) {
		link_end(link, NULL, true);
	} else if (link->state < LINK_ENDING) {
		watch_in(link);
		link_job_watch(link);
	}
	link_settle(link);
	leave(link);
}

/* The agent is silent for long; but perhaps we have only not read it yet. */
static void
lose(struct link *link)
{
	int64_t heard_ns = link->keep.heard_ns;
	enum link_state state = link->state;

	read_some(link);
	if (link->state != state || link->keep.heard_ns > heard_ns)
		return;
	if (state == LINK_GREETING)
		link_end_after(link, "no agent has answered within",
		    link->keep.times.greeting_ns);
	else
		link_end_after(link, "the agent has not answered for",
		    link->keep.times.lost_ns);
}

static void
on_tick(struct loop_timer *timer)
{
	struct link *link = timer->arg;
	int64_t now_ns = loop_now(link->loop);

	enter(link);
	if (link->end.broken_ns <= now_ns) {
		link_end(link,
		    xasprintf("cannot write to the agent: %s",
			strerror(outbox_error(&link->out))),
		    link->state < LINK_READY);
	} else if (link->state != LINK_READY) {
		if (next_tick(link) <= now_ns)
			lose(link);
	} else {
		switch (keepalive_look(&link->keep, now_ns)) {
		case KEEPALIVE_LOST:
			lose(link);
			break;
		case KEEPALIVE_PING:
			link_send_ping(link);
			break;
		case KEEPALIVE_FINE:
			break;
		}
	}
	set_tick(link);
	leave(link);
}

static void
set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	assert(flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0);
}

struct link *
link_new(struct loop *loop, int in_fd, int out_fd, const char *nonce,
    const struct remote_config *config, const struct link_events *events,
    void *arg)
{
	struct link *link = xcalloc(1, sizeof(*link));

	set_nonblocking(in_fd);
	set_nonblocking(out_fd);
	link->loop = loop;
	link->events = *events;
	link->arg = arg;
	link->in_fd = in_fd;
	link->in =
	    (struct loop_io){ .ready = on_readable, .arg = link, .fd = -1 };
	frame_reader_init(&link->reader);
	greeting_init(&link->greeting, nonce);
	outbox_init(&link->out, loop, out_fd, on_out_moved, link);
	message_put_config(&link->config, config);
	RB_INIT(&link->jobs.tree);
	loop_timer_init(&link->later, on_later, link);
	loop_timer_init(&link->tick, on_tick, link);
	keepalive_init(&link->keep, loop_now(loop));
	link->ping.dead_man_s = config->dead_man_s;
	link->end.broken_ns = NS_NEVER;
	watch_in(link);
	set_tick(link);
	return link;
}

void
link_set_times(struct link *link, const struct link_times *times)
{
	link->keep.times = *times;
	link->keep.due_ns = loop_now(link->loop);
	set_tick(link);
}

void
link_hang_up(struct link *link)
{
	if (link == NULL || link->state >= LINK_ENDING)
		return;
	link->state = LINK_ENDED;
	loop_del(link->loop, &link->in);
	close(link->in_fd);
	link->in_fd = -1;
	outbox_release(&link->out);
}

void
link_free(struct link *link)
{
	if (link == NULL)
		return;
	link->state = LINK_ENDED;
	link->doomed = true;
	enter(link);
	leave(link);
}

bool
link_can_run(const struct link *link)
{
	return link->state == LINK_READY && !link->end.quits;
}

struct link_job *
link_run(struct link *link, void *owner, const struct remote_run *run,
    const int fds[2])
{
	struct link_job *job;

	if (!link_can_run(link)) {
		errno = EPIPE;
		return NULL;
	}
	job = link_job_new(link, owner, fds, on_job_moved);
	if (job == NULL)
		return NULL;
	message_put_run(&link->scratch, run);
	link_send_scratch(link, FRAME_RUN, job->id);
	return job;
}

void
link_give(struct link_job *job, int fd)
{
	link_input_open(job, fd);
}

void
link_answer(
    struct link *link, uint32_t client, const struct remote_answer *answer)
{
	message_put_answer(&link->scratch, answer);
	link_send_scratch(link, FRAME_ANSWER, client);
}

void
link_ask(struct link_job *job, const struct remote_ask *ask)
{
	if (job->over)
		return;
	message_put_ask(&job->link->scratch, ask);
	link_send_scratch(job->link, FRAME_ASK, job->id);
}

void
link_kill(struct link_job *job)
{
	if (!job->over)
		link_send(job->link, FRAME_KILL, 0, job->id, NULL, 0);
}

void
link_signal(struct link_job *job, int signo)
{
	if (!job->over)
		link_send(
		    job->link, FRAME_SIGNAL, (uint8_t)signo, job->id, NULL, 0);
}

void
link_forget(struct link_job *job)
{
	struct link *link = job->link;

	link_job_free(job);
	if (link->state == LINK_ENDING) /* it may be told now */
		loop_timer_set(link->loop, &link->later, loop_now(link->loop));
}

int64_t
link_pid(const struct link_job *job)
{
	return job->pid;
}

void
link_quit(struct link *link, int64_t grace_ns)
{
	link->end.quits = true;
	if (link->state == LINK_READY) {
		pack_u64(&link->scratch, (uint64_t)grace_ns);
		link_send_scratch(link, FRAME_QUIT, 0);
	} else if (link->state < LINK_READY) {
		loop_timer_set(link->loop, &link->later, loop_now(link->loop));
	}
}

void
link_suspend(struct link *link, bool stopping)
{
	link->ping.suspended = stopping;
	if (link->state != LINK_CONFIG && link->state != LINK_READY)
		return;
	link_send_ping(link);
	if (!stopping)
		return;
	outbox_write_all(&link->out, loop_clock() + SUSPEND_NS);
	check_out(link);
}
