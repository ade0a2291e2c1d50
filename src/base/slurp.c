#include "slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "buf.h"
#include "msg.h"

#define PATIENCE_MS 5000

/* Returns when there is something to read, or whoever wrote has gone. */
static void
wait_for_writer(int fd, const char *path)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char *shown;
	int n;

	while ((n = poll(&ready, 1, PATIENCE_MS)) < 0 && errno == EINTR)
		;
	if (n != 0)
		return;
	shown = msg_short(path, strlen(path));
	msg_warn("waiting for %s, a FIFO that nobody writes to", shown);
	free(shown);
	while (poll(&ready, 1, -1) < 0 && errno == EINTR)
		;
}

FILE *
slurp_open(const char *path)
{
	/* open(2) would wait for a writer, and say nothing */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	FILE *file;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		wait_for_writer(fd, path);
	file = fcntl(fd, F_SETFL, O_RDONLY) == 0 ? fdopen(fd, "r") : NULL;
	if (file == NULL)
		close(fd);
	return file;
}

int
slurp(FILE *file, size_t max, struct buf *text)
{
	char bytes[4096];
	size_t n;

	do {
		n = fread(bytes, 1, sizeof(bytes), file);
		if (text->len + n > max) {
			errno = EFBIG;
			return -1;
		}
		buf_append(text, bytes, n);
	} while (n == sizeof(bytes));
	return ferror(file) ? -1 : 0;
}
