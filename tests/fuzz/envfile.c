/*
 * envfile_parse(): each variable has a name and a =, no more bytes come out
 * than went in, and an error is in a line of the file; a value in single quotes
 * comes out as it went in.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"
#include "base/xalloc.h"
#include "input/envfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Parses X='VALUE' with the bytes of value. */
static void
check_quoted(const char *value)
{
	struct strvec found = STRVEC_INIT;
	const char *why = NULL;
	char *text = xasprintf("X='%s'", value);
	size_t line;

	if (strchr(value, '\'') == NULL) {
		assert(envfile_parse(text, strlen(text), &found, &line, &why) ==
		    0);
		assert(
		    found.len == 1 && strcmp(found.items[0] + 2, value) == 0);
	}
	strvec_release(&found);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strvec found = STRVEC_INIT;
	const char *why = NULL;
	char *text = xmemdup0(data, size);
	size_t line, lines = 1, all = 0;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (envfile_parse(text, size, &found, &line, &why) < 0)
		assert(why != NULL && line >= 1 && line <= lines);
	else
		assert(why == NULL);
	for (size_t i = 0; i < found.len; i++) {
		const char *equals = strchr(found.items[i], '=');

		assert(equals != NULL && equals > found.items[i]);
		all += strlen(found.items[i]);
	}
	assert(all <= size);
	check_quoted(text);
	strvec_release(&found);
	free(text);
	return 0;
}
