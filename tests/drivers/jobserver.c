/*
 * The functions of src/jobserver: one verb a call.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobserver/makeflags.h"
#include "jobserver/server.h"

#include "verbs.h"

static void
show(const struct jobserver_address *address)
{
	if (address->kind == JOBSERVER_FIFO)
		printf("fifo %s\n", address->path);
	else
		printf("pipe %d %d\n", address->read_fd, address->write_fd);
}

/* FLAGS: the job server that they name. */
static int
verb_find(char **args)
{
	struct jobserver_address address = JOBSERVER_ADDRESS_NONE;
	int found = makeflags_find(args[0], &address);

	if (found > 0)
		show(&address);
	else
		puts(found == 0 ? "none" : "bad");
	makeflags_release(&address);
	return 0;
}

/* In the environment. */
static int
verb_environment(char **args)
{
	struct jobserver_address address = JOBSERVER_ADDRESS_NONE;

	(void)args;
	if (makeflags_find_in_environment(&address) > 0)
		show(&address);
	else
		puts("none");
	makeflags_release(&address);
	return 0;
}

/* FLAGS PATH|R,W JOBS: the new flags, in brackets. */
static int
verb_compose(char **args)
{
	struct jobserver_address address = { JOBSERVER_FIFO, args[1], -1, -1 };
	char *composed;

	if (strchr(args[1], ',') != NULL) {
		address.kind = JOBSERVER_PIPE;
		sscanf(args[1], "%d,%d", &address.read_fd, &address.write_fd);
	}
	composed =
	    makeflags_compose(args[0], &address, strtoll(args[2], NULL, 10));
	printf("[%s]\n", composed);
	free(composed);
	return 0;
}

/* JOBS: a server by a pipe; how many of its tokens are missing at once. */
static int
verb_serve(char **args)
{
	struct server *server =
	    server_new(JOBSERVER_PIPE, "", strtoll(args[0], NULL, 10));

	if (server == NULL)
		return 99;
	printf("%" PRId64 "\n", server_mend(server));
	server_free(server);
	return 0;
}

static const struct verb verbs[] = {
	{ "find", 1, 1, verb_find },
	{ "environment", 0, 0, verb_environment },
	{ "compose", 3, 3, verb_compose },
	{ "serve", 1, 1, verb_serve },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
