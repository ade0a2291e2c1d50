#include "notify_socket.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/parse.h"
#include "base/xalloc.h"
#include "sys/loop.h"

#define NS_PER_US INT64_C(1000)

/* What systemd takes in one message; a longer one is ignored. */
#define MESSAGE_MAX 4096

struct notify_socket {
	struct loop *loop;
	struct loop_io io;
	int fd;
	char *path;
	bool bound; /* there is a socket at path, to be removed */
	notify_receiver *receive;
	void *arg; /* for receive() */
};

/* Returns what is behind name if the line starts with it, or NULL. */
static const char *
value_of(const char *line, const char *name)
{
	size_t len = strlen(name);

	return strncmp(line, name, len) == 0 ? line + len : NULL;
}

void
notify_socket_parse(char *text, struct notify_message *ret)
{
	const char *line, *value;

	*ret = (struct notify_message){ .extend_ns = -1 };
	while ((line = strsep(&text, "\n")) != NULL) {
		int64_t us;

		if (strcmp(line, "READY=1") == 0)
			ret->ready = true;
		else if ((value = value_of(line, "STATUS=")) != NULL)
			ret->status = value;
		else if ((value = value_of(line, "EXTEND_TIMEOUT_USEC=")) !=
			NULL &&
		    parse_count(value, 0, INT64_MAX / NS_PER_US, &us) == 0)
			ret->extend_ns = us * NS_PER_US;
	}
}

/*
 * Reads one message only, since the receiver may free us; the loop comes back
 * for the next.  Descriptors that come along have no room in our msghdr, so the
 * kernel closes them: that is all that BARRIER=1 wants, and none can leak.
 */
static void
on_readable(struct loop_io *io, uint32_t events)
{
	struct notify_socket *notify = io->arg;
	struct notify_message message;
	char text[MESSAGE_MAX + 1];
	struct iovec iov = { text, MESSAGE_MAX };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t len;

	(void)events;
	len = recvmsg(notify->fd, &msg, MSG_DONTWAIT);
	if (len <= 0 || (msg.msg_flags & MSG_TRUNC) != 0)
		return;
	if (text[len - 1] == '\0') /* some send the string with its end */
		len--;
	if (memchr(text, '\0', (size_t)len) != NULL)
		return;
	text[len] = '\0';
	notify_socket_parse(text, &message);
	notify->receive(notify->arg, &message);
}

static int
open_socket(struct notify_socket *notify)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlcpy(addr.sun_path, notify->path, sizeof(addr.sun_path)) >=
	    sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify->fd < 0 ||
	    bind(notify->fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return -1;
	notify->bound = true;
	return loop_add(notify->loop, &notify->io, notify->fd, EPOLLIN);
}

struct notify_socket *
notify_socket_new(
    struct loop *loop, const char *path, notify_receiver *receive, void *arg)
{
	struct notify_socket *notify = xcalloc(1, sizeof(*notify));

	notify->loop = loop;
	notify->fd = -1;
	notify->path = xstrdup(path);
	notify->receive = receive;
	notify->arg = arg;
	notify->io =
	    (struct loop_io){ .ready = on_readable, .arg = notify, .fd = -1 };
	if (open_socket(notify) < 0) {
		int error = errno;

		notify_socket_free(notify);
		errno = error;
		return NULL;
	}
	return notify;
}

void
notify_socket_free(struct notify_socket *notify)
{
	if (notify == NULL)
		return;
	loop_del(notify->loop, &notify->io);
	if (notify->fd >= 0)
		close(notify->fd);
	if (notify->bound)
		unlink(notify->path);
	free(notify->path);
	free(notify);
}

const char *
notify_socket_path(const struct notify_socket *notify)
{
	return notify->path;
}
