/*
 * request_parse(): takes nothing that is not within the bytes, and what it
 * takes can be built again.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "spawn/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = xmalloc(size), **env;
	struct buf again = BUF_INIT;
	struct request request;
	const char *at, *command;
	uint64_t n;
	size_t len;

	memcpy(bytes, data, size);
	if (request_parse(bytes, size, &request) < 0) {
		free(bytes);
		return 0;
	}
	env = xcalloc(request.n_variables + 1, sizeof(*env));
	at = request.variables;
	for (uint64_t i = 0; i < request.n_variables; i++) {
		env[i] = (char *)at;
		at += strlen(at) + 1;
	}
	request_begin(&again, request.directory, env);
	n = request.n_commands;
	assert(n > 0 && request.next == at);
	while ((command = request_next(&request, &len)) != NULL)
		buf_append(&again, command, len + 1);
	request_set_commands(&again, n);
	assert(again.len == size && memcmp(again.data, data, size) == 0);
	buf_release(&again);
	free(env);
	request_release(&request);
	return 0;
}
