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
#include "label.h"
#include "labelling.h"
#include "note.h"
#include "state.h"
#include "sys/fd.h"
#include "sys/pty.h"

/* A longer line is cut into several, so that it need not be kept whole. */
#define LINE_MAX_LEN 65536
/* Bytes of one read, which fit the scratch buffer of the store. */
#define READ_SIZE 65536

struct relay {
	struct output *out;
	struct loop_io io;
	int fd;       /* read end, owned; -1 after its end */
	int write_fd; /* owned; -1 once the service has started, but for a
			 terminal */
	struct label *label;         /* owned */
	struct labelling *labelling; /* owned */
	struct buf lines;  /* labelled; at last one that was read in part */
	struct queue kept; /* lines that relay_keep() keeps back */
	void (*heard)(void *arg, const char *data, size_t len);
	void *arg; /* of heard() */
	TAILQ_ENTRY(relay) paused_link;
	int error;   /* errno of a read that failed, or 0 */
	bool keeps;  /* lines go to kept */
	bool cr;     /* a carriage return was read last: perhaps a line's end */
	bool paused; /* not read for now; in output.paused */
	bool terminal; /* fd is the end of the user of one */
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

static void
write_lines(struct output *out, const char *lines, size_t len)
{
	note_add(out, note_sink(out), lines, len, true);
	relay_resume(out);
}

void
relay_show(struct relay *relay)
{
	struct output *out = relay->out;
	struct queue *kept = &relay->kept;
	struct buf lines = BUF_INIT;

	relay->keeps = false;
	while (kept->len > 0) {
		const char *data;
		size_t len = queue_peek(kept, &out->store, &data);

		if (len == 0) {
			relay->error = errno;
			break;
		}
		buf_append(&lines, data, len); /* data may be the scratch */
		queue_consume(kept, &out->store, len);
		kept->written += len;
		write_lines(out, lines.data, lines.len);
		lines.len = 0;
	}
	buf_release(&lines);
}

/* Passes on the first len bytes of the lines, which are whole. */
static void
tell(struct relay *relay, size_t len)
{
	struct output *out = relay->out;

	if (len == 0)
		return;
	if (!relay->keeps)
		write_lines(out, relay->lines.data, len);
	else if (!queue_append(
		     &relay->kept, &out->store, relay->lines.data, len))
		relay_show(relay);
	buf_consume(&relay->lines, len);
}

/* Ends the last line, which has not ended, and passes it on. */
static void
end_line(struct relay *relay)
{
	char tail[LABELLING_END_MAX];

	buf_append(
	    &relay->lines, tail, labelling_end(relay->labelling, true, tail));
	tell(relay, relay->lines.len);
}

static void
label_lines(struct relay *relay, const char *data, size_t len)
{
	char *buf = relay->out->labelled;
	size_t n, whole;

	labelling_begin(relay->labelling, data, len);
	while ((n = labelling_next(
		    relay->labelling, buf, LABELLED_SIZE, &whole)) > 0) {
		if (whole > 0)
			whole += relay->lines.len;
		buf_append(&relay->lines, buf, n);
		tell(relay, whole);
		if (relay->lines.len >= LINE_MAX_LEN)
			end_line(relay);
	}
}

/*
 * As ssh(1) does, some end a line with a carriage return and a newline; that is
 * one end and not two.  Changes the data.
 */
static void
take_lines(struct relay *relay, char *data, size_t len)
{
	size_t kept = 0;

	if (relay->cr && data[0] != '\n')
		label_lines(relay, "\r", 1);
	relay->cr = data[len - 1] == '\r';
	len -= relay->cr;
	for (size_t i = 0; i < len; i++)
		if (data[i] != '\r' || i + 1 == len || data[i + 1] != '\n')
			data[kept++] = data[i];
	label_lines(relay, data, kept);
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
		n = relay->terminal
		    ? pty_read(relay->fd, relay->write_fd, scratch, READ_SIZE)
		    : read(relay->fd, scratch, READ_SIZE);
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
relay_open(struct output *out, bool terminal, const struct output_label *label,
    void (*heard)(void *arg, const char *data, size_t len), void *arg,
    int *ret_fd)
{
	struct relay *relay;
	int fds[2];

	if ((terminal ? pty_open(&out->streams.size, fds) : fd_pipe(fds)) < 0)
		return NULL;
	relay = xcalloc(1, sizeof(*relay));
	relay->out = out;
	relay->terminal = terminal;
	relay->fd = fds[0];
	relay->write_fd = fds[1];
	relay->io.ready = relay_ready;
	relay->io.arg = relay;
	queue_init(&relay->kept);
	relay->heard = heard;
	relay->arg = arg;
	if (loop_add(out->loop, &relay->io, relay->fd, EPOLLIN) < 0) {
		int error = errno;

		relay_free(relay);
		errno = error;
		return NULL;
	}
	if (label != NULL) {
		relay->label = label_new(label, out->rules.stamped);
		relay->labelling = labelling_new(
		    relay->label, &out->stamp, note_sink(out)->coloured);
		if (out->labelled == NULL)
			out->labelled = xmalloc(LABELLED_SIZE);
	}
	*ret_fd = relay->write_fd;
	return relay;
}

void
relay_keep(struct relay *relay)
{
	relay->keeps = true;
}

void
relay_started(struct relay *relay)
{
	if (relay->terminal)
		return; /* see stream_started() */
	close(relay->write_fd);
	relay->write_fd = -1;
}

void
relay_resize(struct relay *relay)
{
	if (relay->terminal && relay->fd >= 0)
		pty_resize(relay->fd, &relay->out->streams.size);
}

/* How many bytes are left to be read, or more. */
static int
count_left(const struct relay *relay)
{
	int left;

	if (relay->terminal)
		return PTY_HOLDS;
	return relay->fd >= 0 && ioctl(relay->fd, FIONREAD, &left) == 0 ? left
									: 0;
}

int
relay_drain(struct relay *relay, bool show)
{
	/* a process that is not ours may hold the pipe and go on writing */
	int left = count_left(relay);

	while (left > 0 && relay->fd >= 0) {
		size_t n = read_once(relay);

		if (n == 0)
			break;
		left -= (int)n;
	}
	stop_reading(relay);
	if (relay->lines.len > 0)
		end_line(relay);
	if (show)
		relay_show(relay);
	return relay->error;
}

bool
relay_has_pipe(const struct relay *relay, dev_t dev, ino_t ino)
{
	int fd = relay->terminal ? relay->write_fd : relay->fd;
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == dev &&
	    st.st_ino == ino;
}

void
relay_free(struct relay *relay)
{
	if (relay == NULL)
		return;
	stop_reading(relay);
	if (relay->write_fd >= 0)
		close(relay->write_fd);
	buf_release(&relay->lines);
	labelling_free(relay->labelling);
	label_free(relay->label);
	queue_release(&relay->kept, &relay->out->store);
	free(relay);
}
