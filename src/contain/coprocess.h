/*
 * A program that serves us for the whole run, and talks to us over a socket.
 * It has a process group of its own, so that the signals of the terminal do not
 * reach it.  Between us and the program is its keeper, a process that ends with
 * whoever started it, and before that ends the program and all that it started:
 * no sweep of ours has to know them.
 */
#ifndef CONTAIN_COPROCESS_H
#define CONTAIN_COPROCESS_H

#include <sys/types.h>

struct signals;

/* The socket is this descriptor in the program. */
#define COPROCESS_FD 3

/*
 * Starts argv[0], looked up in PATH, with /dev/null as standard input.  Returns
 * our end of the socket, of type SOCK_STREAM, which blocks and is the caller's
 * to close; or -1 with errno.  If the program cannot be executed the socket has
 * ended.  *ret_pid is the keeper, a child of ours.
 */
int coprocess_start(
    char *const *argv, const struct signals *sig, pid_t *ret_pid);

/*
 * Has the keeper end the program, with all that it started, and waits until
 * both are gone.
 */
void coprocess_end(pid_t pid);

#endif
