/*
 * The event loop: one thread, epoll(7), deadlines, no signal handlers.
 *
 * Time is the loop's own: CLOCK_MONOTONIC less what loop_skip_time() took out,
 * so that every deadline waits while nursery is stopped by Ctrl-Z.
 */
#ifndef SYS_LOOP_H
#define SYS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/tree.h>

struct loop;

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_NEVER INT64_MAX

/*
 * A watched descriptor.  The caller embeds it, sets ready and arg, and keeps
 * it in place from loop_add() to loop_del().
 */
struct loop_io {
	void (*ready)(struct loop_io *io, uint32_t events); /* EPOLL* bits */
	void *arg;
	int fd;          /* not owned; -1 while not watched */
	uint32_t events; /* what is watched now */
	bool always;     /* epoll refuses it (a regular file): always ready */
	bool urgent;     /* served first in each turn, see loop_turn() */
	struct loop_io *next_always; /* of the loop: a list */
	uint64_t key;                /* of the loop: what epoll knows it by */
};

/* A deadline.  The caller embeds it and sets fire and arg. */
struct loop_timer {
	void (*fire)(struct loop_timer *timer);
	void *arg;
	int64_t deadline_ns; /* NS_NEVER while not armed */
	RB_ENTRY(loop_timer) node;
};

/* Returns a loop, or NULL with errno from epoll_create1(2). */
struct loop *loop_new(void);

/* Frees the loop; what is still watched or armed is forgotten, not closed. */
void loop_free(struct loop *loop);

/*
 * Watches fd for events (EPOLLIN, EPOLLOUT, or 0 for errors alone), level
 * triggered.  A descriptor that epoll refuses with EPERM is always ready.
 * Returns 0, or -1 with errno from epoll_ctl(2): ENOSPC and ENOMEM are a
 * shortage, after which the caller may try again.
 */
int loop_add(struct loop *loop, struct loop_io *io, int fd, uint32_t events);

/* Changes what is watched; 0 pauses.  No system call if nothing changes. */
void loop_mod(struct loop *loop, struct loop_io *io, uint32_t events);

/*
 * Stops watching; call it before close(2).  Events for io that this turn has
 * still to serve are dropped.  Harmless if io is not watched.
 */
void loop_del(struct loop *loop, struct loop_io *io);

/*
 * The time of the running turn of the loop, in ns: read once a turn, so that
 * what happens together carries one time.
 */
int64_t loop_now(const struct loop *loop);

/* The loop's time at this very moment, for what begins within a turn. */
int64_t loop_moment(const struct loop *loop);

/* CLOCK_MONOTONIC now, in ns: for measuring, not for deadlines. */
int64_t loop_clock(void);

/* The loop's time at a time of loop_clock(); NS_NEVER stays what it is. */
int64_t loop_time_of(const struct loop *loop, int64_t clock_ns);

/* start_ns + ns, both not negative; NS_NEVER if the sum is too large. */
int64_t loop_after(int64_t start_ns, int64_t ns);

/*
 * Watches fd as loop_add() does, unless io is watched already.  If the kernel
 * refuses, which only a shortage explains, retry is armed, for a caller that
 * then tries again.  Returns true if io is watched.
 */
bool loop_watch(struct loop *loop, struct loop_io *io, int fd, uint32_t events,
    struct loop_timer *retry);

/* Prepares a timer that is not armed. */
void loop_timer_init(
    struct loop_timer *timer, void (*fire)(struct loop_timer *), void *arg);

/* Arms the timer for an absolute time, or re-arms it; NS_NEVER disarms. */
void loop_timer_set(
    struct loop *loop, struct loop_timer *timer, int64_t deadline_ns);

/* Disarms the timer; harmless if it is not armed. */
void loop_timer_clear(struct loop *loop, struct loop_timer *timer);

/* Takes ns out of the loop's time: every deadline moves by as much. */
void loop_skip_time(struct loop *loop, int64_t ns);

/*
 * One turn: waits for the next descriptor or deadline, serves the urgent
 * descriptor, then the others, then the timers that are due.  With wait false
 * it serves what is ready or due now, perhaps nothing.  There is one urgent
 * descriptor at most, and its ready() may be called when it is not ready.
 */
void loop_turn(struct loop *loop, bool wait);

#endif
