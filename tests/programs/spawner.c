/*
 * spawner: a client of NURSERY_SOCKET that does what nursery --spawn never
 *does. Each VERB uses a connection of its own and prints the answers: accepted,
 * "done N", closing, "no-room N", malformed, stranger; or "hung up".
 *
 *	spawner VERB [ARG]
 *
 *	garbage N	a message of N bytes, 0 to 100000
 *	bare		a message that is right, but without a descriptor
 *	descriptors N	with N descriptors, each a request that is right
 *	short | long	a message of another size, with such a descriptor
 *	magic | flags	one of another version
 *	unsealed	the memory could still be changed
 *	sealed SEALS	with these seals only, a number
 *	file PATH	it is no memory but that file
 *	socket		it is a socket
 *	holes N		it is N MiB of NUL bytes
 *	payload		it is what we read from standard input
 *	die		a request that is right; leaves without the answer
 *	die-waiting	the same with wait, leaves when that is accepted
 *	half		asks to wait, then only closes its own way
 *	twice		two requests, and one that is malformed
 *	never-read N	N requests whose answers are not read
 *	silent N GATE GATE2	N connections that say nothing; says a line at
 *			the one gate, then waits for one at the other
 *	many N		N times: connects, asks, hears, and keeps it; at the end
 *			says how many were accepted
 *	variable N LEN COMMAND		asks to run it with N variables of LEN
 *	bytes N COMMAND	asks to run COMMAND with N bytes '#' behind it
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

static const struct request_message plain = { REQUEST_MAGIC, 0 },
				    waiting = { REQUEST_MAGIC, 1 };

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
	};
	struct request_answer answer;
	struct packet packet;

	if (packet_receive(fd, &answer, sizeof(answer), &packet) <= 0) {
		puts("hung up");
		return false;
	}
	if (packet.len != sizeof(answer) || answer.magic != REQUEST_MAGIC ||
	    answer.kind > ANSWER_STRANGER)
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

static void
ask_with_many(int n)
{
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

static void
payload(void)
{
	struct buf b = BUF_INIT;

	read_all(&b);
	ask_plainly(fd_sealed(b.data, b.len));
}

static void
wait_half(bool leave)
{
	int fd = reach();

	packet_send(fd, &waiting, sizeof(waiting), echo());
	if (!hear(fd) || leave)
		return;
	shutdown(fd, SHUT_WR);
	hear(fd);
}

static void
ask_twice(void)
{
	int fd = reach();

	for (int i = 0; i < 2; i++) {
		packet_send(fd, &plain, sizeof(plain), echo());
		hear(fd);
	}
	packet_send(fd, "x", 1, -1);
	hear(fd);
	hear(fd);
}

static void
never_read(int n)
{
	int fd = reach(), sent = 0, passed = echo();

	while (sent < n && packet_send(fd, &plain, sizeof(plain), passed) == 0)
		sent++;
	puts(sent == n ? "all sent" : "hung up");
}

static void
say_nothing(int n, const char *gate, const char *gate2)
{
	char line[16];
	FILE *f;

	for (int i = 0; i < n; i++)
		reach();
	f = fopen(gate, "w");
	if (f == NULL || fputs("silent\n", f) < 0 || fclose(f) != 0)
		err(1, "%s", gate);
	f = fopen(gate2, "r");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		err(1, "%s", gate2);
}

static void
ask_many(int n)
{
	const struct request_message *message = &plain;
	int accepted = 0;

	for (int i = 0; i < n; i++) {
		struct request_answer answer = { .kind = ANSWER_CLOSING };
		struct packet packet;
		int fd = reach(), passed = request(environ, ":");

		packet_send(fd, message, sizeof(*message), passed);
		close(passed);
		if (packet_receive(fd, &answer, sizeof(answer), &packet) > 0 &&
		    answer.kind == ANSWER_ACCEPTED)
			accepted++;
	}
	printf("accepted %d\n", accepted);
}

static void
ask_with_variables(size_t n, size_t len, const char *command)
{
	struct strvec env = STRVEC_INIT;
	char *value = xmalloc(len + 1);

	memset(value, 'x', len);
	value[len] = '\0';
	strvec_push_all(&env, environ);
	for (size_t i = 0; i < n; i++)
		strvec_pushf(&env, "GIANT%zu=%s", i, value);
	ask_plainly(request(env.items, command));
	strvec_release(&env);
	free(value);
}

static void
ask_for_bytes(size_t n, const char *command)
{
	char *text = xmalloc(strlen(command) + 2 + n + 1);

	memset(text, '#', strlen(command) + 2 + n);
	memcpy(text, command, strlen(command));
	text[strlen(command)] = ' ';
	text[strlen(command) + 2 + n] = '\0';
	ask_plainly(request(environ, text));
	free(text);
}

static int
with_descriptor(const char *verb, const char *arg)
{
	struct request_message message = plain;
	int pair[2];

	if (strcmp(verb, "short") == 0) {
		ask(&plain, sizeof(plain) - 1, echo());
	} else if (strcmp(verb, "long") == 0) {
		const struct request_message two[2] = { plain, plain };

		ask(two, sizeof(two), echo());
	} else if (strcmp(verb, "magic") == 0) {
		message.magic++;
		ask(&message, sizeof(message), echo());
	} else if (strcmp(verb, "flags") == 0) {
		message.wait = 2;
		ask(&message, sizeof(message), echo());
	} else if (strcmp(verb, "unsealed") == 0) {
		ask_plainly(memory(0, 4096));
	} else if (strcmp(verb, "sealed") == 0) {
		ask_plainly(memory((unsigned)atoi(arg), 4096));
	} else if (strcmp(verb, "holes") == 0) {
		ask_plainly(memory(
		    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL,
		    (size_t)atoi(arg) << 20));
	} else if (strcmp(verb, "file") == 0) {
		ask_plainly(open(arg, O_RDONLY | O_CLOEXEC));
	} else if (strcmp(verb, "socket") == 0) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
			err(1, "socketpair");
		ask_plainly(pair[0]);
	} else {
		return -1;
	}
	return 0;
}

static int
with_request(char **args)
{
	const char *verb = args[0];
	int n = args[1] != NULL ? atoi(args[1]) : 0;

	if (strcmp(verb, "payload") == 0)
		payload();
	else if (strcmp(verb, "die") == 0)
		packet_send(reach(), &plain, sizeof(plain), echo());
	else if (strcmp(verb, "die-waiting") == 0)
		wait_half(true);
	else if (strcmp(verb, "half") == 0)
		wait_half(false);
	else if (strcmp(verb, "twice") == 0)
		ask_twice();
	else if (strcmp(verb, "never-read") == 0)
		never_read(n);
	else if (strcmp(verb, "silent") == 0)
		say_nothing(n, args[2], args[3]);
	else if (strcmp(verb, "many") == 0)
		ask_many(n);
	else if (strcmp(verb, "variable") == 0)
		ask_with_variables((size_t)n, (size_t)atoi(args[2]), args[3]);
	else if (strcmp(verb, "bytes") == 0)
		ask_for_bytes((size_t)n, args[2]);
	else
		return -1;
	return 0;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? atoi(argv[2]) : 0;

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (strcmp(verb, "garbage") == 0)
		ask(xcalloc((size_t)n + 1, 1), (size_t)n, -1);
	else if (strcmp(verb, "bare") == 0)
		ask_plainly(-1);
	else if (strcmp(verb, "descriptors") == 0)
		ask_with_many(n);
	else if (with_descriptor(verb, argv[2]) < 0 &&
	    (argc < 2 || with_request(argv + 1) < 0))
		errx(125, "see the comment in tests/programs/spawner.c");
	return 0;
}
