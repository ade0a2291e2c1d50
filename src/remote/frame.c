#include "frame.h"

#include <endian.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pack.h"

/* Bytes that were parsed are dropped when there are so many. */
#define DROP_AT ((size_t)1 << 16)

static void
put_one(struct buf *out, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len)
{
	buf_reserve(out, FRAME_HEAD + len + 1);
	pack_u32(out, (uint32_t)len);
	pack_u8(out, type);
	pack_u8(out, aux);
	pack_u32(out, job);
	buf_append(out, data, len);
	buf_append(out, "\n", 1);
}

void
frame_put(struct buf *out, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len)
{
	const char *part = data;

	while (len > FRAME_PART) {
		put_one(out, type, aux | FRAME_MORE, job, part, FRAME_PART);
		part += FRAME_PART;
		len -= FRAME_PART;
	}
	put_one(out, type, aux, job, part, len);
}

void
frame_reader_init(struct frame_reader *reader)
{
	*reader = (struct frame_reader){ .in = BUF_INIT, .joined = BUF_INIT };
}

void
frame_reader_release(struct frame_reader *reader)
{
	buf_release(&reader->in);
	buf_release(&reader->joined);
}

bool
frame_reader_is_amid(const struct frame_reader *reader)
{
	return reader->at < reader->in.len ||
	    (reader->joined.len > 0 && reader->type != 0);
}

void
frame_add(struct frame_reader *reader, const void *data, size_t len)
{
	if (reader->at == reader->in.len) {
		reader->in.len = reader->at = 0;
	} else if (reader->at >= DROP_AT) {
		buf_consume(&reader->in, reader->at);
		reader->at = 0;
	}
	buf_append(&reader->in, data, len);
}

void
frame_hex(const char *data, size_t len, char ret[FRAME_HEX_MAX])
{
	size_t at = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < len && i < FRAME_HEX_BYTES; i++)
		at += (size_t)snprintf(ret + at, FRAME_HEX_MAX - at, "%s%02x",
		    i == 0 ? ": " : " ", (unsigned char)data[i]);
}

/* Says what is wrong, and which bytes there are instead of a frame. */
static enum frame_result
complain(const struct frame_reader *reader, const char *what,
    char why[FRAME_ERROR_MAX])
{
	char hex[FRAME_HEX_MAX];

	frame_hex(
	    reader->in.data + reader->at, reader->in.len - reader->at, hex);
	snprintf(why, FRAME_ERROR_MAX, "%s%s", what, hex);
	return FRAME_BAD;
}

/*
 * How long the payload of a frame of that type may be; -1: there is none.  Long
 * before all of it has come it shows so that this is none, and is not waited
 * for.
 */
static int64_t
longest(uint8_t type)
{
	switch ((enum frame_type)type) {
	case FRAME_KILL:
	case FRAME_SIGNAL:
	case FRAME_READY:
	case FRAME_CLIENT:
		return 0;
	case FRAME_CREDIT:
	case FRAME_STARTED:
	case FRAME_PONG:
	case FRAME_BYE:
	case FRAME_TAKEN:
		return sizeof(uint32_t);
	case FRAME_ANSWER:
		return sizeof(uint8_t) + sizeof(uint32_t);
	case FRAME_PING:
	case FRAME_QUIT:
		return sizeof(uint64_t);
	case FRAME_ASK:
		return sizeof(uint32_t) + sizeof(uint64_t);
	case FRAME_CONFIG:
	case FRAME_RUN:
	case FRAME_HELLO:
	case FRAME_OUT:
	case FRAME_ORPHANS:
	case FRAME_EXIT:
	case FRAME_LOG:
	case FRAME_ERROR:
	case FRAME_SPAWN:
	case FRAME_STDIN:
	case FRAME_OPTIONAL:
		return FRAME_PART;
	}
	return type >= FRAME_OPTIONAL ? (int64_t)FRAME_PART : -1;
}

/* Adds a part of a payload.  False if it cannot be of that payload. */
static bool
join(struct frame_reader *reader, const struct frame *part)
{
	if (reader->joined.len > 0 &&
	    (part->type != reader->type || part->job != reader->job))
		return false;
	if (part->len > FRAME_JOINED_MAX - reader->joined.len)
		return false;
	reader->type = part->type;
	reader->job = part->job;
	buf_append(&reader->joined, part->data, part->len);
	return true;
}

enum frame_result
frame_next(
    struct frame_reader *reader, struct frame *ret, char why[FRAME_ERROR_MAX])
{
	struct unpack head;
	uint32_t len;
	bool more;

	if (reader->joined.len > 0 && reader->type == 0)
		buf_release(&reader->joined); /* the last call showed it */
	do {
		size_t left = reader->in.len - reader->at;

		if (left < FRAME_HEAD)
			return FRAME_NONE;
		head = (struct unpack){ reader->in.data + reader->at,
			FRAME_HEAD, false };
		len = unpack_u32(&head);
		ret->type = unpack_u8(&head);
		ret->aux = unpack_u8(&head);
		ret->job = unpack_u32(&head);
		ret->data = head.data;
		ret->len = len;
		more = (ret->aux & FRAME_MORE) != 0;
		ret->aux &= (uint8_t)~FRAME_MORE;
		if ((int64_t)len > longest(ret->type) ||
		    (more && len != FRAME_PART))
			return complain(reader, "this is no frame", why);
		if (left < FRAME_HEAD + (size_t)len + 1)
			return FRAME_NONE;
		if (ret->data[len] != '\n')
			return complain(reader,
			    "a frame does not end where it should", why);
		if ((more || reader->joined.len > 0) && !join(reader, ret))
			return complain(
			    reader, "a part of a frame is missing", why);
		reader->at += FRAME_HEAD + len + 1;
	} while (more);
	if (reader->joined.len > 0) {
		ret->data = reader->joined.data;
		ret->len = reader->joined.len;
		reader->type = 0;
	}
	return FRAME_OK;
}
