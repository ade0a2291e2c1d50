#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

#include "base/buf.h"
#include "base/exits.h"
#include "base/msg.h"
#include "input/source.h"
#include "request.h"
#include "sys/fd.h"
#include "sys/packet.h"

/* Commands are sent once they are this many bytes, or no more come for now. */
#define ENOUGH (1024 * 1024)

struct spawning {
	int fd;    /* the connection to the nursery, or -1 */
	bool wait; /* --wait: the nursery is to say when all are over */
	struct buf request;  /* what is to be sent next */
	size_t empty_len;    /* length of a request without a command */
	uint64_t n_commands; /* how many commands are in request */
	bool asked;          /* a request was accepted */
};

static int
say_ended(void)
{
	msg_warn("--spawn: the nursery has ended");
	return -1;
}

static int
say_stranger(void)
{
	msg_warn("--spawn: the nursery belongs to another user");
	return -1;
}

static int
say_no_connection(const char *path)
{
	char *safe;

	if (errno == ENOENT || errno == ECONNREFUSED || errno == ECONNRESET)
		return say_ended();
	if (errno == EACCES || errno == EPERM)
		return say_stranger();
	safe = msg_safe(path, strlen(path));
	if (errno == EPROTOTYPE || errno == ENOTSOCK)
		msg_warn(
		    "--spawn: NURSERY_SOCKET is not a nursery's socket: '%s'",
		    safe);
	else
		msg_warn("--spawn: cannot reach the nursery at '%s': %s", safe,
		    strerror(errno));
	free(safe);
	return -1;
}

/*
 * Connects to the nursery.  It will be given our environment, so it must be the
 * same user's.  Returns the descriptor, or -1 after saying why not.
 */
static int
reach(const char *path)
{
	int fd = packet_connect(path);
	uid_t uid;
	pid_t pid;

	if (fd < 0)
		return say_no_connection(path);
	if (packet_peer(fd, &uid, &pid) == 0 && uid == geteuid())
		return fd;
	close(fd);
	return say_stranger();
}

/* Begins the first request and connects.  -1 after saying why not. */
static int
open_nursery(struct spawning *spawning)
{
	const char *path = getenv("NURSERY_SOCKET");
	char *directory;

	if (path == NULL || *path == '\0') {
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
	spawning->fd = reach(path);
	return spawning->fd < 0 ? -1 : 0;
}

/* Returns 0 if we were not refused, else -1 after saying why we were. */
static int
judge(const struct request_answer *answer)
{
	switch ((enum answer_kind)answer->kind) {
	case ANSWER_ACCEPTED:
	case ANSWER_DONE:
		return 0;
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
	default:
		msg_warn("--spawn: the nursery does not understand (is it of "
			 "another version?)");
		break;
	}
	return -1;
}

static int
receive_answer(const struct spawning *spawning, struct request_answer *ret)
{
	struct packet packet;
	int got = packet_receive(spawning->fd, ret, sizeof(*ret), &packet);

	if (got <= 0 || packet.len != sizeof(*ret) ||
	    ret->magic != REQUEST_MAGIC)
		return say_ended();
	return judge(ret);
}

/* Sends the commands that wait, and hears that they are accepted. */
static int
flush(struct spawning *spawning)
{
	const struct request_message message = { REQUEST_MAGIC,
		spawning->wait };
	struct buf *request = &spawning->request;
	struct request_answer answer;
	int fd, sent;

	if (spawning->n_commands == 0)
		return 0;
	request_set_commands(request, spawning->n_commands);
	fd = fd_sealed(request->data, request->len);
	if (fd < 0) {
		msg_warn("--spawn: cannot pass the commands on: %s",
		    strerror(errno));
		return -1;
	}
	sent = packet_send(spawning->fd, &message, sizeof(message), fd);
	close(fd);
	request->len = spawning->empty_len;
	spawning->n_commands = 0;
	/* who refused before we sent has gone, but what it said can be read */
	if (receive_answer(spawning, &answer) < 0)
		return -1;
	spawning->asked = true;
	return sent < 0 ? say_ended() : 0;
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
		{ .fd = spawning->fd, .events = POLLIN } };
	struct request_answer answer;

	if (flush(spawning) < 0)
		return -1;
	poll(ready, 2, fd >= 0 ? -1 : 0);
	return ready[1].revents != 0 ? receive_answer(spawning, &answer) : 0;
}

static int
send_all(struct spawning *spawning, struct source *source)
{
	const char *text;
	size_t len;
	uint64_t seq = 1;

	for (;;) {
		int fd = -1;

		switch (source_next(source, seq, 1, &text, &len)) {
		case SOURCE_RECORD:
			seq++;
			if (add(spawning, text, len) < 0)
				return -1;
			break;
		case SOURCE_WAIT:
			fd = source_fd(source);
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
}

int
client_spawn(struct source *source, bool wait)
{
	struct spawning spawning = {
		.fd = -1, .wait = wait, .request = BUF_INIT
	};
	struct request_answer answer = { .detail = EXITS_SUCCESS };
	int status = EXITS_NURSERY;

	if (open_nursery(&spawning) == 0 && send_all(&spawning, source) == 0) {
		shutdown(spawning.fd, SHUT_WR); /* that was all */
		if (!wait || !spawning.asked ||
		    receive_answer(&spawning, &answer) == 0)
			status = answer.detail;
	}
	if (spawning.fd >= 0)
		close(spawning.fd);
	buf_release(&spawning.request);
	return status;
}
