#include "publish.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

void
publish(char *shared, size_t size, const char *text)
{
	volatile char *first = shared;

	assert(strlen(text) < size);
	*first = '\0';
	atomic_signal_fence(memory_order_seq_cst);
	strlcpy(shared + 1, text + 1, size - 1);
	atomic_signal_fence(memory_order_seq_cst);
	*first = text[0];
}
