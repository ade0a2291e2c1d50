/*
 * procfile_parse(): each name and command is in the file, and no name twice; an
 * error is in a line of the file.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"
#include "base/xalloc.h"
#include "input/procfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strvec found = STRVEC_INIT;
	const char *why = NULL;
	char *text = xmemdup0(data, size);
	size_t line, lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (procfile_parse(text, size, &found, &line, &why) < 0)
		assert(why != NULL && line >= 1 && line <= lines);
	else
		assert(why == NULL);
	assert(found.len % 2 == 0);
	for (size_t i = 0; i < found.len; i++) {
		assert(*found.items[i] != '\0');
		assert(strstr(text, found.items[i]) != NULL);
		for (size_t j = i % 2; j < i; j += 2)
			assert(i % 2 == 1 ||
			    strcmp(found.items[i], found.items[j]) != 0);
	}
	strvec_release(&found);
	free(text);
	return 0;
}
