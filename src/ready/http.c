#include "http.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/xalloc.h"
#include "sys/loop.h"

/* A first page may have to be made: by then it is, if one asks again. */
#define ANSWER_NS (10 * NS_PER_S)

/* How long, and how much of it, the rest of an answer is read. */
#define REST_NS (1 * NS_PER_S)
#define REST_MAX (1024 * 1024)

struct http {
	struct loop *loop;
	const char *request;
	struct dial *dial;
	int fd;                     /* the connection, or -1 */
	size_t sent;                /* bytes of the request */
	size_t taken;               /* bytes of the answer */
	char head[HTTP_STATUS_LEN]; /* the first of them */
	bool told;                  /* the status is known, and was told */
	struct loop_io io;
	struct loop_timer timer; /* ends the try, or reading the rest */
};

int
http_status(const char bytes[HTTP_STATUS_LEN])
{
	static const char form[] = "HTTP/0.0 000";
	const size_t len = sizeof(form) - 1;
	int status = 0;

	if (bytes[len] != ' ' && bytes[len] != '\r' && bytes[len] != '\n')
		return -1;
	for (size_t i = 0; i < len; i++) {
		bool digit = bytes[i] >= '0' && bytes[i] <= '9';

		if (form[i] == '0' ? !digit : bytes[i] != form[i])
			return -1;
		if (i >= len - 3)
			status = 10 * status + (bytes[i] - '0');
	}
	return status >= 100 && status < 600 ? status : -1;
}

static void
hang_up(struct http *http)
{
	loop_timer_clear(http->loop, &http->timer);
	loop_del(http->loop, &http->io);
	if (http->fd >= 0)
		close(http->fd);
	http->fd = -1;
}

/* Nothing came of it.  The last thing that a function does: see http_try(). */
static void
fail(struct http *http, int error)
{
	hang_up(http);
	if (!http->told)
		dial_answered(http->dial, error);
}

/*
 * The answer has begun with its status.  Its rest is read for a while: some
 * servers complain of a client that hangs up.
 */
static void
take_status(struct http *http)
{
	int status = http_status(http->head);
	bool good = status >= 200 && status < 400;

	if (status < 0) {
		fail(http, EPROTO);
		return;
	}
	http->told = true;
	loop_timer_set(http->loop, &http->timer,
	    loop_after(loop_now(http->loop), REST_NS));
	dial_answered(http->dial, good ? 0 : -status);
}

static void
receive(struct http *http)
{
	char bytes[4096];
	ssize_t len = recv(http->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	size_t had = http->taken, room = HTTP_STATUS_LEN - had;

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0 || http->taken > REST_MAX) {
		fail(http, len < 0 ? errno : ENODATA);
		return;
	}
	http->taken += (size_t)len;
	if (had >= HTTP_STATUS_LEN)
		return;
	memcpy(
	    http->head + had, bytes, (size_t)len < room ? (size_t)len : room);
	if (http->taken >= HTTP_STATUS_LEN)
		take_status(http);
}

static void
on_ready(struct loop_io *io, uint32_t events)
{
	struct http *http = io->arg;
	size_t left = strlen(http->request) - http->sent;
	ssize_t len;

	if (left == 0 || (events & EPOLLIN) != 0) {
		receive(http);
		return;
	}
	len = send(http->fd, http->request + http->sent, left,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len < 0) {
		fail(http, errno);
		return;
	}
	http->sent += (size_t)len;
	if (http->request[http->sent] == '\0')
		loop_mod(http->loop, &http->io, EPOLLIN);
}

static void
on_silence(struct loop_timer *timer)
{
	fail(timer->arg, ETIMEDOUT);
}

/* There is a connection, which is ours from now on. */
static void
talk(void *arg, int fd)
{
	struct http *http = arg;

	hang_up(http);
	http->fd = fd;
	http->sent = http->taken = 0;
	http->told = false;
	loop_timer_set(http->loop, &http->timer,
	    loop_after(loop_now(http->loop), ANSWER_NS));
	if (loop_add(http->loop, &http->io, fd, EPOLLOUT) < 0)
		fail(http, errno);
}

struct http *
http_new(struct loop *loop, const char *request,
    const struct ready_address *addresses, size_t n, dial_ended *ended,
    void *arg)
{
	struct http *http = xcalloc(1, sizeof(*http));

	http->loop = loop;
	http->request = request;
	http->fd = -1;
	http->io = (struct loop_io){ .ready = on_ready, .arg = http, .fd = -1 };
	loop_timer_init(&http->timer, on_silence, http);
	http->dial = dial_new(loop, addresses, n, ended, arg);
	dial_talk_by(http->dial, talk, http);
	return http;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	hang_up(http);
	dial_free(http->dial);
	free(http);
}

void
http_try(struct http *http)
{
	hang_up(http);
	dial_try(http->dial);
}

char *
http_describe(const struct http *http)
{
	return dial_describe(http->dial);
}
