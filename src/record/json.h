/*
 * Writing JSON, see RFC 8259, to the end of a buffer, in one line without
 * blanks.
 *
 * Commas are put where they belong, without being asked for.  A new text begins
 * where the buffer is empty or ends in a newline.
 *
 * Strings come from anywhere.  What is written is always UTF-8 and has no
 * control character in it, nor any other that some programs take for the end of
 * a line: these are escaped.  A byte that is no UTF-8 is written as U+FFFD;
 * where that would lose something, the member NAME_base64 follows with the
 * bytes as they were.
 */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Begin and end an object or an array: as a value, or as the whole text. */
void json_begin_object(struct buf *out);
void json_end_object(struct buf *out);
void json_begin_array(struct buf *out);
void json_end_array(struct buf *out);

/* Begins a member, whose value must follow.  The name needs no escapes. */
void json_key(struct buf *out, const char *name);

/* Values: a string, a number, a time of ns in seconds with six decimals. */
void json_bytes(struct buf *out, const char *bytes, size_t len);
void json_string(struct buf *out, const char *s);
void json_int(struct buf *out, int64_t n);
void json_seconds(struct buf *out, int64_t ns);
void json_bool(struct buf *out, bool value);
void json_null(struct buf *out);

/* A string that comes in pieces; begins as JSON_PIECES_INIT. */
struct json_pieces {
	struct buf rest; /* what the next piece is needed for */
	bool bad;        /* not all of it was UTF-8 so far */
};

#define JSON_PIECES_INIT                                                       \
	{                                                                      \
		.rest = BUF_INIT                                               \
	}

/*
 * Append the next piece, without quotes: as it is in a string, or in base64.
 * The last one may be empty.
 */
void json_piece(struct buf *out, struct json_pieces *pieces, const char *bytes,
    size_t len, bool last);
void json_base64_piece(struct buf *out, struct json_pieces *pieces,
    const char *bytes, size_t len, bool last);
void json_pieces_release(struct json_pieces *pieces);

/*
 * The same as members of an object.  The first two add NAME_base64 if the bytes
 * are not UTF-8; a string that is NULL becomes null.
 */
void json_put_bytes(
    struct buf *out, const char *name, const char *bytes, size_t len);
void json_put_string(struct buf *out, const char *name, const char *s);
void json_put_int(struct buf *out, const char *name, int64_t n);
void json_put_seconds(struct buf *out, const char *name, int64_t ns);
void json_put_bool(struct buf *out, const char *name, bool value);
void json_put_null(struct buf *out, const char *name);

#endif
