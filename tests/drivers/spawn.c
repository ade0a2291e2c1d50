/*
 * Requests of --spawn without the rest of nursery: one verb a call.
 *
 *	spawn build DIR [VARIABLE...] -- [COMMAND...]	writes one
 *	spawn parse			reads one, says what is in it
 *	spawn backlog N LEN		puts N requests, whose command has up to
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
#include <sys/stat.h>

#include "base/xalloc.h"
#include "spawn/backlog.h"
#include "spawn/request.h"

#include "checked.h"
#include "verbs.h"

static int
verb_build(char **args)
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
verb_parse(char **args)
{
	struct buf b = BUF_INIT;
	struct request request;
	const char *text;
	size_t len;
	char *bytes;

	(void)args;
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

/* How much of the backlog's file is in use, in KiB. */
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
verb_backlog(char **args)
{
	uint64_t n = strtoull(args[0], NULL, 10);
	size_t len = strtoull(args[1], NULL, 10);
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

static const struct verb verbs[] = {
	{ "build", 2, VERB_ANY, verb_build },
	{ "parse", 0, 0, verb_parse },
	{ "backlog", 2, 2, verb_backlog },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
