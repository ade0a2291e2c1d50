/*
 * Pseudo-terminals: a pair of descriptors in the manner of a pipe, whose
 * writing end is a terminal to the programs that have it.
 */
#ifndef SYS_PTY_H
#define SYS_PTY_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/ioctl.h> /* struct winsize */
#include <sys/types.h>

/* No terminal holds more bytes that were written to it and not read. */
#define PTY_HOLDS 65536

/*
 * Makes a terminal of that size: ret_fds[0] is the end of its user, which does
 * not block, ret_fds[1] the terminal itself, which blocks as a program expects
 * and is nobody's controlling terminal yet.  What is written to it comes out
 * unchanged: it does not make "\r\n" of "\n", which also takes several times as
 * long.  The caller owns both.  Returns 0, or -1 with errno: ENOSPC if there
 * can be no more of them.
 */
int pty_open(const struct winsize *size, int ret_fds[2]);

/*
 * As read(2) for the end of the user, which is at its end of file once nobody
 * has the terminal open.  If we still do, at the descriptor terminal, else -1,
 * it is not.
 */
ssize_t pty_read(int fd, int terminal, char *buf, size_t len);

/*
 * Drops each carriage return that stands before a newline, since a program can
 * tell its terminal to put it there; on a terminal it makes no difference.  One
 * at the end is kept back in *held: then the next bytes have room for one more.
 * Returns how many bytes there are now.
 */
size_t pty_drop_returns(char *data, size_t len, bool *held);

/* The size of our own terminal; 24 lines of 80 if we have none. */
void pty_own_size(struct winsize *ret);

/* Gives the terminal another size, by the end of its user. */
void pty_resize(int fd, const struct winsize *size);

#endif
