#include "request.h"

#include <stdlib.h>
#include <string.h>

void
request_begin(struct buf *b, const char *directory, char *const *env)
{
	struct request_head head = { 0 };

	while (env[head.n_variables] != NULL)
		head.n_variables++;
	buf_append(b, &head, sizeof(head));
	buf_append(b, directory, strlen(directory) + 1);
	for (; *env != NULL; env++)
		buf_append(b, *env, strlen(*env) + 1);
}

void
request_set_commands(struct buf *b, uint64_t n)
{
	memcpy(
	    b->data + offsetof(struct request_head, n_commands), &n, sizeof(n));
}

/* Skips n strings.  NULL if there are not so many before the end. */
static const char *
skip_strings(const char *at, const char *end, uint64_t n)
{
	for (; n > 0; n--) {
		const char *nul = memchr(at, '\0', (size_t)(end - at));

		if (nul == NULL)
			return NULL;
		at = nul + 1;
	}
	return at;
}

int
request_parse(char *bytes, size_t len, struct request *ret)
{
	struct request request = { .bytes = bytes, .len = len };
	const char *end = bytes + len, *at;
	struct request_head head;

	if (len <= sizeof(head))
		return -1;
	memcpy(&head, bytes, sizeof(head));
	if (head.n_variables > REQUEST_VARIABLES_MAX || head.n_commands == 0)
		return -1;
	request.directory = bytes + sizeof(head);
	request.n_variables = head.n_variables;
	request.n_commands = head.n_commands;
	at = skip_strings(request.directory, end, 1);
	if (at == NULL || request.directory[0] != '/')
		return -1;
	request.variables = at;
	at = skip_strings(at, end, head.n_variables);
	if (at == NULL)
		return -1;
	request.commands = request.next = at;
	if (skip_strings(at, end, head.n_commands) != end)
		return -1;
	*ret = request;
	return 0;
}

const char *
request_next(struct request *request, size_t *ret_len)
{
	const char *command = request->next;

	if (request->n_commands == 0)
		return NULL;
	*ret_len = strlen(command);
	request->next += *ret_len + 1;
	request->n_commands--;
	return command;
}

void
request_release(struct request *request)
{
	free(request->bytes);
	*request = (struct request){ .bytes = NULL };
}
