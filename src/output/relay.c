#include "relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "note.h"
#include "state.h"
#include "sys/fd.h"

/* A longer line is cut into several, so that it need not be kept whole. */
#define LINE_MAX_LEN 65536
/* Bytes of one read, which fit the scratch buffer of the store. */
#define READ_SIZE 65536

struct relay {
	struct output *out;
	struct loop_io io;
	int fd;          /* read end, owned; -1 after its end */
	int write_fd;    /* owned; -1 once the service has started */
	char *label;     /* owned; NULL: its lines are not written */
	struct buf line; /* a line that was read in part */
	void (*heard)(void *arg, const char *data, size_t len);
	void *arg; /* of heard() */
	TAILQ_ENTRY(relay) paused_link;
	int error;   /* errno of a read that failed, or 0 */
	bool paused; /* not read for now; in output.paused */
};

void
relay_resume(struct output *out)
{
	struct relay *relay;

	while ((relay = TAILQ_FIRST(&out->paused)) != NULL &&
	    !note_is_backed_up(out)) {
		if (loop_add(out->loop, &relay->io, relay->fd, EPOLLIN) < 0) {
			wakeup_later(&out->wakeup);
			return;
		}
		TAILQ_REMOVE(&out->paused, relay, paused_link);
		relay->paused = false;
	}
}

/* Passes complete, labelled lines on and empties the buffer. */
static void
tell(struct relay *relay, struct buf *notes)
{
	struct output *out = relay->out;

	if (notes->len > 0) {
		note_add(out, note_sink(out), notes->data, notes->len, true);
		relay_resume(out);
	}
	notes->len = 0;
}

static void
end_line(struct relay *relay, struct buf *notes)
{
	buf_puts(notes, relay->label);
	buf_append(notes, relay->line.data, relay->line.len);
	buf_append(notes, "\n", 1);
	relay->line.len = 0;
}

static void
take_lines(struct relay *relay, const char *data, size_t len)
{
	struct buf notes = BUF_INIT;
	const char *end = data + len;

	while (data < end) {
		size_t room = LINE_MAX_LEN - relay->line.len;
		size_t most =
		    (size_t)(end - data) < room ? (size_t)(end - data) : room;
		const char *newline = memchr(data, '\n', most);
		size_t n = newline != NULL ? (size_t)(newline - data) : most;

		buf_append(&relay->line, data, n);
		if (newline != NULL || n == room)
			end_line(relay, &notes);
		data += n + (newline != NULL);
	}
	tell(relay, &notes);
	buf_release(&notes);
}

static void
stop_reading(struct relay *relay)
{
	if (relay->paused)
		TAILQ_REMOVE(&relay->out->paused, relay, paused_link);
	relay->paused = false;
	if (relay->fd < 0)
		return;
	loop_del(relay->out->loop, &relay->io);
	close(relay->fd);
	relay->fd = -1;
}

/* One read(2).  Returns the bytes read, 0 if there are none now or no more. */
static size_t
read_once(struct relay *relay)
{
	char *scratch = relay->out->store.scratch;
	ssize_t n;

	do
		n = read(relay->fd, scratch, READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		relay->error = errno;
	if (n == 0 || relay->error != 0)
		stop_reading(relay);
	if (n <= 0)
		return 0;
	if (relay->heard != NULL)
		relay->heard(relay->arg, scratch, (size_t)n);
	if (relay->label != NULL)
		take_lines(relay, scratch, (size_t)n);
	return (size_t)n;
}

static void
pause_reading(struct relay *relay)
{
	loop_del(relay->out->loop, &relay->io);
	TAILQ_INSERT_TAIL(&relay->out->paused, relay, paused_link);
	relay->paused = true;
}

static void
relay_ready(struct loop_io *io, uint32_t events)
{
	struct relay *relay = io->arg;

	(void)events;
	read_once(relay);
	/* the service has to wait until somebody reads its lines */
	if (relay->fd >= 0 && relay->label != NULL &&
	    note_is_backed_up(relay->out))
		pause_reading(relay);
}

struct relay *
relay_open(struct output *out, const char *label,
    void (*heard)(void *arg, const char *data, size_t len), void *arg,
    int *ret_fd)
{
	struct relay *relay;
	int fds[2];

	if (fd_pipe(fds) < 0)
		return NULL;
	relay = xcalloc(1, sizeof(*relay));
	relay->out = out;
	relay->fd = fds[0];
	relay->write_fd = fds[1];
	relay->io.ready = relay_ready;
	relay->io.arg = relay;
	relay->heard = heard;
	relay->arg = arg;
	if (loop_add(out->loop, &relay->io, relay->fd, EPOLLIN) < 0) {
		int error = errno;

		relay_free(relay);
		errno = error;
		return NULL;
	}
	relay->label = label != NULL ? xstrdup(label) : NULL;
	*ret_fd = relay->write_fd;
	return relay;
}

void
relay_started(struct relay *relay)
{
	close(relay->write_fd);
	relay->write_fd = -1;
}

int
relay_drain(struct relay *relay)
{
	struct buf notes = BUF_INIT;
	int left;

	/* a process that is not ours may hold the pipe and go on writing */
	if (relay->fd >= 0 && ioctl(relay->fd, FIONREAD, &left) == 0)
		while (left > 0 && relay->fd >= 0) {
			size_t n = read_once(relay);

			if (n == 0)
				break;
			left -= (int)n;
		}
	stop_reading(relay);
	if (relay->line.len > 0)
		end_line(relay, &notes);
	tell(relay, &notes);
	buf_release(&notes);
	return relay->error;
}

bool
relay_has_pipe(const struct relay *relay, dev_t dev, ino_t ino)
{
	struct stat st;

	return relay->fd >= 0 && fstat(relay->fd, &st) == 0 &&
	    st.st_dev == dev && st.st_ino == ino;
}

void
relay_free(struct relay *relay)
{
	if (relay == NULL)
		return;
	stop_reading(relay);
	if (relay->write_fd >= 0)
		close(relay->write_fd);
	buf_release(&relay->line);
	free(relay->label);
	free(relay);
}
