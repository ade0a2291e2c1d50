#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "sys/fd.h"

/* What make itself uses for a token. */
#define TOKEN '+'

struct server {
	struct jobserver_address address;
	/* owned: so that the FIFO or pipe stays open; they never block */
	int read_fd, write_fd;
	int64_t tokens; /* how many there are in all */
};

static int
make_fifo(struct server *server, const char *folder)
{
	struct jobserver_address *address = &server->address;

	address->kind = JOBSERVER_FIFO;
	address->path = xasprintf("%s/jobserver", folder);
	if (mkfifo(address->path, 0600) < 0)
		return -1;
	server->read_fd =
	    open(address->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	server->write_fd =
	    open(address->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return server->read_fd < 0 || server->write_fd < 0 ? -1 : 0;
}

/*
 * The jobs inherit both ends, so these are not close-on-exec; and make expects
 * that they block, so we have others.
 */
static int
make_pipe(struct server *server)
{
	int fds[2];

	if (pipe2(fds, 0) < 0)
		return -1;
	server->address =
	    (struct jobserver_address){ JOBSERVER_PIPE, NULL, fds[0], fds[1] };
	server->read_fd = fd_reopen_nonblocking(fds[0], O_RDONLY);
	server->write_fd = fd_reopen_nonblocking(fds[1], O_WRONLY);
	return server->read_fd < 0 || server->write_fd < 0 ? -1 : 0;
}

static void
put(const struct server *server, int64_t n)
{
	static const char token = TOKEN;

	while (n > 0)
		if (write(server->write_fd, &token, 1) == 1)
			n--;
		else if (errno != EINTR)
			return;
}

static void
take(const struct server *server, int64_t n)
{
	char token;

	while (n > 0)
		if (read(server->read_fd, &token, 1) == 1)
			n--;
		else if (errno != EINTR)
			return;
}

struct server *
server_new(enum jobserver_kind kind, const char *folder, int64_t jobs)
{
	struct server *server = xcalloc(1, sizeof(*server));
	int error;

	server->read_fd = server->write_fd = -1;
	server->tokens = jobs - 1;
	if ((kind == JOBSERVER_FIFO ? make_fifo(server, folder)
				    : make_pipe(server)) == 0) {
		put(server, server->tokens);
		return server;
	}
	error = errno;
	server_free(server);
	errno = error;
	return NULL;
}

void
server_free(struct server *server)
{
	if (server == NULL)
		return;
	if (server->read_fd >= 0)
		close(server->read_fd);
	if (server->write_fd >= 0)
		close(server->write_fd);
	if (server->address.kind == JOBSERVER_PIPE) {
		close(server->address.read_fd);
		close(server->address.write_fd);
	}
	makeflags_release(&server->address);
	free(server);
}

const struct jobserver_address *
server_address(const struct server *server)
{
	return &server->address;
}

int64_t
server_mend(struct server *server)
{
	int there;
	int64_t missing;

	if (ioctl(server->read_fd, FIONREAD, &there) < 0)
		return 0;
	missing = server->tokens - there;
	if (missing > 0)
		put(server, missing);
	else
		take(server, -missing);
	return missing;
}
