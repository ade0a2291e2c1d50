/* Reading a descriptor that is not ours to make non-blocking. */
#ifndef INPUT_UNBLOCKED_H
#define INPUT_UNBLOCKED_H

#include <stddef.h>

#include <sys/types.h>

/*
 * As read(2), but never waits, nor is it stopped for reading a terminal in the
 * background: -1 with EAGAIN or EINTR says that there is nothing for now.
 */
ssize_t unblocked_read(int fd, void *buf, size_t size);

#endif
