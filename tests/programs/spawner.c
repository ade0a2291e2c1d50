/*
 * spawner: a client of NURSERY_SOCKET that does what nursery --spawn never
 * does.  Each verb uses a connection of its own and prints the answers:
 * accepted, "done N", closing, "no-room N", malformed, stranger; or "hung up".
 * "Right" is a message, or the request in the memory whose descriptor comes
 * with it, that nursery accepts.
 *
 *	spawner VERB [ARG...]
 *
 *	garbage N	a message of N bytes, 0 to 100000
 *	bare		a right message, but without a descriptor
 *	descriptors N	a right message with N descriptors of right requests
 *	short | long	a right request, the message one byte short or twice
 *	magic | flags	a right request, the message of another version
 *	unsealed	the memory could still be changed
 *	sealed SEALS	the memory has only these seals, a number
 *	file PATH	the descriptor is of that file
 *	socket		the descriptor is of a socket
 *	holes N		the memory is N MiB of NUL bytes
 *	payload		the memory is what comes on standard input
 *	die		a right request; leaves without the answer
 *	die-waiting	a right request, waits for its job, but leaves when it
 *			is accepted
 *	half		waits for its job, but sends nothing more from then on
 *	twice		two right requests, and one that is malformed
 *	never-read N	N right requests whose answers are not read
 *	silent N GATE GATE2	N connections that say nothing; says a line at
 *			the one gate, then waits for one at the other
 *	many N		N times connects, asks and hears, and keeps the
 *			connection; then says how many were accepted
 *	variable N LEN COMMAND	asks to run it with N variables of LEN bytes
 *	bytes N COMMAND	asks to run it with N bytes '#' behind it
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "spawn/request.h"
#include "sys/fd.h"
#include "sys/packet.h"

#include "checked.h"
#include "verbs.h"

static const struct request_message plain = { REQUEST_MAGIC, 0, 0 },
				    waiting = { REQUEST_MAGIC, 1, 0 };

static int
reach(void)
{
	const char *path = getenv("NURSERY_SOCKET");
	int fd = packet_connect(path != NULL ? path : "");

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

/* A request that is right. */
static int
request(char *const *env, const char *command)
{
	char *directory = getcwd(NULL, 0);
	struct buf b = BUF_INIT;
	int fd;

	request_begin(&b, directory, env);
	buf_append(&b, command, strlen(command) + 1);
	request_set_commands(&b, 1);
	fd = fd_sealed(b.data, b.len);
	if (fd < 0)
		err(1, "memfd");
	buf_release(&b);
	free(directory);
	return fd;
}

static int
echo(void)
{
	return request(environ, "echo spawned");
}

static bool
hear(int fd)
{
	static const char *const names[] = {
		[ANSWER_ACCEPTED] = "accepted",
		[ANSWER_DONE] = "done",
		[ANSWER_CLOSING] = "closing",
		[ANSWER_NO_ROOM] = "no-room",
		[ANSWER_MALFORMED] = "malformed",
		[ANSWER_STRANGER] = "stranger",
		[ANSWER_LATER] = "later",
		[ANSWER_PARKED] = "parked",
	};
	struct request_answer answer;
	struct packet packet;

	if (packet_receive(fd, &answer, sizeof(answer), &packet) <= 0) {
		puts("hung up");
		return false;
	}
	if (packet.len != sizeof(answer) || answer.magic != REQUEST_MAGIC ||
	    answer.kind > ANSWER_PARKED)
		errx(1, "an answer of %zu bytes", packet.len);
	fputs(names[answer.kind], stdout);
	if (answer.kind == ANSWER_DONE || answer.kind == ANSWER_NO_ROOM)
		printf(" %d", (int)answer.detail);
	putchar('\n');
	return answer.kind == ANSWER_ACCEPTED;
}

static void
ask(const void *message, size_t len, int passed)
{
	int fd = reach();

	if (packet_send(fd, message, len, passed) < 0)
		err(1, "send");
	hear(fd);
}

static void
ask_plainly(int passed)
{
	ask(&plain, sizeof(plain), passed);
}

static int
verb_garbage(char **args)
{
	size_t n = strtoul(args[0], NULL, 10);

	ask(xcalloc(n + 1, 1), n, -1);
	return 0;
}

static int
verb_bare(char **args)
{
	(void)args;
	ask_plainly(-1);
	return 0;
}

static int
verb_descriptors(char **args)
{
	int n = atoi(args[0]);
	struct iovec iov = { .iov_base = (void *)&plain,
		.iov_len = sizeof(plain) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	size_t size = (size_t)n * sizeof(int);
	struct cmsghdr *header = xcalloc(1, CMSG_SPACE(size));
	int fd = reach();

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(size);
	for (int i = 0; i < n; i++) {
		int passed = echo();

		memcpy(CMSG_DATA(header) + (size_t)i * sizeof(int), &passed,
		    sizeof(int));
	}
	msg.msg_control = header;
	msg.msg_controllen = CMSG_SPACE(size);
	if (sendmsg(fd, &msg, MSG_NOSIGNAL) < 0)
		err(1, "sendmsg");
	hear(fd);
	return 0;
}

static int
verb_short(char **args)
{
	(void)args;
	ask(&plain, sizeof(plain) - 1, echo());
	return 0;
}

static int
verb_long(char **args)
{
	const struct request_message two[2] = { plain, plain };

	(void)args;
	ask(two, sizeof(two), echo());
	return 0;
}

static int
verb_magic(char **args)
{
	struct request_message message = plain;

	(void)args;
	message.magic++;
	ask(&message, sizeof(message), echo());
	return 0;
}

static int
verb_flags(char **args)
{
	struct request_message message = plain;

	(void)args;
	message.wait = 2;
	ask(&message, sizeof(message), echo());
	return 0;
}

static int
memory(unsigned seals, size_t holes)
{
	int fd = memfd_create("spawner", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, (off_t)holes) < 0 ||
	    fcntl(fd, F_ADD_SEALS, seals) < 0)
		err(1, "memfd");
	return fd;
}

static int
verb_unsealed(char **args)
{
	(void)args;
	ask_plainly(memory(0, 4096));
	return 0;
}

static int
verb_sealed(char **args)
{
	ask_plainly(memory((unsigned)atoi(args[0]), 4096));
	return 0;
}

static int
verb_holes(char **args)
{
	ask_plainly(
	    memory(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL,
		(size_t)atoi(args[0]) << 20));
	return 0;
}

static int
verb_file(char **args)
{
	ask_plainly(open(args[0], O_RDONLY | O_CLOEXEC));
	return 0;
}

static int
verb_socket(char **args)
{
	int pair[2];

	(void)args;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		err(1, "socketpair");
	ask_plainly(pair[0]);
	return 0;
}

static int
verb_payload(char **args)
{
	struct buf b = BUF_INIT;

	(void)args;
	read_all(&b);
	ask_plainly(fd_sealed(b.data, b.len));
	return 0;
}

static int
verb_die(char **args)
{
	(void)args;
	packet_send(reach(), &plain, sizeof(plain), echo());
	return 0;
}

/* Asks to wait and hears whether that is accepted; the connection, or -1. */
static int
begin_to_wait(void)
{
	int fd = reach();

	packet_send(fd, &waiting, sizeof(waiting), echo());
	return hear(fd) ? fd : -1;
}

static int
verb_die_waiting(char **args)
{
	(void)args;
	begin_to_wait();
	return 0;
}

static int
verb_half(char **args)
{
	int fd = begin_to_wait();

	(void)args;
	if (fd >= 0) {
		shutdown(fd, SHUT_WR);
		hear(fd);
	}
	return 0;
}

static int
verb_twice(char **args)
{
	int fd = reach();

	(void)args;
	for (int i = 0; i < 2; i++) {
		packet_send(fd, &plain, sizeof(plain), echo());
		hear(fd);
	}
	packet_send(fd, "x", 1, -1);
	hear(fd);
	hear(fd);
	return 0;
}

static int
verb_never_read(char **args)
{
	int n = atoi(args[0]);
	int fd = reach(), sent = 0, passed = echo();

	while (sent < n && packet_send(fd, &plain, sizeof(plain), passed) == 0)
		sent++;
	puts(sent == n ? "all sent" : "hung up");
	return 0;
}

static int
verb_silent(char **args)
{
	char line[16];
	FILE *f;

	for (int i = 0; i < atoi(args[0]); i++)
		reach();
	f = fopen(args[1], "w");
	if (f == NULL || fputs("silent\n", f) < 0 || fclose(f) != 0)
		err(1, "%s", args[1]);
	f = fopen(args[2], "r");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		err(1, "%s", args[2]);
	return 0;
}

static int
verb_many(char **args)
{
	int accepted = 0;

	for (int i = 0; i < atoi(args[0]); i++) {
		struct request_answer answer = { .kind = ANSWER_CLOSING };
		struct packet packet;
		int fd = reach(), passed = request(environ, ":");

		packet_send(fd, &plain, sizeof(plain), passed);
		close(passed);
		if (packet_receive(fd, &answer, sizeof(answer), &packet) > 0 &&
		    answer.kind == ANSWER_ACCEPTED)
			accepted++;
	}
	printf("accepted %d\n", accepted);
	return 0;
}

static int
verb_variable(char **args)
{
	size_t n = strtoul(args[0], NULL, 10);
	size_t len = strtoul(args[1], NULL, 10);
	struct strvec env = STRVEC_INIT;
	char *value = xmalloc(len + 1);

	memset(value, 'x', len);
	value[len] = '\0';
	strvec_push_all(&env, environ);
	for (size_t i = 0; i < n; i++)
		strvec_pushf(&env, "GIANT%zu=%s", i, value);
	ask_plainly(request(env.items, args[2]));
	strvec_release(&env);
	free(value);
	return 0;
}

static int
verb_bytes(char **args)
{
	int n = atoi(args[0]);
	char *filling = xmalloc((size_t)n + 1), *command;

	memset(filling, '#', (size_t)n);
	command = xasprintf("%s #%.*s", args[1], n, filling);
	ask_plainly(request(environ, command));
	free(command);
	free(filling);
	return 0;
}

static const struct verb verbs[] = {
	{ "garbage", 1, 1, verb_garbage },
	{ "bare", 0, 0, verb_bare },
	{ "descriptors", 1, 1, verb_descriptors },
	{ "short", 0, 0, verb_short },
	{ "long", 0, 0, verb_long },
	{ "magic", 0, 0, verb_magic },
	{ "flags", 0, 0, verb_flags },
	{ "unsealed", 0, 0, verb_unsealed },
	{ "sealed", 1, 1, verb_sealed },
	{ "holes", 1, 1, verb_holes },
	{ "file", 1, 1, verb_file },
	{ "socket", 0, 0, verb_socket },
	{ "payload", 0, 0, verb_payload },
	{ "die", 0, 0, verb_die },
	{ "die-waiting", 0, 0, verb_die_waiting },
	{ "half", 0, 0, verb_half },
	{ "twice", 0, 0, verb_twice },
	{ "never-read", 1, 1, verb_never_read },
	{ "silent", 3, 3, verb_silent },
	{ "many", 1, 1, verb_many },
	{ "variable", 3, 3, verb_variable },
	{ "bytes", 2, 2, verb_bytes },
};

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
