#include "tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "makeflags.h"
#include "sys/fd.h"

/* No pipe holds more bytes by default. */
#define HELD_MAX 65536

/* What two processes know of the tokens. */
struct held {
	atomic_size_t n;
	unsigned char bytes[HELD_MAX];
};

struct tokens {
	int read_fd, write_fd; /* owned */
	bool lost;             /* the other end was closed */
	struct held *held;
};

static bool
is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) ||
		S_ISCHR(st.st_mode)); /* some servers are devices */
}

static int
open_ends(struct tokens *tokens, const struct jobserver_address *address)
{
	if (address->kind == JOBSERVER_FIFO) {
		tokens->read_fd =
		    open(address->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (tokens->read_fd >= 0)
			tokens->write_fd = open(
			    address->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	} else {
		tokens->read_fd =
		    fd_reopen_nonblocking(address->read_fd, O_RDONLY);
		tokens->write_fd =
		    fd_reopen_nonblocking(address->write_fd, O_WRONLY);
	}
	if (tokens->read_fd < 0 || tokens->write_fd < 0)
		return -1;
	errno = EINVAL;
	return is_pipe(tokens->read_fd) && is_pipe(tokens->write_fd) ? 0 : -1;
}

static void
close_ends(struct tokens *tokens)
{
	if (tokens->read_fd >= 0)
		close(tokens->read_fd);
	if (tokens->write_fd >= 0)
		close(tokens->write_fd);
}

struct tokens *
tokens_open(const struct jobserver_address *address)
{
	struct tokens *tokens = xcalloc(1, sizeof(*tokens));
	int error;

	tokens->read_fd = tokens->write_fd = -1;
	tokens->held = mmap(NULL, sizeof(*tokens->held), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tokens->held != MAP_FAILED && open_ends(tokens, address) == 0)
		return tokens;
	error = errno;
	close_ends(tokens);
	if (tokens->held != MAP_FAILED)
		munmap(tokens->held, sizeof(*tokens->held));
	free(tokens);
	errno = error;
	return NULL;
}

void
tokens_free(struct tokens *tokens)
{
	if (tokens == NULL)
		return;
	tokens_give_back(tokens, 0);
	close_ends(tokens);
	munmap(tokens->held, sizeof(*tokens->held));
	free(tokens);
}

int
tokens_fd(const struct tokens *tokens)
{
	return tokens->read_fd;
}

bool
tokens_take(struct tokens *tokens)
{
	struct held *held = tokens->held;
	size_t n = atomic_load(&held->n);
	ssize_t got;

	if (tokens->lost || n == HELD_MAX)
		return false;
	do
		got = read(tokens->read_fd, &held->bytes[n], 1);
	while (got < 0 && errno == EINTR);
	if (got == 1)
		atomic_store(&held->n, n + 1);
	else if (got == 0 || errno != EAGAIN)
		tokens->lost = true;
	return got == 1;
}

bool
tokens_are_lost(const struct tokens *tokens)
{
	return tokens->lost;
}

size_t
tokens_held(const struct tokens *tokens)
{
	return atomic_load(&tokens->held->n);
}

/*
 * There is room for every token that was taken; only if somebody has put more
 * in than there were, one cannot be given back, and then none is missing.
 */
void
tokens_give_back(struct tokens *tokens, size_t keep)
{
	struct held *held = tokens->held;
	size_t n;

	while ((n = atomic_load(&held->n)) > keep) {
		/* first, so that none is given back twice */
		atomic_store(&held->n, n - 1);
		while (write(tokens->write_fd, &held->bytes[n - 1], 1) < 0 &&
		    errno == EINTR)
			;
	}
}
