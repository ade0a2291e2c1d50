/*
 * message_get_*(): take any bytes; what they take is written again, and read as
 * the same.  The first byte says which message it is.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "remote/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The messages of --spawn, as below. */
static bool
copy_spawning(unsigned kind, const char *data, size_t len, struct buf *b)
{
	struct remote_spawn spawn;
	struct remote_answer answer;

	if (kind == 6 && message_get_spawn(data, len, &spawn) == 0) {
		message_put_spawn(b, &spawn);
		return true;
	}
	if (kind == 7 && message_get_answer(data, len, &answer) == 0) {
		message_put_answer(b, &answer);
		return true;
	}
	return false;
}

/*
 * Reads a message of the kind and writes it to b.  False if it is none, or
 * there is no such kind.
 */
static bool
copy(unsigned kind, const char *data, size_t len, struct buf *b)
{
	struct remote_hello hello;
	struct remote_config config;
	struct remote_run run;
	struct remote_ask ask;
	struct remote_orphans orphans;
	struct remote_exit end;

	switch (kind) {
	case 0:
		if (message_get_hello(data, len, &hello) < 0)
			return false;
		message_put_hello(b, &hello);
		message_release_hello(&hello);
		return true;
	case 1:
		if (message_get_config(data, len, &config) < 0)
			return false;
		message_put_config(b, &config);
		message_release_config(&config);
		return true;
	case 2:
		if (message_get_run(data, len, &run) < 0)
			return false;
		assert(strlen(run.text) == run.len);
		message_put_run(b, &run);
		message_release_run(&run);
		return true;
	case 3:
		if (message_get_ask(data, len, &ask) < 0)
			return false;
		message_put_ask(b, &ask);
		return true;
	case 4:
		if (message_get_orphans(data, len, &orphans) < 0)
			return false;
		message_put_orphans(b, &orphans);
		message_release_orphans(&orphans);
		return true;
	case 5:
		if (message_get_exit(data, len, &end) < 0)
			return false;
		message_put_exit(b, &end);
		message_release_exit(&end);
		return true;
	default:
		return copy_spawning(kind, data, len, b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;
	char *bytes;

	if (size == 0)
		return 0;
	bytes = xmalloc(size - 1 > 0 ? size - 1 : 1); /* as long as it is */
	memcpy(bytes, data + 1, size - 1);
	if (copy(data[0], bytes, size - 1, &once)) {
		assert(once.len == size - 1);
		assert(copy(data[0], once.data, once.len, &twice));
		assert(twice.len == once.len &&
		    memcmp(once.data, twice.data, once.len) == 0);
	}
	buf_release(&once);
	buf_release(&twice);
	free(bytes);
	return 0;
}
