/* The texts of loadavg and meminfo: a number is found, or nothing is touched.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sys/pressure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup0(data, size);
	int64_t milli = -7, bytes = -7;

	if (pressure_parse_load(text, &milli) == 0)
		assert(milli >= 0 && strchr(text, ' ') != NULL);
	else
		assert(milli == -7);
	if (pressure_parse_memory(text, &bytes) == 0)
		assert(bytes >= 0 && strstr(text, "MemAvailable:") != NULL);
	else
		assert(bytes == -7);
	free(text);
	return 0;
}
