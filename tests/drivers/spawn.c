/*
 * Requests of --spawn without any process, for tests/request.bats:
 *
 *	request build DIR [VARIABLE...] -- [COMMAND...]	writes one
 *	request parse			reads one, says what is in it
 *	request hasty			says what it hears of one who leaves
 *	request backlog N LEN		puts N requests, whose command has up to
 *		LEN bytes, into a backlog in $TMPDIR, takes some out in between,
 *		and checks that what comes out is what went in.  Says how many
 *		KiB of the file were in use at most and in the end, and how many
 *		KiB of memory there ever were.
 */
#include <assert.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "spawn/backlog.h"
#include "spawn/request.h"
#include "sys/packet.h"

#include "checked.h"

static int
build(char **args)
{
	struct buf b = BUF_INIT;
	char **rest = args + 1;
	uint64_t n = 0;

	while (strcmp(*rest, "--") != 0)
		rest++;
	*rest++ = NULL;
	request_begin(&b, args[0], args + 1);
	for (; *rest != NULL; rest++, n++)
		buf_append(&b, *rest, strlen(*rest) + 1);
	request_set_commands(&b, n);
	fwrite(b.data, 1, b.len, stdout);
	buf_release(&b);
	return fflush(stdout) == 0 ? 0 : 1;
}

static int
parse(void)
{
	struct buf b = BUF_INIT;
	struct request request;
	const char *text;
	size_t len;
	char *bytes;

	read_all(&b);
	len = b.len;
	bytes = realloc(buf_detach(&b), len > 0 ? len : 1); /* for asan */
	if (request_parse(bytes, len, &request) < 0) {
		puts("malformed");
		free(bytes);
		return 1;
	}
	printf("in %s\n", request.directory);
	text = request.variables;
	for (uint64_t i = 0; i < request.n_variables; i++) {
		printf("with %s\n", text);
		text += strlen(text) + 1;
	}
	while ((text = request_next(&request, &len)) != NULL)
		printf("run %.*s\n", (int)len, text);
	request_release(&request);
	return 0;
}

/* The only file without a name that we have open, in KiB. */
static long
file_kib(const struct backlog *backlog)
{
	struct stat st;

	if (backlog->store.scratch == NULL || backlog->store.spool.fd < 0 ||
	    fstat(backlog->store.spool.fd, &st) < 0)
		return 0;
	return (long)st.st_blocks / 2;
}

static void
put(struct backlog *backlog, uint64_t number, size_t len)
{
	char *const env[] = { (char *)"A=1", NULL };
	char *command = xasprintf(
	    "%" PRIu64 " %0*d", number, (int)(number * 7919 % len), 0);
	struct buf b = BUF_INIT;
	struct request request;
	size_t size;

	request_begin(&b, "/", env);
	buf_append(&b, command, strlen(command) + 1);
	request_set_commands(&b, 1);
	size = b.len;
	assert(request_parse(buf_detach(&b), size, &request) == 0);
	assert(backlog_put(backlog, &request) == 0);
	request_release(&request);
	free(command);
}

static void
take(struct backlog *backlog, uint64_t number, size_t len)
{
	struct request request;
	const char *command;
	char *end;
	size_t got;

	assert(backlog_take(backlog, &request) == 0);
	command = request_next(&request, &got);
	assert(command != NULL && strtoull(command, &end, 10) == number);
	assert(strlen(end + 1) ==
	    (number * 7919 % len > 0 ? number * 7919 % len : 1));
	request_release(&request);
}

static int
try_backlog(uint64_t n, size_t len)
{
	const char *tmpdir = getenv("TMPDIR");
	uint64_t in = 0, out = 0;
	struct backlog backlog;
	struct rusage usage;
	long most = 0;

	backlog_init(&backlog, tmpdir != NULL ? tmpdir : "/tmp");
	while (in < n) {
		put(&backlog, in++, len);
		if (in % 3 == 0)
			take(&backlog, out++, len);
		most = file_kib(&backlog) > most ? file_kib(&backlog) : most;
	}
	while (backlog.n_commands > 1)
		take(&backlog, out++, len);
	printf("file %ld\n", most);
	take(&backlog, out++, len);
	printf("left %ld\n", file_kib(&backlog));
	put(&backlog, 1, len);
	backlog_release(&backlog);
	getrusage(RUSAGE_SELF, &usage);
	printf("memory %ld\n", usage.ru_maxrss);
	return 0;
}

/* The other end answers without having read what was sent, and leaves. */
static int
hear_a_hasty_one(void)
{
	char text[8] = "";
	struct packet packet;
	int ends[2];

	assert(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	assert(packet_send(ends[0], "ask", 4, -1) == 0);
	assert(packet_send(ends[1], "no", 3, -1) == 0);
	close(ends[1]);
	while (packet_receive(ends[0], text, sizeof(text), &packet) > 0)
		puts(text);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "build") == 0)
		return build(argv + 2);
	if (argc == 2 && strcmp(argv[1], "parse") == 0)
		return parse();
	if (argc == 4 && strcmp(argv[1], "backlog") == 0)
		return try_backlog(
		    strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	if (argc == 2 && strcmp(argv[1], "hasty") == 0)
		return hear_a_hasty_one();
	fputs("usage: see tests/lib/request.c\n", stderr);
	return 125;
}
