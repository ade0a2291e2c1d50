/*
 * Numbers and strings in the payload of a frame: big-endian numbers, strings
 * with their length before them.  What is read comes from another machine and
 * may be anything.
 */
#ifndef REMOTE_PACK_H
#define REMOTE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct strvec;

void pack_u8(struct buf *b, uint8_t value);
void pack_u32(struct buf *b, uint32_t value);
void pack_u64(struct buf *b, uint64_t value);

/* Bytes, any; at most UINT32_MAX of them. */
void pack_bytes(struct buf *b, const void *data, size_t len);

/* A string; NULL is read as NULL. */
void pack_string(struct buf *b, const char *s);

/* The strings of a NULL-terminated array. */
void pack_strings(struct buf *b, char *const *strings);

/* What is left to be read of a payload. */
struct unpack {
	const char *data; /* borrowed */
	size_t len;
	bool bad; /* it ended too early, or held what cannot be */
};

/*
 * Each reads what the function above it wrote.  If the payload is too short,
 * or no such thing, they set bad and return 0 or NULL; as does every call after
 * that.
 */
uint8_t unpack_u8(struct unpack *from);
uint32_t unpack_u32(struct unpack *from);
uint64_t unpack_u64(struct unpack *from);

/* Borrowed from the payload, of *ret_len bytes. */
const char *unpack_bytes(struct unpack *from, size_t *ret_len);

/*
 * The caller frees it.  A string that has a NUL within is bad.  NULL was packed
 * if bad is not set.
 */
char *unpack_string(struct unpack *from);

/* Appends the strings to v; none of them can be NULL. */
void unpack_strings(struct unpack *from, struct strvec *v);

/* True if all was read, and nothing was bad. */
bool unpack_is_done(const struct unpack *from);

#endif
