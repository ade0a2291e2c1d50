#include "unblocked.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <sys/uio.h>

#include "sys/signals.h"

/*
 * Some files let preadv2(2) ask for that, for the others poll(2) says whether
 * there is something.  In the background of a terminal read(2) would stop us
 * again and again.
 */
ssize_t
unblocked_read(int fd, void *buf, size_t size)
{
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t n = preadv2(fd, &iov, 1, -1, RWF_NOWAIT);

	if (n >= 0 ||
	    (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL &&
		errno != EAGAIN))
		return n;
	if (poll(&ready, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (signals_stop_in_background(fd)) {
		errno = EINTR;
		return -1;
	}
	return read(fd, buf, size);
}
