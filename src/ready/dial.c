#include "dial.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "spec.h"
#include "sys/loop.h"

/* How long an address may say nothing before the next one is tried. */
#define ANSWER_NS (2 * NS_PER_S)

struct dial {
	struct loop *loop;
	const struct ready_address *addresses;
	size_t n;    /* how many addresses there are */
	size_t next; /* the address after the one being tried */
	int fd;      /* the connection being made, or -1 */
	int error;   /* errno of the address tried last, or 0 */
	int *errors; /* of each address in the last try; owned */
	struct loop_io io;
	struct loop_timer timer; /* ends the try of an address */
	dial_ended *ended;
	void *arg;
	dial_talk *talk; /* NULL: a connection is all that is wanted */
	void *talk_arg;
};

/*
 * Whether the connection is to itself.  The kernel chooses a client's port
 * among numbers that servers use, too: who dials a port without a server often
 * enough is given that very port, and connected to himself.  Hanging up with a
 * reset leaves the port free for the server.
 */
static bool
is_to_itself(int fd)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	struct sockaddr_storage ours = { 0 }, theirs = { 0 };
	socklen_t our_len = sizeof(ours), their_len = sizeof(theirs);

	if (getsockname(fd, (struct sockaddr *)&ours, &our_len) < 0 ||
	    getpeername(fd, (struct sockaddr *)&theirs, &their_len) < 0 ||
	    ours.ss_family == AF_UNIX || our_len != their_len ||
	    memcmp(&ours, &theirs, our_len) != 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return true;
}

static void
hang_up(struct dial *dial)
{
	loop_timer_clear(dial->loop, &dial->timer);
	loop_del(dial->loop, &dial->io);
	if (dial->fd >= 0)
		close(dial->fd);
	dial->fd = -1;
}

/* Dials with a socket of that type.  Returns 0, EINPROGRESS or another errno.
 */
static int
dial_as(struct dial *dial, const struct ready_address *address, int type)
{
	const struct sockaddr *name = (const struct sockaddr *)&address->name;
	int error;

	dial->fd =
	    socket(name->sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (dial->fd < 0)
		return errno;
	if (connect(dial->fd, name, address->len) == 0)
		return is_to_itself(dial->fd) ? ECONNREFUSED : 0;
	error = errno;
	if (error == EINPROGRESS &&
	    loop_add(dial->loop, &dial->io, dial->fd, EPOLLOUT) < 0)
		error = errno;
	return error;
}

/*
 * Dials an address.  A socket with a path may be of any type; EPROTOTYPE says
 * that it is not of the type that was tried.
 */
static int
dial_address(struct dial *dial, const struct ready_address *address)
{
	static const int types[] = { SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM };
	int error = EPROTOTYPE;

	for (size_t i = 0; error == EPROTOTYPE && i < 3; i++) {
		error = dial_as(dial, address, types[i]);
		if (error != EINPROGRESS && error != 0)
			hang_up(dial);
	}
	return error;
}

/* Notes how the try of the address before the next one has ended. */
static void
note(struct dial *dial, int error)
{
	dial->error = error;
	dial->errors[dial->next - 1] = error;
}

/* Somebody has accepted the connection. */
static void
connected(struct dial *dial)
{
	int fd = dial->fd;

	note(dial, dial->talk == NULL ? 0 : EINPROGRESS);
	if (dial->talk == NULL) {
		hang_up(dial);
		dial->ended(dial->arg, 0);
		return;
	}
	loop_timer_clear(dial->loop, &dial->timer);
	loop_del(dial->loop, &dial->io);
	dial->fd = -1;
	dial->talk(dial->talk_arg, fd);
}

/* Tries the addresses that are left, until one must be waited for. */
static void
go_on(struct dial *dial)
{
	while (dial->next < dial->n) {
		const struct ready_address *address =
		    &dial->addresses[dial->next++];

		note(dial, dial_address(dial, address));
		if (dial->error == EINPROGRESS) {
			loop_timer_set(dial->loop, &dial->timer,
			    loop_after(loop_now(dial->loop), ANSWER_NS));
			return;
		}
		if (dial->error == 0) {
			connected(dial);
			return;
		}
	}
	dial->ended(dial->arg, dial->error);
}

static void
on_answer(struct loop_io *io, uint32_t events)
{
	struct dial *dial = io->arg;
	int error;
	socklen_t len = sizeof(error);

	(void)events;
	if (getsockopt(dial->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error == 0 && is_to_itself(dial->fd))
		error = ECONNREFUSED;
	if (error == 0) {
		connected(dial);
		return;
	}
	note(dial, error);
	hang_up(dial);
	go_on(dial);
}

static void
on_silence(struct loop_timer *timer)
{
	struct dial *dial = timer->arg;

	note(dial, ETIMEDOUT);
	hang_up(dial);
	go_on(dial);
}

struct dial *
dial_new(struct loop *loop, const struct ready_address *addresses, size_t n,
    dial_ended *ended, void *arg)
{
	struct dial *dial = xcalloc(1, sizeof(*dial));

	dial->loop = loop;
	dial->addresses = addresses;
	dial->n = n;
	dial->errors = xcalloc(n, sizeof(*dial->errors));
	for (size_t i = 0; i < n; i++)
		dial->errors[i] = EINPROGRESS;
	dial->fd = -1;
	dial->ended = ended;
	dial->arg = arg;
	dial->io =
	    (struct loop_io){ .ready = on_answer, .arg = dial, .fd = -1 };
	loop_timer_init(&dial->timer, on_silence, dial);
	return dial;
}

void
dial_talk_by(struct dial *dial, dial_talk *talk, void *arg)
{
	dial->talk = talk;
	dial->talk_arg = arg;
}

void
dial_answered(struct dial *dial, int error)
{
	note(dial, error);
	if (error == 0)
		dial->ended(dial->arg, 0);
	else
		go_on(dial);
}

void
dial_free(struct dial *dial)
{
	if (dial == NULL)
		return;
	hang_up(dial);
	free(dial->errors);
	free(dial);
}

void
dial_try(struct dial *dial)
{
	dial->next = 0;
	dial->error = ECONNREFUSED;
	go_on(dial);
}

/* Appends the address as people write it. */
static void
add_name(struct buf *out, const struct ready_address *address)
{
	const struct sockaddr *name = (const struct sockaddr *)&address->name;
	char host[INET6_ADDRSTRLEN + 16], port[8];

	if (name->sa_family == AF_UNIX)
		buf_puts(out, ((const struct sockaddr_un *)name)->sun_path);
	else if (getnameinfo(name, address->len, host, sizeof(host), port,
		     sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		buf_printf(out,
		    name->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host,
		    port);
}

static void
add_error(struct buf *out, int error)
{
	if (error == EINPROGRESS)
		buf_puts(out, ": no answer yet");
	else if (error < 0)
		buf_printf(out, ": status %d", -error);
	else
		buf_printf(out, ": %s", strerror(error));
}

char *
dial_describe(const struct dial *dial)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < dial->n; i++) {
		bool alike =
		    i + 1 < dial->n && dial->errors[i] == dial->errors[i + 1];

		add_name(&out, &dial->addresses[i]);
		if (alike) {
			buf_puts(&out, ", ");
			continue;
		}
		add_error(&out, dial->errors[i]);
		buf_puts(&out, i + 1 < dial->n ? "; " : "");
	}
	return buf_detach(&out);
}
