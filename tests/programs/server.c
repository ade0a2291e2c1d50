/*
 * server: what a service does, one verb a call.
 *
 *   server send [-f N] MESSAGE	sends a datagram to $NOTIFY_SOCKET, \n in it is
 *				a newline and \0 a NUL; with N descriptors
 *   server barrier		waits until all sent before has been read
 *   server listen TYPE NAME	listens until it is killed; TYPE is tcp4, tcp6,
 *				stream, seqpacket or dgram, or bound: a TCP port
 *				that is taken and where nobody listens
 *   server listen full PORT GATE	lets nobody in until the gate is open
 *   server hear NAME		prints the datagrams that come to this path, or
 *				with @ before it abstract name, each in a line
 *				after the process id of its sender
 *   server answer PORT TEXT...	answers each request with the next text, and
 *				all later ones with the last; \n in it is \r\n;
 *				- answers never, "" hangs up
 *   server free-port		prints a TCP port that nobody has
 */
#include <err.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "verbs.h"

/* Sends to $NOTIFY_SOCKET, with n_fds copies of the descriptor fd. */
static void
send_message(const char *bytes, size_t len, int fd, int n_fds)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char control[CMSG_SPACE(253 * sizeof(int))] = { 0 };
	struct iovec iov = { (char *)bytes, len };
	struct msghdr msg = { .msg_name = &addr,
		.msg_namelen = sizeof(addr),
		.msg_iov = &iov,
		.msg_iovlen = 1 };

	if (path == NULL)
		errx(125, "no NOTIFY_SOCKET");
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (n_fds > 0) {
		struct cmsghdr *cmsg = (struct cmsghdr *)control;

		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
		for (int i = 0; i < n_fds; i++)
			memcpy(CMSG_DATA(cmsg) + (size_t)i * sizeof(int), &fd,
			    sizeof(fd));
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE((size_t)n_fds * sizeof(int));
	}
	if (sendmsg(sock, &msg, 0) < 0)
		err(1, "sendmsg");
	close(sock);
}

/* Replaces \n by a newline and \0 by a NUL.  Returns the new length. */
static size_t
unescape(char *s)
{
	size_t len = 0;

	for (const char *p = s; *p != '\0'; p++, len++) {
		s[len] = *p;
		if (p[0] == '\\' && (p[1] == 'n' || p[1] == '0'))
			s[len] = *++p == 'n' ? '\n' : '\0';
	}
	return len;
}

/* [-f N] MESSAGE: N is how many descriptors go with it. */
static int
verb_send(char **args)
{
	int n_fds = 0;

	if (strcmp(args[0], "-f") == 0) {
		n_fds = atoi(args[1]);
		args += 2;
	}
	send_message(args[0], unescape(args[0]), 1, n_fds);
	return 0;
}

static int
verb_barrier(char **args)
{
	static const char text[] = "BARRIER=1";
	int fds[2];
	char byte;

	(void)args;
	if (pipe2(fds, O_CLOEXEC) < 0)
		err(125, "pipe");
	send_message(text, sizeof(text) - 1, fds[1], 1);
	close(fds[1]);
	return read(fds[0], &byte, 1) == 0 ? 0 : 1;
}

static socklen_t
name_tcp(struct sockaddr_storage *ret, int family, const char *port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = v4.sin_port,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	if (family == AF_INET)
		memcpy(ret, &v4, sizeof(v4));
	else
		memcpy(ret, &v6, sizeof(v6));
	return family == AF_INET ? sizeof(v4) : sizeof(v6);
}

static int
bind_new(int type, const struct sockaddr_storage *name, socklen_t len)
{
	int one = 1, sock = socket(name->ss_family, type | SOCK_CLOEXEC, 0);

	if (sock < 0)
		err(1, "socket");
	setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(sock, (const struct sockaddr *)name, len) < 0)
		err(1, "bind");
	return sock;
}

/* Fills the queue of the listening socket, then waits at the gate. */
static void
fill(int sock, const struct sockaddr_storage *name, socklen_t len,
    const char *gate)
{
	int fd;

	for (;;) {
		fd = socket(name->ss_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (connect(fd, (const struct sockaddr *)name, len) < 0)
			break; /* the queue is full */
	}
	close(fd);
	puts("full");
	fflush(stdout);
	if (open(gate, O_RDONLY | O_CLOEXEC) < 0)
		err(1, "%s", gate);
	while (accept(sock, NULL, NULL) >= 0)
		;
}

/* TYPE NAME [GATE]: listens until it is killed. */
static int
verb_listen(char **args)
{
	struct sockaddr_storage name = { 0 };
	int type = SOCK_STREAM, sock;
	socklen_t len = sizeof(struct sockaddr_un);
	bool full = strcmp(args[0], "full") == 0;
	bool bound = strcmp(args[0], "bound") == 0;

	if (strncmp(args[0], "tcp", 3) == 0 || full || bound) {
		len = name_tcp(&name,
		    strcmp(args[0], "tcp6") == 0 ? AF_INET6 : AF_INET, args[1]);
	} else {
		struct sockaddr_un addr = { .sun_family = AF_UNIX };

		snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", args[1]);
		memcpy(&name, &addr, sizeof(addr));
		if (strcmp(args[0], "stream") != 0)
			type = strcmp(args[0], "dgram") == 0 ? SOCK_DGRAM
							     : SOCK_SEQPACKET;
	}
	sock = bind_new(type, &name, len);
	if (type != SOCK_DGRAM && !bound && listen(sock, full ? 0 : 5) < 0)
		err(1, "listen");
	if (full)
		fill(sock, &name, len, args[2]);
	puts("listening");
	fflush(stdout);
	while (pause() < 0)
		;
	return 0;
}

static int
verb_hear(char **args)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(args[0]);
	int one = 1, sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(addr.sun_path, args[0], len < 100 ? len : 100);
	if (addr.sun_path[0] == '@')
		addr.sun_path[0] = '\0';
	if (setsockopt(sock, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) < 0 ||
	    bind(sock, (struct sockaddr *)&addr,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
		err(1, "%s", args[0]);
	puts("listening");
	for (;;) {
		char text[4096], control[CMSG_SPACE(sizeof(struct ucred))];
		struct iovec iov = { text, sizeof(text) - 1 };
		struct msghdr msg = { .msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control) };
		struct ucred sender;
		ssize_t n;

		fflush(stdout);
		n = recvmsg(sock, &msg, 0);
		if (n < 0)
			err(1, "recvmsg");
		text[n] = '\0';
		for (char *s = text; (s = strchr(s, '\n')) != NULL;)
			*s = ' ';
		memcpy(&sender, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(sender));
		printf("%d %s\n", (int)sender.pid, text);
	}
}

/* Reads a request, to its blank line, and prints it. */
static void
take_request(int fd)
{
	char text[4096] = "";
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(text) - 1 && strstr(text, "\r\n\r\n") == NULL &&
	    (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		text[len += (size_t)n] = '\0';
	text[strcspn(text, "\r")] = '\0';
	puts(text);
	fflush(stdout);
}

static void
answer(int fd, const char *text)
{
	if (strcmp(text, "-") == 0)
		while (pause() < 0)
			;
	for (; *text != '\0'; text++) {
		bool newline = text[0] == '\\' && text[1] == 'n';
		const char *bytes = newline ? "\r\n" : text;

		text += newline;
		if (write(fd, bytes, newline ? 2 : 1) < 0)
			warn("the client has hung up");
	}
}

static int
verb_answer(char **args)
{
	struct sockaddr_storage name = { 0 };
	socklen_t len = name_tcp(&name, AF_INET, args[0]);
	int sock = bind_new(SOCK_STREAM, &name, len), fd;

	signal(SIGPIPE, SIG_IGN);
	if (listen(sock, 5) < 0)
		err(1, "listen");
	puts("listening");
	fflush(stdout);
	while ((fd = accept(sock, NULL, NULL)) >= 0) {
		take_request(fd);
		answer(fd, args[1]);
		close(fd);
		if (args[2] != NULL)
			args++;
	}
	err(1, "accept");
}

/* Below the ports that the kernel gives to clients. */
static int
verb_free_port(char **args)
{
	char port[sizeof("65535")];

	(void)args;
	for (;;) {
		int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		struct sockaddr_storage name = { 0 };
		socklen_t len;

		snprintf(port, sizeof(port), "%u",
		    20000 + arc4random_uniform(12000));
		len = name_tcp(&name, AF_INET, port);
		if (bind(sock, (struct sockaddr *)&name, len) == 0)
			break;
		close(sock);
	}
	puts(port);
	return 0;
}

static const struct verb verbs[] = {
	{ "send", 1, 3, verb_send },
	{ "barrier", 0, 0, verb_barrier },
	{ "listen", 2, 3, verb_listen },
	{ "hear", 1, 1, verb_hear },
	{ "answer", 2, VERB_ANY, verb_answer },
	{ "free-port", 0, 0, verb_free_port },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
