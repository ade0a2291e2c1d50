#include "inbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/queue.h>

#include "base/xalloc.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/packet.h"

#define ACCEPTS_A_TURN 16

/*
 * So many may be connected without having asked anything; if another one comes
 * the oldest of them is thrown out.
 */
#define SILENT_MAX 128

/* How long not to accept when there is no descriptor to be had. */
#define RETRY_NS (50 * NS_PER_MS)

TAILQ_HEAD(client_list, inbox_client);

struct inbox_client {
	struct inbox *inbox;
	struct loop_io io;
	pid_t pid;
	void *data;  /* see inbox_client_data() */
	bool silent; /* has asked for nothing yet; in inbox->silent */
	bool waits;  /* stays until inbox_finish() */
	bool ended;  /* will ask no more */
	TAILQ_ENTRY(inbox_client) link;
};

struct inbox {
	struct loop *loop;
	struct inbox_events events;
	void *arg;
	int fd;       /* the socket */
	int spare_fd; /* closed when there is no descriptor, to have one for
			 telling a client so */
	struct loop_io io;
	struct loop_timer retry_timer; /* accepts again */
	struct client_list silent;     /* clients that have asked for nothing */
	struct client_list others;
	size_t n_silent;
};

/* Closes the connection and frees the client. */
static void
forget(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;
	int fd = client->io.fd;

	loop_del(inbox->loop, &client->io);
	close(fd);
	if (client->silent) {
		TAILQ_REMOVE(&inbox->silent, client, link);
		inbox->n_silent--;
	} else {
		TAILQ_REMOVE(&inbox->others, client, link);
	}
	free(client);
}

static int
answer(int fd, enum answer_kind kind, int detail)
{
	const struct request_answer words = { REQUEST_MAGIC, kind, detail };

	return packet_send(fd, &words, sizeof(words), -1);
}

/*
 * Gives a client that was not admitted its answer.  What it may have sent is
 * read before: else it would only hear that the connection was reset.
 */
static void
refuse(int fd, enum answer_kind kind, int detail)
{
	struct request_message message;
	struct packet packet;

	if (packet_receive(fd, &message, sizeof(message), &packet) > 0 &&
	    packet.fd >= 0)
		close(packet.fd);
	answer(fd, kind, detail);
	close(fd);
}

/* The client has gone, or has asked for what is refused. */
static void
leave(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;

	if (client->waits)
		inbox->events.left(inbox->arg, client);
	forget(client);
}

/* Checks a request and hands it on.  *ret_error is what goes with the answer.
 */
static enum answer_kind
take_request(struct inbox_client *client, const struct request_message *message,
    const struct packet *packet, int *ret_error)
{
	struct inbox *inbox = client->inbox;
	struct request request;
	enum answer_kind kind;
	char *bytes;
	size_t len;

	if (packet->cut)
		*ret_error = EMFILE;
	if (packet->cut && packet->n_fds == 0)
		return ANSWER_NO_ROOM;
	if (packet->len != sizeof(*message) || packet->n_fds != 1 ||
	    message->magic != REQUEST_MAGIC || message->wait > 1)
		return ANSWER_MALFORMED;
	if (fd_read_sealed(packet->fd, REQUEST_MAX, &bytes, &len) < 0) {
		*ret_error = errno;
		return errno == ENOMEM ? ANSWER_NO_ROOM : ANSWER_MALFORMED;
	}
	if (request_parse(bytes, len, &request) < 0) {
		free(bytes);
		return ANSWER_MALFORMED;
	}
	kind = inbox->events.asked(
	    inbox->arg, client, &request, message->wait == 1);
	if (kind != ANSWER_ACCEPTED)
		request_release(&request);
	else if (message->wait == 1)
		client->waits = true;
	return kind;
}

static void
not_silent(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;

	if (!client->silent)
		return;
	client->silent = false;
	inbox->n_silent--;
	TAILQ_REMOVE(&inbox->silent, client, link);
	TAILQ_INSERT_TAIL(&inbox->others, client, link);
}

static void
receive(struct inbox_client *client)
{
	struct request_message message;
	enum answer_kind kind;
	struct packet packet;
	int error = 0, got;

	got = packet_receive(client->io.fd, &message, sizeof(message), &packet);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0 && !(got == 0 && client->waits)) {
		leave(client);
		return;
	}
	if (got == 0) { /* shutdown(2); if it is gone an error follows */
		client->ended = true;
		loop_mod(client->inbox->loop, &client->io, 0);
		client->inbox->events.ended(client->inbox->arg, client);
		return;
	}
	kind = take_request(client, &message, &packet, &error);
	if (packet.fd >= 0)
		close(packet.fd);
	if (answer(client->io.fd, kind, error) < 0 || kind != ANSWER_ACCEPTED)
		leave(client);
	else
		not_silent(client);
}

static void
client_ready(struct loop_io *io, uint32_t events)
{
	struct inbox_client *client = io->arg;

	if ((events & EPOLLIN) != 0)
		receive(client);
	else
		leave(client);
}

static void
add_client(struct inbox *inbox, int fd, pid_t pid)
{
	struct inbox_client *client = xcalloc(1, sizeof(*client));

	client->inbox = inbox;
	client->pid = pid;
	client->silent = true;
	client->io.ready = client_ready;
	client->io.arg = client;
	if (loop_add(inbox->loop, &client->io, fd, EPOLLIN) < 0) {
		refuse(fd, ANSWER_NO_ROOM, errno);
		free(client);
		return;
	}
	TAILQ_INSERT_TAIL(&inbox->silent, client, link);
	if (++inbox->n_silent > SILENT_MAX)
		forget(TAILQ_FIRST(&inbox->silent));
}

/* Admits a client if it is the same user's. */
static void
greet(struct inbox *inbox, int fd)
{
	uid_t uid;
	pid_t pid;

	if (packet_peer(fd, &uid, &pid) == 0 && uid == geteuid()) {
		add_client(inbox, fd, pid);
		return;
	}
	refuse(fd, ANSWER_STRANGER, 0);
}

static void
keep_spare(struct inbox *inbox)
{
	inbox->spare_fd = fcntl(inbox->fd, F_DUPFD_CLOEXEC, 0);
}

/*
 * Tells a client that there is no descriptor for it, so that it does not wait
 * in vain.  False if there is none even for that.
 */
static bool
turn_away(struct inbox *inbox, int error)
{
	int fd;

	if (inbox->spare_fd >= 0)
		close(inbox->spare_fd);
	fd = packet_accept(inbox->fd);
	if (fd >= 0)
		refuse(fd, ANSWER_NO_ROOM, error);
	keep_spare(inbox);
	return fd >= 0;
}

static void
accept_later(struct inbox *inbox)
{
	loop_mod(inbox->loop, &inbox->io, 0);
	loop_timer_set(
	    inbox->loop, &inbox->retry_timer, loop_now(inbox->loop) + RETRY_NS);
}

static void
listen_ready(struct loop_io *io, uint32_t events)
{
	struct inbox *inbox = io->arg;

	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		int fd = packet_accept(inbox->fd);

		if (fd >= 0) {
			greet(inbox, fd);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if ((errno != EMFILE && errno != ENFILE) ||
		    (!inbox->events.no_descriptor(inbox->arg) &&
			!turn_away(inbox, EMFILE))) {
			accept_later(inbox);
			return;
		}
	}
}

static void
retry_fired(struct loop_timer *timer)
{
	struct inbox *inbox = timer->arg;

	loop_mod(inbox->loop, &inbox->io, EPOLLIN);
}

struct inbox *
inbox_new(struct loop *loop, const char *path,
    const struct inbox_events *events, void *arg)
{
	struct inbox *inbox = xcalloc(1, sizeof(*inbox));

	inbox->loop = loop;
	inbox->events = *events;
	inbox->arg = arg;
	inbox->io.ready = listen_ready;
	inbox->io.arg = inbox;
	inbox->io.fd = -1;
	loop_timer_init(&inbox->retry_timer, retry_fired, inbox);
	TAILQ_INIT(&inbox->silent);
	TAILQ_INIT(&inbox->others);
	inbox->spare_fd = -1;
	inbox->fd = packet_listen(path);
	if (inbox->fd >= 0)
		keep_spare(inbox);
	if (inbox->fd < 0 ||
	    loop_add(loop, &inbox->io, inbox->fd, EPOLLIN) < 0) {
		int error = errno;

		inbox_free(inbox);
		errno = error;
		return NULL;
	}
	return inbox;
}

void
inbox_free(struct inbox *inbox)
{
	struct inbox_client *client, *next;

	if (inbox == NULL)
		return;
	TAILQ_FOREACH_SAFE(client, &inbox->silent, link, next)
		forget(client);
	TAILQ_FOREACH_SAFE(client, &inbox->others, link, next)
		forget(client);
	loop_timer_clear(inbox->loop, &inbox->retry_timer);
	loop_del(inbox->loop, &inbox->io);
	if (inbox->fd >= 0)
		close(inbox->fd);
	if (inbox->spare_fd >= 0)
		close(inbox->spare_fd);
	free(inbox);
}

void
inbox_pause(struct inbox_client *client)
{
	loop_mod(client->inbox->loop, &client->io, 0);
}

void
inbox_resume(struct inbox_client *client)
{
	if (!client->ended)
		loop_mod(client->inbox->loop, &client->io, EPOLLIN);
}

void **
inbox_client_data(struct inbox_client *client)
{
	return &client->data;
}

pid_t
inbox_client_pid(const struct inbox_client *client)
{
	return client->pid;
}

void
inbox_finish(struct inbox_client *client, enum answer_kind kind, int detail)
{
	answer(client->io.fd, kind, detail);
	forget(client);
}
