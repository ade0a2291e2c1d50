#include "pour.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <sys/epoll.h>

/* Bytes that were written are dropped when there are so many. */
#define DROP_AT ((size_t)1 << 18)
/* A buffer that is empty keeps so much memory. */
#define KEEP_MAX ((size_t)1 << 18)

/* Writes until the descriptor takes no more.  Returns how many bytes it took.
 */
static size_t
write_some(struct pour *pour, const char *data, size_t len)
{
	size_t done = 0;
	bool full;

	while (done < len) {
		ssize_t n =
		    outlet_write(&pour->outlet, data + done, len - done, &full);

		if (n >= 0) {
			done += (size_t)n;
		} else if (errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			pour->error = errno;
			break;
		}
	}
	return done;
}

static void
stop_watching(struct pour *pour)
{
	if (pour->loop == NULL)
		return;
	loop_del(pour->loop, &pour->io);
	loop_timer_clear(pour->loop, &pour->retry);
}

static void
watch(struct pour *pour)
{
	if (pour->loop != NULL)
		loop_watch(pour->loop, &pour->io, pour->outlet.wfd, EPOLLOUT,
		    &pour->retry);
}

/* So many bytes from the start on wait no longer. */
static void
drop(struct pour *pour, size_t n)
{
	struct buf *waiting = &pour->waiting;

	pour->at += n;
	if (pour->at < waiting->len) {
		if (pour->at < DROP_AT || pour->at < waiting->len / 2)
			return;
		buf_consume(waiting, pour->at);
	} else {
		waiting->len = 0;
		if (waiting->cap > KEEP_MAX)
			buf_release(waiting);
	}
	pour->at = 0;
}

size_t
pour_waiting(const struct pour *pour)
{
	return pour->waiting.len - pour->at;
}

bool
pour_is_full(const struct pour *pour)
{
	return pour->io.fd >= 0;
}

struct buf *
pour_buffer(struct pour *pour)
{
	return &pour->waiting;
}

size_t
pour_flush(struct pour *pour)
{
	size_t left = pour_waiting(pour), n = 0;

	if (left > 0 && pour->error == 0)
		n = write_some(pour, pour->waiting.data + pour->at, left);
	if (pour->error != 0)
		n = left;
	drop(pour, n);
	if (n == left)
		stop_watching(pour);
	else
		watch(pour);
	return n;
}

size_t
pour_write(struct pour *pour, const char *data, size_t len)
{
	size_t n = 0;

	if (pour_waiting(pour) == 0 && pour->error == 0) {
		n = write_some(pour, data, len);
		if (n == len)
			return n;
	}
	buf_append(&pour->waiting, data + n, len - n);
	/* that it is full is known: the loop says when it is not */
	if (pour->error == 0) {
		watch(pour);
		return n;
	}
	return n + pour_flush(pour);
}

int
pour_write_all(struct pour *pour, int64_t deadline_ns)
{
	struct pollfd pfd = { .fd = pour->outlet.wfd, .events = POLLOUT };

	while (pour_flush(pour), pour_waiting(pour) > 0) {
		int64_t left_ns = deadline_ns - loop_clock();

		if (left_ns <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		poll(&pfd, 1, (int)(left_ns / NS_PER_MS) + 1);
	}
	errno = pour->error;
	return pour->error == 0 ? 0 : -1;
}

void
pour_give_up(struct pour *pour)
{
	if (pour->error == 0)
		pour->error = ETIMEDOUT;
	pour_flush(pour);
}

static void
on_ready(struct loop_io *io, uint32_t events)
{
	struct pour *pour = io->arg;

	(void)events;
	pour->moved(pour, pour_flush(pour));
}

static void
on_retry(struct loop_timer *timer)
{
	struct pour *pour = timer->arg;

	pour->moved(pour, pour_flush(pour));
}

static void
init(struct pour *pour)
{
	*pour = (struct pour){ .waiting = BUF_INIT };
	pour->io = (struct loop_io){ .ready = on_ready, .arg = pour, .fd = -1 };
	loop_timer_init(&pour->retry, on_retry, pour);
}

void
pour_init(struct pour *pour, struct loop *loop, int fd,
    void (*moved)(struct pour *pour, size_t n), void *arg)
{
	init(pour);
	pour->owned = true;
	outlet_init_own(&pour->outlet, fd);
	pour_attach(pour, loop, moved, arg);
}

void
pour_init_shared(struct pour *pour, int fd)
{
	init(pour);
	outlet_init(&pour->outlet, fd);
}

void
pour_attach(struct pour *pour, struct loop *loop,
    void (*moved)(struct pour *pour, size_t n), void *arg)
{
	pour->loop = loop;
	pour->moved = moved;
	pour->arg = arg;
}

void
pour_detach(struct pour *pour)
{
	stop_watching(pour);
	pour->loop = NULL;
}

void
pour_release(struct pour *pour)
{
	if (pour->outlet.fd < 0)
		return;
	stop_watching(pour);
	outlet_release(&pour->outlet);
	if (pour->owned)
		close(pour->outlet.fd);
	pour->outlet.fd = pour->outlet.wfd = -1;
	buf_release(&pour->waiting);
	pour->at = 0;
}
