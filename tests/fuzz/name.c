/*
 * name_of_command() and interpreter_missing(): a name is short and never empty,
 * whatever the command is.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "job/name.h"
#include "sys/interpreter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[NAME_SIZE], again[NAME_SIZE], *text;

	if (memchr(data, '\0', size) != NULL)
		return 0; /* no command has a NUL in it */
	text = xmemdup0(data, size);
	name_of_command(text, size, name);
	assert(name[0] != '\0' && strlen(name) < NAME_SIZE);
	name_of_command(text, size, again);
	assert(strcmp(name, again) == 0);
	free(interpreter_missing(text, size, "/", "/bin"));
	free(text);
	return 0;
}
