#include "loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/msg.h"

#define BATCH 64

RB_HEAD(timer_tree, loop_timer);

struct loop {
	int epfd;
	struct timer_tree timers;
	int64_t now_ns;              /* the time of the running turn */
	int64_t skipped_ns;          /* all that loop_skip_time() took out */
	struct loop_io *urgent;      /* the urgent one, if it is watched */
	struct loop_io *always;      /* list: all that epoll refuses */
	struct loop_io *next_always; /* where serve_always() goes on */
	struct epoll_event batch[BATCH]; /* the events of the running turn */
	int batch_len;
};

static int
timer_compare(const struct loop_timer *a, const struct loop_timer *b)
{
	if (a->deadline_ns != b->deadline_ns)
		return a->deadline_ns < b->deadline_ns ? -1 : 1;
	if (a == b)
		return 0;
	return (uintptr_t)a < (uintptr_t)b ? -1 : 1;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(timer_tree, loop_timer, node, timer_compare,
    static __attribute__((__unused__)))

int64_t
loop_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

struct loop *
loop_new(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (loop == NULL)
		return NULL;
	loop->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epfd < 0) {
		free(loop);
		return NULL;
	}
	RB_INIT(&loop->timers);
	loop->now_ns = loop_clock();
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	close(loop->epfd);
	free(loop);
}

int
loop_add(struct loop *loop, struct loop_io *io, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = io };

	io->fd = fd;
	io->events = events;
	io->always = false;
	if (epoll_ctl(loop->epfd, EPOLL_CTL_ADD, fd, &ev) < 0) {
		if (errno != EPERM) {
			io->fd = -1;
			return -1;
		}
		io->always = true;
		io->next_always = loop->always;
		loop->always = io;
	}
	if (io->urgent)
		loop->urgent = io;
	return 0;
}

void
loop_mod(struct loop *loop, struct loop_io *io, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = io };

	assert(io->fd >= 0);
	if (io->events == events)
		return;
	io->events = events;
	if (!io->always &&
	    epoll_ctl(loop->epfd, EPOLL_CTL_MOD, io->fd, &ev) < 0)
		msg_fatal(
		    "cannot watch descriptor %d: %s", io->fd, strerror(errno));
}

static void
forget_always(struct loop *loop, struct loop_io *io)
{
	struct loop_io **link = &loop->always;

	while (*link != io)
		link = &(*link)->next_always;
	*link = io->next_always;
	if (loop->next_always == io)
		loop->next_always = io->next_always;
}

void
loop_del(struct loop *loop, struct loop_io *io)
{
	if (io->fd < 0)
		return;
	if (io->always)
		forget_always(loop, io);
	else
		epoll_ctl(loop->epfd, EPOLL_CTL_DEL, io->fd, NULL);
	if (loop->urgent == io)
		loop->urgent = NULL;
	for (int i = 0; i < loop->batch_len; i++)
		if (loop->batch[i].data.ptr == io)
			loop->batch[i].data.ptr = NULL;
	io->fd = -1;
}

int64_t
loop_now(const struct loop *loop)
{
	return loop->now_ns;
}

int64_t
loop_after(int64_t start_ns, int64_t ns)
{
	return ns > NS_NEVER - start_ns ? NS_NEVER : start_ns + ns;
}

void
loop_timer_init(
    struct loop_timer *timer, void (*fire)(struct loop_timer *), void *arg)
{
	timer->fire = fire;
	timer->arg = arg;
	timer->deadline_ns = NS_NEVER;
}

void
loop_timer_clear(struct loop *loop, struct loop_timer *timer)
{
	if (timer->deadline_ns == NS_NEVER)
		return;
	RB_REMOVE(timer_tree, &loop->timers, timer);
	timer->deadline_ns = NS_NEVER;
}

void
loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t deadline_ns)
{
	loop_timer_clear(loop, timer);
	if (deadline_ns == NS_NEVER)
		return;
	timer->deadline_ns = deadline_ns;
	RB_INSERT(timer_tree, &loop->timers, timer);
}

void
loop_skip_time(struct loop *loop, int64_t ns)
{
	loop->skipped_ns += ns;
	loop->now_ns = loop_clock() - loop->skipped_ns;
}

/* How long epoll_wait(2) may sleep, in ms, rounded up; -1 is for ever. */
static int
sleep_ms(const struct loop *loop)
{
	struct timer_tree *timers = (struct timer_tree *)&loop->timers;
	const struct loop_timer *first = RB_MIN(timer_tree, timers);
	int64_t left, now;

	for (struct loop_io *io = loop->always; io; io = io->next_always)
		if (io->events != 0)
			return 0;
	if (first == NULL)
		return -1;
	now = loop_clock() - loop->skipped_ns;
	left = first->deadline_ns - now;
	if (left <= 0)
		return 0;
	if (left > INT64_C(3600) * NS_PER_S)
		return 3600 * 1000;
	return (int)((left + NS_PER_MS - 1) / NS_PER_MS);
}

static void
serve(struct loop *loop, int i)
{
	struct loop_io *io = loop->batch[i].data.ptr;

	if (io == NULL)
		return;
	loop->batch[i].data.ptr = NULL;
	io->ready(io, loop->batch[i].events);
}

/*
 * Serves the urgent descriptor.  If the batch is full, it may be ready although
 * it is not in the batch: ready() is then called in any case, and must be able
 * to find nothing.
 */
static void
serve_urgent(struct loop *loop)
{
	struct loop_io *urgent = loop->urgent;

	if (urgent == NULL)
		return;
	for (int i = 0; i < loop->batch_len; i++) {
		if (loop->batch[i].data.ptr == urgent) {
			serve(loop, i);
			return;
		}
	}
	if (loop->batch_len == BATCH)
		urgent->ready(urgent, EPOLLIN);
}

static void
serve_always(struct loop *loop)
{
	struct loop_io *io;

	for (io = loop->always; io != NULL; io = loop->next_always) {
		loop->next_always = io->next_always;
		if (io->events != 0)
			io->ready(io, io->events);
	}
	loop->next_always = NULL;
}

static void
fire_due(struct loop *loop)
{
	struct loop_timer *timer;

	while ((timer = RB_MIN(timer_tree, &loop->timers)) != NULL &&
	    timer->deadline_ns <= loop->now_ns) {
		loop_timer_clear(loop, timer);
		timer->fire(timer);
	}
}

void
loop_turn(struct loop *loop, bool wait)
{
	int n = epoll_wait(
	    loop->epfd, loop->batch, BATCH, wait ? sleep_ms(loop) : 0);

	if (n < 0 && errno != EINTR)
		msg_fatal("cannot wait for events: %s", strerror(errno));
	loop->batch_len = n < 0 ? 0 : n;
	loop->now_ns = loop_clock() - loop->skipped_ns;
	serve_urgent(loop);
	for (int i = 0; i < loop->batch_len; i++)
		serve(loop, i);
	loop->batch_len = 0;
	serve_always(loop);
	fire_due(loop);
}
