#include "manager_channel.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

#include "base/msg.h"
#include "sys/service_manager.h"

#define MESSAGE_MAX 4096 /* systemd takes no longer one */

int
manager_channel_open(const struct service_manager *manager, int ret_fds[2])
{
	ret_fds[0] = ret_fds[1] = -1;
	if (manager->len == 0)
		return 0;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fds);
}

int
manager_channel_keep(int fd, int other)
{
	if (other >= 0)
		close(other);
	return fd;
}

bool
manager_channel_post(int fd, const char *text, size_t len)
{
	return send(fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

void
manager_channel_send(
    int fd, const struct service_manager *manager, bool *unheard)
{
	char text[MESSAGE_MAX];
	ssize_t len;

	while (
	    fd >= 0 && (len = recv(fd, text, sizeof(text), MSG_DONTWAIT)) > 0) {
		if (service_manager_send(
			manager, text, (size_t)len, !*unheard) == 0 ||
		    *unheard)
			continue;
		*unheard = true;
		msg_warn("cannot report to NOTIFY_SOCKET: %s", strerror(errno));
	}
}
