/* notify_socket_parse(): what is said stands in the message, and only there. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "ready/notify_socket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* True if the text has that line. */
static int
has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *end = text; end != NULL; text = end + 1) {
		end = strchr(text, '\n');
		if (strncmp(text, line, len) == 0 &&
		    (text[len] == '\n' || text[len] == '\0'))
			return 1;
		if (end == NULL)
			break;
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup0(data, size), *copy = xmemdup0(data, size);
	struct notify_message message;

	notify_socket_parse(text, &message);
	assert(message.ready == has_line(copy, "READY=1"));
	if (message.status != NULL) {
		char *line = xasprintf("STATUS=%s", message.status);

		assert(message.status > text &&
		    message.status <= text + strlen(copy));
		assert(has_line(copy, line));
		free(line);
	}
	assert(message.extend_ns >= -1);
	assert(message.extend_ns == -1 ||
	    strstr(copy, "EXTEND_TIMEOUT_USEC=") != NULL);
	free(text);
	free(copy);
	return 0;
}
