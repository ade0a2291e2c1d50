/*
 * Sockets of type SOCK_SEQPACKET, see unix(7): messages between processes of
 * one user, each with a descriptor or without.
 */
#ifndef SYS_PACKET_H
#define SYS_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

/*
 * Listens at the path, which must not exist.  Returns a descriptor that does
 * not block and that the caller owns; or -1 with errno.
 */
int packet_listen(const char *path);

/*
 * Connects to the path; waits while too many others want to.  Returns a
 * descriptor that blocks and that the caller owns; or -1 with errno
 * (ECONNREFUSED: nobody listens any more; EPROTOTYPE: it is another kind of
 * socket).
 */
int packet_connect(const char *path);

/*
 * Takes the next connection.  Returns a descriptor that does not block and that
 * the caller owns; or -1 with errno (EAGAIN: there is none).
 */
int packet_accept(int listen_fd);

/*
 * Tells who is at the other end: the one that connected, or that listened.
 * Returns 0, or -1 with errno.
 */
int packet_peer(int fd, uid_t *ret_uid, pid_t *ret_pid);

/*
 * Sends a message, with the descriptor passed unless that is -1.  Returns 0, or
 * -1 with errno (EPIPE without a signal, EAGAIN).
 */
int packet_send(int fd, const void *bytes, size_t len, int passed);

/* What came with a message. */
struct packet {
	size_t len; /* length of the message, even if less fitted into buf */
	int n_fds;  /* how many descriptors came with it */
	int fd;     /* the first descriptor, the caller's to close; or -1 */
	bool cut;   /* the kernel dropped descriptors: there was no room */
};

/*
 * Receives the next message: what fits of it into buf.  All descriptors but the
 * first are closed.  Returns 1; 0 if the other end sends no more; or -1 with
 * errno (EAGAIN).
 */
int packet_receive(int fd, void *buf, size_t size, struct packet *ret);

#endif
