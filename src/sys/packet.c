#include "packet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/un.h>

/* SCM_MAX_FD of the kernel: no message carries more. */
#define PASSED_MAX 253

static int
set_address(struct sockaddr_un *address, const char *path)
{
	size_t len = strlen(path);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (len == 0 || len >= sizeof(address->sun_path)) {
		errno = len == 0 ? ENOENT : ENAMETOOLONG;
		return -1;
	}
	memcpy(address->sun_path, path, len);
	return 0;
}

static int
close_failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

int
packet_listen(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (set_address(&address, path) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, SOMAXCONN) < 0)
		return close_failed(fd);
	return fd;
}

int
packet_connect(const char *path)
{
	struct sockaddr_un address;
	int fd;

	if (set_address(&address, path) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return close_failed(fd);
	return fd;
}

int
packet_accept(int listen_fd)
{
	return accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int
packet_peer(int fd, uid_t *ret_uid, pid_t *ret_pid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return -1;
	*ret_uid = peer.uid;
	*ret_pid = peer.pid;
	return 0;
}

int
packet_send(int fd, const void *bytes, size_t len, int passed)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)bytes, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (passed >= 0) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &passed, sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control.room);
	}
	do
		n = sendmsg(fd, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

static void
take_descriptors(const struct cmsghdr *header, struct packet *ret)
{
	size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
		if (ret->n_fds++ == 0)
			ret->fd = fd;
		else
			close(fd);
	}
}

static ssize_t
receive(int fd, struct msghdr *msg)
{
	ssize_t n;

	do
		n = recvmsg(fd, msg, MSG_CMSG_CLOEXEC | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	return n;
}

int
packet_receive(int fd, void *buf, size_t size, struct packet *ret)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(PASSED_MAX * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.room) };
	ssize_t n;

	/*
	 * If the peer left without reading all that we sent, the first call
	 * says ECONNRESET, once; what the peer had sent can still be read then.
	 */
	n = receive(fd, &msg);
	if (n < 0 && errno == ECONNRESET)
		n = receive(fd, &msg);
	if (n < 0)
		return -1;
	*ret = (struct packet){ .len = (size_t)n, .fd = -1 };
	ret->cut = (msg.msg_flags & MSG_CTRUNC) != 0;
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&msg); header != NULL;
	     header = CMSG_NXTHDR(&msg, header))
		if (header->cmsg_level == SOL_SOCKET &&
		    header->cmsg_type == SCM_RIGHTS)
			take_descriptors(header, ret);
	return n > 0 || ret->n_fds > 0 ? 1 : 0;
}
