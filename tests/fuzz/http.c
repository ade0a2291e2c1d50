/* http_status(): a number of three digits behind "HTTP/N.N ", or nothing. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ready/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char bytes[HTTP_STATUS_LEN] = "", again[HTTP_STATUS_LEN + 1];
	int status;

	memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	status = http_status(bytes);
	assert(status == -1 || (status >= 100 && status < 600));
	if (status >= 0) {
		snprintf(again, sizeof(again), "HTTP/%c.%c %d", bytes[5],
		    bytes[7], status);
		assert(memcmp(bytes, again, sizeof(bytes) - 1) == 0);
		assert(strchr(" \r\n", bytes[sizeof(bytes) - 1]) != NULL);
	}
	return 0;
}
