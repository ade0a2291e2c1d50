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
 * So many may be connected without waiting for anything; if another one comes
 * the oldest of them must come again.
 */
#define PASSING_MAX 128

/* How long not to accept when there is no descriptor to be had. */
#define RETRY_NS (50 * NS_PER_MS)

/* How long a client may have the last connection that there is. */
#define LAST_NS NS_PER_S

TAILQ_HEAD(client_list, inbox_client);

struct inbox_client {
	struct inbox *inbox;
	struct loop_io io;
	pid_t pid;
	void *data;         /* see inbox_client_data() */
	bool waits;         /* stays until inbox_finish(); in inbox->waiting */
	bool ended;         /* will ask no more */
	bool asked_to_wait; /* in the request that has no answer yet */
	bool asks;          /* it has none yet; waits is true, too */
	TAILQ_ENTRY(inbox_client) link;
};

struct inbox {
	struct loop *loop;
	struct inbox_events events;
	void *arg;
	int fd; /* the socket */
	/* Descriptors in reserve: for one more connection, for a request. */
	int last_fd, memory_fd;
	struct inbox_client *last; /* the client that got last_fd's place */
	struct loop_io io;
	struct loop_timer timer;    /* accepts again; ends the last client */
	struct client_list passing; /* clients that do not wait */
	struct client_list waiting;
	size_t n_passing;
};

static void
keep_one(struct inbox *inbox, int *fd)
{
	if (*fd < 0)
		*fd = fcntl(inbox->fd, F_DUPFD_CLOEXEC, 0);
}

static void
use_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Takes descriptors into reserve again, as far as there are any. */
static void
keep_reserve(struct inbox *inbox)
{
	keep_one(inbox, &inbox->memory_fd);
	if (inbox->last == NULL)
		keep_one(inbox, &inbox->last_fd);
}

/* Closes the connection and frees the client. */
static void
forget(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;
	int fd = client->io.fd;

	loop_del(inbox->loop, &client->io);
	close(fd);
	if (client->waits) {
		TAILQ_REMOVE(&inbox->waiting, client, link);
	} else {
		TAILQ_REMOVE(&inbox->passing, client, link);
		inbox->n_passing--;
	}
	if (inbox->last == client) {
		inbox->last = NULL;
		loop_timer_clear(inbox->loop, &inbox->timer);
		loop_mod(inbox->loop, &inbox->io, EPOLLIN);
	}
	keep_reserve(inbox);
	free(client);
}

static int
answer(int fd, enum answer_kind kind, int detail, uint64_t ticket)
{
	const struct request_answer words = { REQUEST_MAGIC, kind, detail,
		ticket };

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
	answer(fd, kind, detail, 0);
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

static void
let_wait(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;

	if (client->waits)
		return;
	client->waits = true;
	inbox->n_passing--;
	TAILQ_REMOVE(&inbox->passing, client, link);
	TAILQ_INSERT_TAIL(&inbox->waiting, client, link);
}

static enum answer_kind
rejoin(struct inbox_client *client, const struct request_message *message)
{
	struct inbox *inbox = client->inbox;
	enum answer_kind kind;

	if (message->wait != 1 || client->waits)
		return ANSWER_MALFORMED;
	kind = inbox->events.rejoined(inbox->arg, client, message->ticket);
	if (kind == ANSWER_ACCEPTED)
		let_wait(client);
	return kind;
}

/* Checks a request and hands it on.  *ret_error is what goes with the answer.
 */
static enum answer_kind
take_request(struct inbox_client *client, const struct request_message *message,
    struct packet *packet, int *ret_error)
{
	struct inbox *inbox = client->inbox;
	struct request request;
	enum answer_kind kind;
	char *bytes;
	size_t len;
	int error;

	if (packet->cut && packet->n_fds == 0) {
		*ret_error = EMFILE;
		return ANSWER_LATER;
	}
	if (packet->len != sizeof(*message) ||
	    message->magic != REQUEST_MAGIC || message->wait > 1 ||
	    packet->n_fds != (message->ticket == 0))
		return ANSWER_MALFORMED;
	if (message->ticket != 0)
		return rejoin(client, message);
	error = fd_read_sealed(packet->fd, REQUEST_MAX, &bytes, &len) < 0
	    ? errno
	    : 0;
	/* closed first: to keep what is asked may take a descriptor */
	close(packet->fd);
	packet->fd = -1;
	if (error != 0) {
		*ret_error = error;
		return error == ENOMEM ? ANSWER_LATER : ANSWER_MALFORMED;
	}
	if (request_parse(bytes, len, &request) < 0) {
		free(bytes);
		return ANSWER_MALFORMED;
	}
	kind = inbox->events.asked(
	    inbox->arg, client, &request, message->wait == 1);
	if (kind != ANSWER_ACCEPTED)
		request_release(&request);
	if (kind == ANSWER_NOT_YET) {
		client->asks = true;
		client->asked_to_wait = message->wait == 1;
	}
	if ((kind == ANSWER_ACCEPTED && message->wait == 1) ||
	    kind == ANSWER_NOT_YET)
		let_wait(client);
	return kind;
}

/* The client was told that its request is accepted. */
static void
accepted(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;

	if (!client->waits) { /* the others are dismissed before it */
		TAILQ_REMOVE(&inbox->passing, client, link);
		TAILQ_INSERT_TAIL(&inbox->passing, client, link);
	}
	if (inbox->last != client)
		return;
	if (client->waits)
		inbox->events.crowded(inbox->arg, client);
	else
		forget(client);
}

static void
receive(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;
	struct request_message message;
	enum answer_kind kind;
	struct packet packet;
	int error = 0, got;

	use_one(&inbox->memory_fd);
	got = packet_receive(client->io.fd, &message, sizeof(message), &packet);
	if (got <= 0)
		keep_reserve(inbox);
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0 && !(got == 0 && client->waits)) {
		leave(client);
		return;
	}
	if (got == 0) { /* shutdown(2); if it is gone an error follows */
		client->ended = true;
		loop_mod(inbox->loop, &client->io, 0);
		inbox->events.ended(inbox->arg, client);
		return;
	}
	kind = take_request(client, &message, &packet, &error);
	if (packet.fd >= 0)
		close(packet.fd);
	keep_reserve(inbox);
	if (kind == ANSWER_NOT_YET) {
		inbox_pause(client); /* if it dies, we hear of that */
		return;
	}
	if (answer(client->io.fd, kind, error, 0) < 0 ||
	    (kind != ANSWER_ACCEPTED &&
		!(kind == ANSWER_LATER && client->waits)))
		leave(client);
	else if (kind == ANSWER_ACCEPTED)
		accepted(client);
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

/* Tells a client that does not wait to come again, and forgets it. */
static void
dismiss(struct inbox_client *client, int error)
{
	answer(client->io.fd, ANSWER_LATER, error, 0);
	forget(client);
}

/* Returns the new client; or NULL after telling it to come again. */
static struct inbox_client *
add_client(struct inbox *inbox, int fd, pid_t pid)
{
	struct inbox_client *client = xcalloc(1, sizeof(*client));

	client->inbox = inbox;
	client->pid = pid;
	client->io.ready = client_ready;
	client->io.arg = client;
	if (loop_add(inbox->loop, &client->io, fd, EPOLLIN) < 0) {
		refuse(fd, ANSWER_LATER, errno);
		free(client);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&inbox->passing, client, link);
	if (++inbox->n_passing > PASSING_MAX)
		dismiss(TAILQ_FIRST(&inbox->passing), EAGAIN);
	return client;
}

/* Returns a new client if it is our user's; NULL after refusing it. */
static struct inbox_client *
greet(struct inbox *inbox, int fd)
{
	uid_t uid;
	pid_t pid;

	if (packet_peer(fd, &uid, &pid) == 0 && uid == geteuid())
		return add_client(inbox, fd, pid);
	refuse(fd, ANSWER_STRANGER, 0);
	return NULL;
}

/*
 * Accepts a client although there is no descriptor to be had, and none behind
 * it until it has been served.  False if that cannot be.
 */
static bool
accept_last(struct inbox *inbox)
{
	int fd;

	if (inbox->last_fd < 0)
		return false;
	use_one(&inbox->last_fd);
	fd = packet_accept(inbox->fd);
	if (fd >= 0)
		inbox->last = greet(inbox, fd);
	keep_reserve(inbox);
	if (inbox->last == NULL)
		return fd >= 0;
	loop_mod(inbox->loop, &inbox->io, 0);
	loop_timer_set(
	    inbox->loop, &inbox->timer, loop_now(inbox->loop) + LAST_NS);
	return true;
}

static void
accept_later(struct inbox *inbox)
{
	loop_mod(inbox->loop, &inbox->io, 0);
	loop_timer_set(
	    inbox->loop, &inbox->timer, loop_now(inbox->loop) + RETRY_NS);
}

static void
listen_ready(struct loop_io *io, uint32_t events)
{
	struct inbox *inbox = io->arg;

	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN && inbox->last == NULL; i++) {
		int fd = packet_accept(inbox->fd);

		if (fd >= 0) {
			greet(inbox, fd);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if ((errno != EMFILE && errno != ENFILE) ||
		    (!inbox->events.no_descriptor(inbox->arg) &&
			!accept_last(inbox))) {
			accept_later(inbox);
			return;
		}
	}
}

static void
timer_fired(struct loop_timer *timer)
{
	struct inbox *inbox = timer->arg;

	keep_reserve(inbox);
	if (inbox->last != NULL && inbox->last->asks) {
		loop_timer_set(inbox->loop, timer,
		    loop_now(inbox->loop) + LAST_NS); /* it may be accepted */
		return;
	}
	if (inbox->last != NULL) {
		dismiss(inbox->last, EMFILE);
		return;
	}
	if (inbox->last_fd < 0 && !TAILQ_EMPTY(&inbox->passing))
		dismiss(TAILQ_FIRST(&inbox->passing), EMFILE);
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
	loop_timer_init(&inbox->timer, timer_fired, inbox);
	TAILQ_INIT(&inbox->passing);
	TAILQ_INIT(&inbox->waiting);
	inbox->last_fd = inbox->memory_fd = -1;
	inbox->fd = packet_listen(path);
	if (inbox->fd >= 0)
		keep_reserve(inbox);
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
	TAILQ_FOREACH_SAFE(client, &inbox->passing, link, next)
		forget(client);
	TAILQ_FOREACH_SAFE(client, &inbox->waiting, link, next)
		forget(client);
	loop_timer_clear(inbox->loop, &inbox->timer);
	loop_del(inbox->loop, &inbox->io);
	if (inbox->fd >= 0)
		close(inbox->fd);
	use_one(&inbox->last_fd);
	use_one(&inbox->memory_fd);
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

/* The client does not wait any more, but may ask again. */
static void
let_pass(struct inbox_client *client)
{
	struct inbox *inbox = client->inbox;

	inbox->events.left(inbox->arg, client);
	client->data = NULL;
	client->waits = false;
	TAILQ_REMOVE(&inbox->waiting, client, link);
	TAILQ_INSERT_TAIL(&inbox->passing, client, link);
	inbox->n_passing++;
	inbox_resume(client);
}

void
inbox_reply(struct inbox_client *client, enum answer_kind kind, int detail)
{
	bool stays = client->asked_to_wait;

	client->asks = false;
	if (answer(client->io.fd, kind, detail, 0) < 0 ||
	    (kind != ANSWER_ACCEPTED && !(kind == ANSWER_LATER && stays))) {
		leave(client);
		return;
	}
	if (!stays)
		let_pass(client);
	else if (kind == ANSWER_LATER)
		inbox_resume(client);
	if (kind == ANSWER_ACCEPTED)
		accepted(client);
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
	answer(client->io.fd, kind, detail, 0);
	forget(client);
}

void
inbox_park(struct inbox_client *client, uint64_t ticket)
{
	answer(client->io.fd, ANSWER_PARKED, 0, ticket);
	forget(client);
}

bool
inbox_spare(struct inbox *inbox)
{
	struct inbox_client *client = TAILQ_FIRST(&inbox->passing);
	int *reserve =
	    inbox->last_fd >= 0 ? &inbox->last_fd : &inbox->memory_fd;

	if (client != NULL) {
		dismiss(client, EMFILE);
		return true;
	}
	if (*reserve < 0)
		return false;
	use_one(reserve);
	return true;
}
