#include "loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/msg.h"
#include "base/xalloc.h"

#define BATCH 64
/* When watching is tried again after a shortage. */
#define RETRY_NS (10 * NS_PER_MS)

RB_HEAD(timer_tree, loop_timer);

/*
 * epoll(7) gets a key for each descriptor that we watch: the number of a place,
 * and how often that place has been used.  So an event can be recognized that
 * epoll still sends of a descriptor which is not watched any more.
 */
struct place {
	struct loop_io *io; /* NULL: free */
	uint32_t used;      /* how often: at least once, so no key is 0 */
	size_t next_free;   /* if it is free; n_places at the end of the list */
};

struct loop {
	int epfd;
	struct place *places;
	size_t n_places;
	struct timer_tree timers;
	size_t free_place;  /* the first in a list of places that are free */
	int64_t now_ns;     /* the time of the running turn */
	int64_t skipped_ns; /* all that loop_skip_time() took out */
	struct loop_io *urgent;          /* the urgent one, if it is watched */
	struct loop_io *always;          /* list: all that epoll refuses */
	struct loop_io *next_always;     /* where serve_always() goes on */
	struct epoll_event batch[BATCH]; /* the events of the running turn */
	int batch_len;
	bool renew; /* epoll sends events of what is not watched */
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
	free(loop->places);
	free(loop);
}

static struct loop_io *
find(const struct loop *loop, uint64_t key)
{
	const struct place *place = &loop->places[(uint32_t)key];

	return place->used == key >> 32 ? place->io : NULL;
}

/* Makes twice as many places. */
static void
add_places(struct loop *loop)
{
	size_t n = loop->n_places > 0 ? 2 * loop->n_places : 16;

	loop->places = xreallocarray(loop->places, n, sizeof(*loop->places));
	for (size_t i = loop->n_places; i < n; i++)
		loop->places[i] = (struct place){ .next_free = i + 1 };
	loop->free_place = loop->n_places;
	loop->n_places = n;
}

/* Gives io a place and a key. */
static void
take_place(struct loop *loop, struct loop_io *io)
{
	struct place *place;
	size_t i;

	if (loop->free_place == loop->n_places)
		add_places(loop);
	i = loop->free_place;
	place = &loop->places[i];
	loop->free_place = place->next_free;
	place->io = io;
	place->used++;
	io->key = (uint64_t)place->used << 32 | i;
}

/* Frees the place of io: its key means nothing any more. */
static void
give_place(struct loop *loop, const struct loop_io *io)
{
	size_t i = (uint32_t)io->key;

	loop->places[i].io = NULL;
	loop->places[i].next_free = loop->free_place;
	loop->free_place = i;
}

int
loop_add(struct loop *loop, struct loop_io *io, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events };

	io->fd = fd;
	io->events = events;
	io->always = false;
	take_place(loop, io);
	ev.data.u64 = io->key;
	if (epoll_ctl(loop->epfd, EPOLL_CTL_ADD, fd, &ev) < 0) {
		give_place(loop, io);
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
	struct epoll_event ev = { .events = events, .data.u64 = io->key };

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
	if (io->always) {
		forget_always(loop, io);
	} else {
		epoll_ctl(loop->epfd, EPOLL_CTL_DEL, io->fd, NULL);
		give_place(loop, io);
		for (int i = 0; i < loop->batch_len; i++)
			if (loop->batch[i].data.u64 == io->key)
				loop->batch[i].data.u64 = 0;
	}
	if (loop->urgent == io)
		loop->urgent = NULL;
	io->fd = -1;
}

int64_t
loop_now(const struct loop *loop)
{
	return loop->now_ns;
}

int64_t
loop_moment(const struct loop *loop)
{
	return loop_clock() - loop->skipped_ns;
}

int64_t
loop_time_of(const struct loop *loop, int64_t clock_ns)
{
	return clock_ns == NS_NEVER ? NS_NEVER : clock_ns - loop->skipped_ns;
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

bool
loop_watch(struct loop *loop, struct loop_io *io, int fd, uint32_t events,
    struct loop_timer *retry)
{
	if (io->fd >= 0 || loop_add(loop, io, fd, events) == 0)
		return true;
	loop_timer_set(loop, retry, loop_now(loop) + RETRY_NS);
	return false;
}

void
loop_skip_time(struct loop *loop, int64_t ns)
{
	loop->skipped_ns += ns;
	loop->now_ns = loop_moment(loop);
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
	now = loop_moment(loop);
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
	uint64_t key = loop->batch[i].data.u64;
	struct loop_io *io;

	if (key == 0)
		return;
	loop->batch[i].data.u64 = 0;
	io = find(loop, key);
	if (io != NULL)
		io->ready(io, loop->batch[i].events);
	else
		loop->renew = true;
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
		if (loop->batch[i].data.u64 == urgent->key) {
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

/*
 * Makes another epoll.  The old one sends events of a descriptor that we have
 * closed and that another process still has open: it cannot be removed from
 * there any more, see epoll(7).
 */
static void
renew(struct loop *loop)
{
	int epfd = epoll_create1(EPOLL_CLOEXEC);

	if (epfd < 0)
		return; /* the next turn tries it again */
	for (size_t i = 0; i < loop->n_places; i++) {
		struct loop_io *io = loop->places[i].io;
		struct epoll_event ev = { .data.u64 = 0 };

		if (io == NULL)
			continue;
		ev.events = io->events;
		ev.data.u64 = io->key;
		if (epoll_ctl(epfd, EPOLL_CTL_ADD, io->fd, &ev) < 0) {
			close(epfd);
			return;
		}
	}
	close(loop->epfd);
	loop->epfd = epfd;
	loop->renew = false;
}

void
loop_turn(struct loop *loop, bool wait)
{
	int n = epoll_wait(
	    loop->epfd, loop->batch, BATCH, wait ? sleep_ms(loop) : 0);

	if (n < 0 && errno != EINTR)
		msg_fatal("cannot wait for events: %s", strerror(errno));
	loop->batch_len = n < 0 ? 0 : n;
	loop->now_ns = loop_moment(loop);
	serve_urgent(loop);
	for (int i = 0; i < loop->batch_len; i++)
		serve(loop, i);
	loop->batch_len = 0;
	if (loop->renew)
		renew(loop);
	serve_always(loop);
	fire_due(loop);
}
