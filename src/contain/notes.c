#include "notes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

#include "base/msg.h"
#include "sys/notifier.h"

#define NOTE_MAX 4096 /* systemd takes no longer one */

int
notes_open(const struct notifier *notifier, int ret_fds[2])
{
	ret_fds[0] = ret_fds[1] = -1;
	if (notifier->len == 0)
		return 0;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds);
}

int
notes_keep(int fd, int other)
{
	if (other >= 0)
		close(other);
	return fd;
}

bool
notes_post(int fd, const char *text, size_t len)
{
	return send(fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

void
notes_send(int fd, const struct notifier *notifier, bool *unheard)
{
	char text[NOTE_MAX];
	ssize_t len;

	while (
	    fd >= 0 && (len = recv(fd, text, sizeof(text), MSG_DONTWAIT)) > 0) {
		if (notifier_send(notifier, text, (size_t)len, !*unheard) ==
			0 ||
		    *unheard)
			continue;
		*unheard = true;
		msg_warn("cannot report to NOTIFY_SOCKET: %s", strerror(errno));
	}
}
