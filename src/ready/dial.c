#include "dial.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/socket.h>

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
	struct loop_io io;
	struct loop_timer timer; /* ends the try of an address */
	dial_ended *ended;
	void *arg;
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
		if (error != EINPROGRESS)
			hang_up(dial);
	}
	return error;
}

/* Tries the addresses that are left, until one must be waited for. */
static void
go_on(struct dial *dial)
{
	while (dial->next < dial->n) {
		dial->error =
		    dial_address(dial, &dial->addresses[dial->next++]);
		if (dial->error == EINPROGRESS) {
			loop_timer_set(dial->loop, &dial->timer,
			    loop_after(loop_now(dial->loop), ANSWER_NS));
			return;
		}
		if (dial->error == 0)
			break;
	}
	dial->ended(dial->arg, dial->error);
}

static void
on_answer(struct loop_io *io, uint32_t events)
{
	struct dial *dial = io->arg;
	socklen_t len = sizeof(dial->error);

	(void)events;
	if (getsockopt(dial->fd, SOL_SOCKET, SO_ERROR, &dial->error, &len) < 0)
		dial->error = errno;
	if (dial->error == 0 && is_to_itself(dial->fd))
		dial->error = ECONNREFUSED;
	hang_up(dial);
	if (dial->error == 0)
		dial->ended(dial->arg, 0);
	else
		go_on(dial);
}

static void
on_silence(struct loop_timer *timer)
{
	struct dial *dial = timer->arg;

	dial->error = ETIMEDOUT;
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
	dial->fd = -1;
	dial->ended = ended;
	dial->arg = arg;
	dial->io =
	    (struct loop_io){ .ready = on_answer, .arg = dial, .fd = -1 };
	loop_timer_init(&dial->timer, on_silence, dial);
	return dial;
}

void
dial_free(struct dial *dial)
{
	if (dial == NULL)
		return;
	hang_up(dial);
	free(dial);
}

void
dial_try(struct dial *dial)
{
	dial->next = 0;
	dial->error = ECONNREFUSED;
	go_on(dial);
}
