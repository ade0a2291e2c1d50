#include "inlet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/block.h"
#include "base/xalloc.h"
#include "sys/fd.h"
#include "sys/loop.h"

/* Bytes that are written in one turn of the loop: others want to write, too. */
#define TURN_MAX ((uint64_t)1 << 20)
/* Size of the pipe of a job that is given much, and how many there may be. */
#define BIG_PIPE (1 << 18)
#define GROWN_MAX 64
/* How much a file that cannot be spliced is read at a time. */
#define COPY_SIZE 65536

struct inlet {
	struct inlets *all;
	int fd; /* where the job reads the other end; owned; or -1 */
	struct loop_io io;
	struct loop_timer retry; /* armed while it cannot be watched */
	struct slice *slices;    /* that were put, in order; owned */
	size_t n, cap;
	size_t next;      /* the first of them that is not all written */
	uint64_t at;      /* how many bytes of that one are written */
	uint64_t waiting; /* bytes that are not written */
	uint64_t given;   /* bytes that were put */
	bool begun;       /* an attempt of the job reads */
	bool kept;        /* what is written is kept for the next attempt */
	bool ended;       /* nothing more will be put */
	bool gone;        /* nobody reads any more */
	bool grown;       /* the pipe is large */
	int error;
	void (*moved)(void *arg);
	void *arg;
};

static void
close_pipe(struct inlet *inlet)
{
	if (inlet->fd < 0)
		return;
	loop_del(inlet->all->loop, &inlet->io);
	loop_timer_clear(inlet->all->loop, &inlet->retry);
	close(inlet->fd);
	inlet->fd = -1;
	inlet->all->n_grown -= inlet->grown;
	inlet->grown = false;
}

static void
drop_slices(struct inlet *inlet)
{
	for (size_t i = inlet->kept ? 0 : inlet->next; i < inlet->n; i++)
		block_unref(inlet->slices[i].block);
	inlet->n = inlet->next = 0;
	inlet->at = 0;
}

/* Nobody reads; what the next attempt will be given again is kept. */
static void
leave(struct inlet *inlet)
{
	close_pipe(inlet);
	inlet->gone = true;
	inlet->waiting = 0;
	if (!inlet->kept)
		drop_slices(inlet);
}

/* So many bytes of the next slice are written. */
static void
advance(struct inlet *inlet, uint64_t n)
{
	struct slice *slice = &inlet->slices[inlet->next];

	inlet->at += n;
	inlet->waiting -= n;
	if (inlet->at < slice->len)
		return;
	inlet->at = 0;
	inlet->next++;
	if (inlet->kept)
		return;
	block_unref(slice->block);
	if (inlet->next == inlet->n)
		inlet->n = inlet->next = 0;
}

/* Copies a part of a file that cannot be spliced. */
static ssize_t
copy(struct inlet *inlet, int fd, off_t at, size_t len)
{
	char bytes[COPY_SIZE];
	ssize_t n = pread(fd, bytes, len < COPY_SIZE ? len : COPY_SIZE, at);

	return n > 0 ? write(inlet->fd, bytes, (size_t)n) : n;
}

static ssize_t
transfer(struct inlet *inlet, int fd, off_t at, size_t len)
{
	off_t from = at;
	ssize_t n = splice(
	    fd, &from, inlet->fd, NULL, len, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	return n < 0 && errno == EINVAL ? copy(inlet, fd, at, len) : n;
}

/* Writes of the next slice.  As write(2); 0: the file has become shorter. */
static ssize_t
write_next(struct inlet *inlet, uint64_t most)
{
	const struct slice *slice = &inlet->slices[inlet->next];
	const struct block *block = slice->block;
	uint64_t at = slice->at + inlet->at, left = slice->len - inlet->at;
	size_t len = (size_t)(left < most ? left : most);

	return block->data != NULL ? write(inlet->fd, block->data + at, len)
				   : transfer(inlet, block->fd, (off_t)at, len);
}

/* Makes the pipe of a job that is given much large, unless too many are. */
static void
grow(struct inlet *inlet)
{
	if (inlet->grown || inlet->waiting < BIG_PIPE ||
	    inlet->all->n_grown >= GROWN_MAX)
		return;
	inlet->grown = fd_grow_pipe(inlet->fd, BIG_PIPE);
	inlet->all->n_grown += inlet->grown;
}

/* Writes what the pipe takes, but not so much that others must wait long. */
static void
write_some(struct inlet *inlet)
{
	uint64_t most = TURN_MAX;

	while (inlet->waiting > 0 && most > 0) {
		ssize_t n = write_next(inlet, most);

		if (n > 0) {
			advance(inlet, (uint64_t)n);
			most -= (uint64_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			return;
		} else if (n == 0 || errno != EINTR) {
			if (n == 0 || errno != EPIPE)
				inlet->error = n == 0 ? ENODATA : errno;
			leave(inlet);
			return;
		}
	}
}

/* Writes, and lets the loop write the rest. */
static void
run(struct inlet *inlet)
{
	write_some(inlet);
	if (inlet->fd < 0)
		return;
	if (inlet->waiting > 0)
		loop_watch(inlet->all->loop, &inlet->io, inlet->fd, EPOLLOUT,
		    &inlet->retry);
	else if (inlet->ended)
		close_pipe(inlet);
	else
		loop_del(inlet->all->loop, &inlet->io);
}

static void
run_and_tell(struct inlet *inlet)
{
	run(inlet);
	if (inlet->waiting == 0 && inlet->moved != NULL)
		inlet->moved(inlet->arg);
}

static void
writable(struct loop_io *io, uint32_t events)
{
	(void)events;
	run_and_tell(io->arg);
}

static void
retry(struct loop_timer *timer)
{
	run_and_tell(timer->arg);
}

struct inlet *
inlet_new(struct inlets *all, void (*moved)(void *arg), void *arg)
{
	struct inlet *inlet = xcalloc(1, sizeof(*inlet));

	inlet->all = all;
	inlet->fd = -1;
	inlet->io =
	    (struct loop_io){ .ready = writable, .arg = inlet, .fd = -1 };
	loop_timer_init(&inlet->retry, retry, inlet);
	inlet->moved = moved;
	inlet->arg = arg;
	return inlet;
}

void
inlet_free(struct inlet *inlet)
{
	if (inlet == NULL)
		return;
	close_pipe(inlet);
	drop_slices(inlet);
	free(inlet->slices);
	free(inlet);
}

/* Makes room for one more slice. */
static void
reserve(struct inlet *inlet)
{
	size_t written = inlet->kept ? 0 : inlet->next;

	if (inlet->n < inlet->cap)
		return;
	if (written > 0) {
		inlet->n -= written;
		memmove(inlet->slices, inlet->slices + written,
		    inlet->n * sizeof(*inlet->slices));
		inlet->next = 0;
		return;
	}
	inlet->cap = inlet->cap > 0 ? inlet->cap * 2 : 2;
	inlet->slices =
	    xreallocarray(inlet->slices, inlet->cap, sizeof(*inlet->slices));
}

void
inlet_put(struct inlet *inlet, const struct slice *slice)
{
	bool idle = inlet->waiting == 0;

	inlet->given += slice->len;
	if (slice->len == 0 || (inlet->gone && !inlet->kept))
		return;
	reserve(inlet);
	inlet->slices[inlet->n] = *slice;
	block_ref(slice->block);
	inlet->n++;
	if (inlet->gone)
		return;
	inlet->waiting += slice->len;
	if (inlet->begun && idle) {
		grow(inlet);
		run(inlet);
	}
}

void
inlet_end(struct inlet *inlet)
{
	inlet->ended = true;
	if (inlet->begun && inlet->waiting == 0)
		close_pipe(inlet);
}

int
inlet_open(struct inlet *inlet, int *ret_fd)
{
	int fds[2];

	if (fd_pipe_to_job(fds) < 0)
		return -1;
	*ret_fd = fds[0];
	inlet->fd = fds[1];
	return 0;
}

int
inlet_type(struct inlet *inlet, int fd)
{
	inlet->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return inlet->fd < 0 ? -1 : 0;
}

void
inlet_begin(struct inlet *inlet, bool last)
{
	inlet->begun = true;
	inlet->gone = false;
	inlet->next = 0;
	inlet->at = 0;
	inlet->waiting = 0;
	for (size_t i = 0; i < inlet->n; i++)
		inlet->waiting += inlet->slices[i].len;
	inlet->kept = !last;
	grow(inlet);
	run_and_tell(inlet);
}

void
inlet_undo(struct inlet *inlet)
{
	close_pipe(inlet);
}

void
inlet_close(struct inlet *inlet)
{
	inlet->begun = false;
	leave(inlet);
	if (inlet->moved != NULL)
		inlet->moved(inlet->arg);
}

uint64_t
inlet_waiting(const struct inlet *inlet)
{
	return inlet->waiting;
}

bool
inlet_is_gone(const struct inlet *inlet)
{
	return inlet->gone;
}

uint64_t
inlet_given(const struct inlet *inlet)
{
	return inlet->given;
}

int
inlet_error(const struct inlet *inlet)
{
	return inlet->error;
}
