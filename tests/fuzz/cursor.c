/* Following the cursor: whatever jobs write, in however many pieces. */
#include <assert.h>
#include <stdint.h>

#include "output/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COLUMNS 20
#define ROWS 6

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor whole, parts;

	cursor_init(&whole, COLUMNS, ROWS);
	cursor_init(&parts, COLUMNS, ROWS);
	cursor_follow(&whole, (const char *)data, size);
	for (size_t i = 0; i < size; i++) {
		cursor_follow(&parts, (const char *)data + i, 1);
		assert(parts.column >= -1 && parts.column <= COLUMNS);
		assert(parts.below >= 0 && parts.below <= ROWS);
	}
	assert(cursor_place(&whole) == cursor_place(&parts));
	assert(whole.column == parts.column && whole.below == parts.below);
	cursor_follow(&whole, "\n", 1);
	cursor_resize(&whole, COLUMNS / 2, ROWS / 2);
	(void)cursor_place(&whole);
	return 0;
}
