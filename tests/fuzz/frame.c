/*
 * frame_next(): takes any bytes, however they are cut, and finds the same in
 * them; what frame_put() wrote is read again, long payloads, too.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "remote/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The payload is not looked at: it may be of any bytes. */
static void
check(const struct frame *frame)
{
	assert(frame->type != 0 && (frame->aux & FRAME_MORE) == 0);
	assert(frame->len <= FRAME_JOINED_MAX);
	assert(frame->len == 0 || frame->data != NULL);
}

/* Reads what comes in parts of that size, and puts each frame to again. */
static enum frame_result
read_in_parts(const uint8_t *data, size_t size, size_t part, struct buf *again)
{
	struct frame_reader reader;
	enum frame_result result = FRAME_NONE;
	char why[FRAME_ERROR_MAX];
	struct frame frame;

	frame_reader_init(&reader);
	while (size > 0 && result != FRAME_BAD) {
		size_t n = size < part ? size : part;

		frame_add(&reader, data, n);
		data += n;
		size -= n;
		while (
		    (result = frame_next(&reader, &frame, why)) == FRAME_OK) {
			check(&frame);
			frame_put(again, frame.type, frame.aux, frame.job,
			    frame.data, frame.len);
		}
		assert(result == FRAME_NONE || strlen(why) > 0);
	}
	frame_reader_release(&reader);
	return result;
}

static void
check_bytes(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT, parts = BUF_INIT, again = BUF_INIT;
	size_t part = size > 0 ? data[0] % 64 + 1 : 1;

	assert(read_in_parts(data, size, size, &whole) ==
	    read_in_parts(data, size, part, &parts));
	assert(whole.len == parts.len &&
	    (whole.len == 0 || memcmp(whole.data, parts.data, whole.len) == 0));
	assert(read_in_parts((const uint8_t *)whole.data, whole.len, whole.len,
		   &again) == FRAME_NONE);
	assert(again.len == whole.len &&
	    (whole.len == 0 || memcmp(again.data, whole.data, whole.len) == 0));
	buf_release(&whole);
	buf_release(&parts);
	buf_release(&again);
}

/* One of the types whose payload may be of any length. */
static uint8_t
type_of(uint8_t n)
{
	static const uint8_t types[] = { FRAME_CONFIG, FRAME_RUN, FRAME_OUT,
		FRAME_HEARD };

	return types[n % sizeof(types)];
}

/* Each three bytes are a frame: its type, and how long it is. */
static void
check_round_trip(const uint8_t *data, size_t size)
{
	static const char payload[UINT16_MAX * 4];
	struct buf sent = BUF_INIT;
	struct frame_reader reader;
	struct frame frame;
	char why[FRAME_ERROR_MAX];
	size_t n = size / 3 < 3 ? size / 3 : 3;

	for (size_t i = 0; i < n; i++)
		frame_put(&sent, type_of(data[3 * i]), (uint8_t)i, data[3 * i],
		    payload, (data[3 * i + 1] * 256U + data[3 * i + 2]) * 4U);
	frame_reader_init(&reader);
	frame_add(&reader, sent.data, sent.len);
	for (size_t i = 0; i < n; i++) {
		assert(frame_next(&reader, &frame, why) == FRAME_OK);
		assert(frame.type == type_of(data[3 * i]) && frame.aux == i &&
		    frame.job == data[3 * i]);
		assert(frame.len ==
		    (data[3 * i + 1] * 256U + data[3 * i + 2]) * 4U);
	}
	assert(frame_next(&reader, &frame, why) == FRAME_NONE);
	frame_reader_release(&reader);
	buf_release(&sent);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_bytes(data, size);
	if (size % 16 == 9) /* it takes much longer */
		check_round_trip(data, size);
	return 0;
}
