#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/exits.h"
#include "base/msg.h"
#include "base/random.h"
#include "input/source.h"
#include "request.h"
#include "sys/fd.h"
#include "sys/packet.h"

/* Commands are sent once they are this many bytes, or no more come for now. */
#define ENOUGH (1024 * 1024)

/* The pause before the nursery is asked again: it grows. */
#define PAUSE_MIN_MS 1
#define PAUSE_MAX_MS 250

/* How long we wait until we say what for. */
#define PATIENCE_MS 5000

enum result { OK, AGAIN, FAILED };

struct spawning {
	const char *path; /* of the nursery's socket */
	int fd;           /* the connection to the nursery, or -1 */
	bool wait;        /* --wait: the nursery is to say when all are over */
	struct buf request;  /* what is to be sent next */
	size_t empty_len;    /* length of a request without a command */
	uint64_t n_commands; /* how many commands are in request */
	bool asked;          /* a request was accepted */
	bool over;           /* with wait: the last answer has come */
	int status;          /* the status in that answer */
	uint64_t ticket;     /* with wait: we were parked, or 0 */
	int error;           /* why the nursery must be asked again, or 0 */
	int pause_ms;        /* the next pause */
	int waited_ms;       /* all pauses since it last took something */
};

static enum result
say_ended(void)
{
	msg_warn("--spawn: the nursery has ended");
	return FAILED;
}

static enum result
say_stranger(void)
{
	msg_warn("--spawn: the nursery belongs to another user");
	return FAILED;
}

static enum result
say_cannot_pass(void)
{
	msg_warn("--spawn: cannot pass the commands on: %s", strerror(errno));
	return FAILED;
}

/* True if the error is one of a shortage, which may soon be over. */
static bool
is_shortage(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == ENOMEM ||
	    error == ENFILE || error == ETOOMANYREFS;
}

static enum result
again(struct spawning *spawning, int error)
{
	spawning->error = error;
	return AGAIN;
}

static bool
is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 || S_ISSOCK(st.st_mode);
}

static enum result
say_no_connection(const char *path)
{
	if (errno == EACCES || errno == EPERM)
		return say_stranger();
	if (errno == EPROTOTYPE || errno == ENOTSOCK ||
	    (errno == ECONNREFUSED && !is_socket(path))) {
		msg_warn(
		    "--spawn: NURSERY_SOCKET is not a nursery's socket: '%s'",
		    path);
		return FAILED;
	}
	if (errno == ENOENT || errno == ECONNREFUSED || errno == ECONNRESET)
		return say_ended();
	msg_warn("--spawn: cannot reach the nursery at '%s': %s", path,
	    strerror(errno));
	return FAILED;
}

static void
hang_up(struct spawning *spawning)
{
	if (spawning->fd >= 0)
		close(spawning->fd);
	spawning->fd = -1;
}

/*
 * Waits a while before something is tried again, or until the nursery says
 * something or is gone: true then.  Others try, too: so the pauses differ.
 */
static bool
wait_a_while(struct spawning *spawning)
{
	struct pollfd ready = { .fd = spawning->fd, .events = POLLIN };
	int ms = spawning->pause_ms;
	bool heard;

	if (ms < PAUSE_MIN_MS)
		ms = PAUSE_MIN_MS;
	heard = poll(&ready, 1,
		    ms / 2 + (int)random_below((uint32_t)ms / 2 + 1)) > 0;
	spawning->pause_ms = ms * 2 < PAUSE_MAX_MS ? ms * 2 : PAUSE_MAX_MS;
	if (spawning->error == 0 || spawning->waited_ms >= PATIENCE_MS)
		return heard;
	spawning->waited_ms += ms;
	if (spawning->waited_ms >= PATIENCE_MS)
		msg_warn("--spawn: the nursery cannot be asked yet, trying "
			 "again: %s",
		    strerror(spawning->error));
	return heard;
}

static void
be_patient_anew(struct spawning *spawning)
{
	spawning->pause_ms = 0;
	spawning->waited_ms = 0;
	spawning->error = 0;
}

/* Acts on an answer.  FAILED after saying why; AGAIN: ask again later. */
static enum result
judge(struct spawning *spawning, const struct request_answer *answer)
{
	switch ((enum answer_kind)answer->kind) {
	case ANSWER_DONE:
		spawning->over = true;
		spawning->status = answer->detail;
		return OK;
	case ANSWER_ACCEPTED:
		return OK;
	case ANSWER_LATER:
		if (!spawning->wait || !spawning->asked)
			hang_up(spawning);
		return again(
		    spawning, answer->detail != 0 ? answer->detail : EAGAIN);
	case ANSWER_PARKED:
		spawning->ticket = answer->ticket;
		hang_up(spawning);
		return again(spawning, 0);
	case ANSWER_CLOSING:
		msg_warn("--spawn: the nursery is closing");
		break;
	case ANSWER_NO_ROOM:
		msg_warn("--spawn: the nursery has no room for it: %s",
		    answer->detail != 0 ? strerror(answer->detail)
					: "its TMPDIR is full or missing");
		break;
	case ANSWER_STRANGER:
		return say_stranger();
	case ANSWER_MALFORMED:
	case ANSWER_NOT_YET:
	default:
		msg_warn("--spawn: the nursery does not understand (is it of "
			 "another version?)");
		break;
	}
	return FAILED;
}

/* Waits for the next answer, and judges it. */
static enum result
hear(struct spawning *spawning)
{
	struct request_answer answer = { .kind = ANSWER_MALFORMED };
	struct packet packet;
	int got =
	    packet_receive(spawning->fd, &answer, sizeof(answer), &packet);

	if (got == 0 || (got < 0 && errno == ECONNRESET))
		return say_ended();
	if (got < 0) {
		msg_warn("--spawn: cannot hear the nursery's answer: %s",
		    strerror(errno));
		return FAILED;
	}
	if (packet.fd >= 0)
		close(packet.fd);
	if (packet.len != sizeof(answer) || answer.magic != REQUEST_MAGIC)
		answer.kind = ANSWER_MALFORMED;
	return judge(spawning, &answer);
}

/*
 * Sends a message, with the descriptor passed unless that is -1, and hears the
 * answer.  A nursery that has refused us before has closed the connection, so
 * we cannot send; but its answer can be read.
 */
static enum result
ask(struct spawning *spawning, uint64_t ticket, int passed)
{
	const struct request_message message = { REQUEST_MAGIC, spawning->wait,
		ticket };
	struct pollfd left = { .fd = spawning->fd, .events = POLLIN };

	if (packet_send(spawning->fd, &message, sizeof(message), passed) < 0) {
		if (is_shortage(errno))
			return again(spawning, errno);
		if ((errno != EPIPE && errno != ECONNRESET) ||
		    poll(&left, 1, 0) <= 0)
			return say_cannot_pass();
	}
	return hear(spawning);
}

/*
 * Connects to the nursery, unless we are connected.  It will be given our
 * environment, so it must be the same user's.
 */
static enum result
reach(struct spawning *spawning)
{
	enum result result;
	uid_t uid;
	pid_t pid;

	if (spawning->fd >= 0)
		return OK;
	spawning->fd = packet_connect(spawning->path);
	if (spawning->fd < 0)
		return is_shortage(errno) ? again(spawning, errno)
					  : say_no_connection(spawning->path);
	if (packet_peer(spawning->fd, &uid, &pid) < 0 || uid != geteuid())
		return say_stranger();
	if (spawning->ticket == 0)
		return OK;
	result = ask(spawning, spawning->ticket, -1);
	if (result == AGAIN) /* our ticket was not taken: connect anew */
		hang_up(spawning);
	return result;
}

/* Begins the first request.  -1 after saying why not. */
static int
prepare(struct spawning *spawning)
{
	char *directory;

	spawning->path = getenv("NURSERY_SOCKET");
	if (spawning->path == NULL || *spawning->path == '\0') {
		msg_warn("--spawn: not in a nursery (NURSERY_SOCKET is not "
			 "set: is this a job of one?)");
		return -1;
	}
	directory = getcwd(NULL, 0);
	if (directory == NULL) {
		msg_warn("--spawn: cannot tell the current directory: %s",
		    strerror(errno));
		return -1;
	}
	request_begin(&spawning->request, directory, environ);
	free(directory);
	spawning->empty_len = spawning->request.len;
	return 0;
}

/* Hands on the commands in the file passed, however long that takes. */
static enum result
hand_on(struct spawning *spawning, int passed)
{
	enum result result;

	for (;;) {
		result = reach(spawning);
		if (result == OK && !spawning->over)
			result = ask(spawning, 0, passed);
		if (result != AGAIN)
			break;
		if (wait_a_while(spawning) && hear(spawning) == FAILED) {
			result = FAILED;
			break;
		}
	}
	be_patient_anew(spawning);
	/* the nursery has few connections: none is kept without need */
	if (!spawning->wait)
		hang_up(spawning);
	return result;
}

/* Sends the commands that wait, and hears that they are accepted. */
static int
flush(struct spawning *spawning)
{
	struct buf *request = &spawning->request;
	enum result result;
	int fd;

	if (spawning->n_commands == 0)
		return 0;
	request_set_commands(request, spawning->n_commands);
	fd = fd_sealed(request->data, request->len);
	if (fd < 0) {
		say_cannot_pass();
		return -1;
	}
	result = hand_on(spawning, fd);
	close(fd);
	request->len = spawning->empty_len;
	spawning->n_commands = 0;
	spawning->asked = true;
	return result == OK ? 0 : -1;
}

/* Adds a command to the request, and sends that once it is large enough. */
static int
add(struct spawning *spawning, const char *text, size_t len)
{
	buf_append(&spawning->request, text, len);
	buf_append(&spawning->request, "", 1);
	spawning->n_commands++;
	if (spawning->request.len - spawning->empty_len < ENOUGH)
		return 0;
	return flush(spawning);
}

/*
 * Sends what there is, and waits until fd may have more; does not wait if fd is
 * -1.  Returns -1 if the nursery says, unasked, that it takes no more.
 */
static int
wait_for_input(struct spawning *spawning, int fd)
{
	struct pollfd ready[] = { { .fd = fd, .events = POLLIN },
		{ .fd = -1, .events = POLLIN } };

	if (flush(spawning) < 0)
		return -1;
	ready[1].fd = spawning->fd;
	if (poll(ready, 2, fd >= 0 ? -1 : 0) < 0 && errno != EINTR) {
		msg_warn(
		    "--spawn: cannot wait for commands: %s", strerror(errno));
		return -1;
	}
	return ready[1].revents != 0 && hear(spawning) == FAILED ? -1 : 0;
}

static int
send_all(struct spawning *spawning, struct source *source)
{
	const char *text;
	size_t len;
	uint64_t seq = 1;

	while (!spawning->over) {
		int fd = -1;

		switch (source_next(source, seq, 1, &text, &len)) {
		case SOURCE_RECORD:
			seq++;
			if (add(spawning, text, len) < 0)
				return -1;
			break;
		case SOURCE_WAIT:
			fd = source_fd(source, NULL);
			/* fallthrough */
		case SOURCE_AGAIN:
			if (wait_for_input(spawning, fd) < 0)
				return -1;
			break;
		case SOURCE_END:
			return flush(spawning);
		case SOURCE_ERROR:
			msg_warn("%s", source_error(source));
			return -1;
		}
	}
	return 0;
}

/* Waits until all that was asked for is over.  -1 after saying why not. */
static int
await_end(struct spawning *spawning)
{
	while (!spawning->over) {
		enum result result = reach(spawning);

		if (result == OK) {
			shutdown(spawning->fd, SHUT_WR); /* we ask no more */
			result = hear(spawning);
		}
		if (result == FAILED)
			return -1;
		if (result == AGAIN)
			wait_a_while(spawning);
	}
	return 0;
}

int
client_spawn(struct source *source, bool wait)
{
	struct spawning spawning = {
		.fd = -1, .wait = wait, .request = BUF_INIT
	};
	int status = EXITS_NURSERY;

	if (prepare(&spawning) == 0 && send_all(&spawning, source) == 0 &&
	    (!wait || !spawning.asked || await_end(&spawning) == 0))
		status = spawning.status;
	hang_up(&spawning);
	buf_release(&spawning.request);
	return status;
}
