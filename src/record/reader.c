#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/epoll.h>

/* The pause before a FIFO, or what cannot be watched, is tried again. */
#define PAUSE_NS (50 * NS_PER_MS)

/* How much of a file is read at once. */
#define CHUNK 65536

/* How much is written at once: signals must not wait for long. */
#define AT_ONCE (1024 * 1024)

static void
fail(struct reader *reader, int error)
{
	reader_release(reader);
	reader->failed(reader->arg, error);
}

static void
pause_for(struct reader *reader)
{
	loop_timer_set(
	    reader->loop, &reader->timer, loop_now(reader->loop) + PAUSE_NS);
}

static void
try_fifo(struct reader *reader)
{
	int fd =
	    open(reader->fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0) {
		reader_at(reader, fd);
		reader_flush(reader);
	} else if (errno == ENXIO || errno == EINTR || errno == EMFILE ||
	    errno == ENFILE) {
		pause_for(reader);
	} else {
		fail(reader, errno);
	}
}

static void
timer_fired(struct loop_timer *timer)
{
	struct reader *reader = timer->arg;

	if (reader->fifo != NULL) {
		try_fifo(reader);
		return;
	}
	reader->full = false;
	reader_flush(reader);
}

static void
writable(struct loop_io *io, uint32_t events)
{
	struct reader *reader = io->arg;

	(void)events; /* an error shows when it is written to */
	reader->full = false;
	reader_flush(reader);
}

void
reader_init(struct reader *reader, struct loop *loop,
    void (*failed)(void *arg, int error), void *arg)
{
	*reader = (struct reader){
		.loop = loop, .fd = -1, .file = -1, .failed = failed, .arg = arg
	};
	reader->io =
	    (struct loop_io){ .ready = writable, .arg = reader, .fd = -1 };
	loop_timer_init(&reader->timer, timer_fired, reader);
}

void
reader_at(struct reader *reader, int fd)
{
	reader->fifo = NULL;
	reader->fd = fd;
	outlet_init(&reader->outlet, fd);
}

void
reader_at_fifo(struct reader *reader, const char *path)
{
	reader->fifo = path;
	pause_for(reader);
}

void
reader_release(struct reader *reader)
{
	loop_del(reader->loop, &reader->io);
	loop_timer_clear(reader->loop, &reader->timer);
	if (reader->fd >= 0) {
		outlet_release(&reader->outlet);
		close(reader->fd);
	}
	if (reader->file >= 0)
		close(reader->file);
	reader->fd = reader->file = -1;
	reader->fifo = NULL;
	buf_release(&reader->waiting);
}

/* False once the reader takes no more. */
static bool
is_open(const struct reader *reader)
{
	return reader->fd >= 0 || reader->fifo != NULL;
}

void
reader_put(struct reader *reader, const void *data, size_t len)
{
	if (is_open(reader))
		buf_append(&reader->waiting, data, len);
}

void
reader_put_file(struct reader *reader, int file)
{
	if (!is_open(reader) || lseek(file, 0, SEEK_SET) < 0) {
		close(file);
		return;
	}
	reader->file = file;
}

/* Takes more of the file.  False if nothing is left, or after an error. */
static bool
refill(struct reader *reader)
{
	ssize_t n;

	if (reader->file < 0)
		return false;
	buf_reserve(&reader->waiting, CHUNK);
	do
		n = read(reader->file, reader->waiting.data, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		reader->waiting.len = (size_t)n;
		return true;
	}
	if (n < 0) {
		fail(reader, errno);
		return false;
	}
	close(reader->file);
	reader->file = -1;
	return false;
}

/* Watches for room if it is full; if the kernel refuses, tries again later. */
static void
watch(struct reader *reader)
{
	if (!reader->full)
		loop_del(reader->loop, &reader->io);
	else
		loop_watch(reader->loop, &reader->io, reader->outlet.wfd,
		    EPOLLOUT, &reader->timer);
}

void
reader_flush(struct reader *reader)
{
	struct buf *waiting = &reader->waiting;
	size_t done = 0, total = 0;

	if (reader->fd < 0 || reader->full)
		return;
	while (!reader->full) {
		ssize_t n;

		if (done == waiting->len) {
			waiting->len = done = 0;
			if (!refill(reader))
				break;
		}
		n = outlet_write(&reader->outlet, waiting->data + done,
		    waiting->len - done, &reader->full);
		if (n > 0) {
			done += (size_t)n;
			total += (size_t)n;
			reader->full &= done < waiting->len;
			/* the loop calls again as soon as there is room */
			reader->full |= total >= AT_ONCE;
			continue;
		}
		reader->full = n < 0 && errno == EAGAIN;
		if (reader->full || (n < 0 && errno == EINTR))
			continue;
		fail(reader, n < 0 ? errno : EIO);
		return;
	}
	buf_consume(waiting, done);
	if (reader->fd >= 0)
		watch(reader);
}

bool
reader_is_absent(const struct reader *reader)
{
	return reader->fifo != NULL;
}

bool
reader_is_behind(const struct reader *reader)
{
	return reader->waiting.len > 0 || reader->file >= 0;
}
