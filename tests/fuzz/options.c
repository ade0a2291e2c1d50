/*
 * options_parse(): the first byte chooses nursery or parallel; then come
 * $PARALLEL and the words of the command line, each ended by a newline.  What
 * was accepted can be released; what is refused is told in one line without
 * control characters.
 */
#include <assert.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "cli/options.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Names are not looked up, and no directories are made. */
int
getaddrinfo(const char *restrict host, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict ret)
{
	(void)host;
	(void)service;
	(void)hints;
	(void)ret;
	return EAI_NONAME;
}

int
mkdir(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	return 0;
}

static void
hear(void *arg, const char *line, size_t len)
{
	int *lines = arg;

	++*lines;
	assert(len > 1 && line[len - 1] == '\n');
	for (size_t i = 0; i + 1 < len; i++)
		assert((unsigned char)line[i] >= ' ' && line[i] != '\177');
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	unsetenv("HOME");
	unsetenv("PARALLEL_HOME");
	unsetenv("PARALLEL_SHELL");
	return setenv("NURSERY_NO_POPT", "1", 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char names[][9] = { "nursery", "parallel" };
	char *text, *rest, *word, *words[32];
	struct options options;
	int n = 0, lines = 0, result;

	/* No regular expressions: glibc takes too much memory for some. */
	if (size < 1 || size > 1000 || memchr(data, '\0', size) != NULL ||
	    memchr(data, '{', size) != NULL || memmem(data, size, "log", 3))
		return 0;
	rest = text = xmemdup0(data + 1, size - 1);
	words[n++] = names[data[0] % 2];
	setenv("PARALLEL", strsep(&rest, "\n"), 1);
	while (n < 31 && (word = strsep(&rest, "\n")) != NULL)
		words[n++] = word;
	words[n] = NULL;
	msg_set_writer(hear, &lines);
	result = options_parse(&options, n, words);
	assert(result == 0 || (result == -1 && lines == 1));
	options_release(&options);
	msg_set_writer(NULL, NULL);
	free(text);
	return 0;
}
