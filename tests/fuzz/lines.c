/*
 * lines_next(): the commands of standard input are its lines, but for blank
 * ones and comments; a NUL in one is an error.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "input/lines.h"
#include "input/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Finds the next line from *at on that is a command.  False: there is none. */
static bool
next_command(const char **at, const char *end, const char **text, size_t *len)
{
	while (*at < end) {
		const char *newline = memchr(*at, '\n', (size_t)(end - *at));
		const char *stop = newline != NULL ? newline : end, *s = *at;

		*text = *at;
		*len = (size_t)(stop - *at);
		*at = newline != NULL ? newline + 1 : end;
		while (s < stop && (*s == ' ' || (*s >= '\t' && *s <= '\r')))
			s++;
		if (s < stop && *s != '#')
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct delimiter newline = DELIMITER_NEWLINE;
	const char *at = (const char *)data, *end = at + size, *text, *wanted;
	enum source_state state;
	struct source *source;
	size_t len, wanted_len;
	uint64_t seq = 0;
	int fds[2];

	if (size > 4096 || pipe2(fds, O_NONBLOCK) < 0)
		return 0;
	assert(write(fds[1], data, size) == (ssize_t)size);
	close(fds[1]);
	source = lines_new(fds[0], &newline, true, NULL);
	while ((state = source_next(source, ++seq, 1, &text, &len)) ==
	    SOURCE_RECORD) {
		assert(next_command(&at, end, &wanted, &wanted_len));
		assert(len == wanted_len && memcmp(text, wanted, len) == 0);
		assert(memchr(text, '\0', len) == NULL);
	}
	if (state == SOURCE_END)
		assert(!next_command(&at, end, &wanted, &wanted_len));
	else
		assert(state == SOURCE_ERROR && source_error(source) != NULL &&
		    memchr(data, '\0', size) != NULL);
	source_free(source);
	close(fds[0]);
	return 0;
}
