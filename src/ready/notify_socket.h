/*
 * The notification socket that a service of ours has, to say that it is ready:
 * sd_notify(3).
 *
 * One for each service: that alone says whose message it is, since a sender
 * may be gone before its message is read.  It belongs in a folder that lets
 * nobody else in (sys/rundir.h).
 */
#ifndef READY_NOTIFY_SOCKET_H
#define READY_NOTIFY_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct notify_socket;

/* What one message says, of the variables that mean something to us. */
struct notify_message {
	bool ready;         /* READY=1 */
	const char *status; /* STATUS=, any bytes; NULL if it has none */
	int64_t extend_ns;  /* EXTEND_TIMEOUT_USEC=; -1 if it has none */
};

/* Is told of a message; may free the notify. */
typedef void notify_receiver(void *arg, const struct notify_message *message);

/*
 * Takes a message apart: variables, one a line.  text is changed, and status
 * points into it.  Never fails: what makes no sense is ignored.
 */
void notify_socket_parse(char *text, struct notify_message *ret);

/*
 * Makes a socket by that path and reads what comes until notify_socket_free(),
 * so that no sender ever has to wait.  Returns NULL with errno from socket(2),
 * bind(2) or epoll_ctl(2), or ENAMETOOLONG.
 */
struct notify_socket *notify_socket_new(
    struct loop *loop, const char *path, notify_receiver *receive, void *arg);

/* Removes the socket and frees the notify; NULL is harmless. */
void notify_socket_free(struct notify_socket *notify);

/* The path of the socket, for $NOTIFY_SOCKET. */
const char *notify_socket_path(const struct notify_socket *notify);

#endif
