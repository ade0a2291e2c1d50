/* The descriptors by which a carrier connects an agent to its controller. */
#ifndef REMOTE_CARRIED_H
#define REMOTE_CARRIED_H

#include <stdbool.h>

/* True for a terminal that does not pass bytes on as they are. */
bool carried_is_terminal(int fd);

/*
 * Takes the connection from descriptors 0 and 1, which become /dev/null: its
 * two ends, the caller's to close.  Returns 0, or -1 with errno.
 */
int carried_take(int *ret_in_fd, int *ret_out_fd);

#endif
