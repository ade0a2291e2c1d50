#include "pack.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"
#include "base/xalloc.h"

/* Stands for NULL where the length of a string is. */
#define LEN_NULL UINT32_MAX

void
pack_u8(struct buf *b, uint8_t value)
{
	buf_append(b, &value, sizeof(value));
}

void
pack_u32(struct buf *b, uint32_t value)
{
	uint32_t big = htobe32(value);

	buf_append(b, &big, sizeof(big));
}

void
pack_u64(struct buf *b, uint64_t value)
{
	uint64_t big = htobe64(value);

	buf_append(b, &big, sizeof(big));
}

void
pack_bytes(struct buf *b, const void *data, size_t len)
{
	pack_u32(b, (uint32_t)len);
	buf_append(b, data, len);
}

void
pack_string(struct buf *b, const char *s)
{
	if (s == NULL)
		pack_u32(b, LEN_NULL);
	else
		pack_bytes(b, s, strlen(s));
}

void
pack_strings(struct buf *b, char *const *strings)
{
	uint32_t n = 0;

	while (strings[n] != NULL)
		n++;
	pack_u32(b, n);
	for (uint32_t i = 0; i < n; i++)
		pack_string(b, strings[i]);
}

/* Takes len bytes; NULL if there are not so many. */
static const char *
take(struct unpack *from, size_t len)
{
	const char *data = from->data;

	if (from->bad || len > from->len) {
		from->bad = true;
		return NULL;
	}
	from->data += len;
	from->len -= len;
	return data;
}

uint8_t
unpack_u8(struct unpack *from)
{
	const char *data = take(from, sizeof(uint8_t));

	return data != NULL ? (uint8_t)*data : 0;
}

uint32_t
unpack_u32(struct unpack *from)
{
	uint32_t big = 0;
	const char *data = take(from, sizeof(big));

	if (data != NULL)
		memcpy(&big, data, sizeof(big));
	return be32toh(big);
}

uint64_t
unpack_u64(struct unpack *from)
{
	uint64_t big = 0;
	const char *data = take(from, sizeof(big));

	if (data != NULL)
		memcpy(&big, data, sizeof(big));
	return be64toh(big);
}

const char *
unpack_bytes(struct unpack *from, size_t *ret_len)
{
	const char *data;

	*ret_len = unpack_u32(from);
	data = take(from, *ret_len);
	if (data == NULL)
		*ret_len = 0;
	return data;
}

char *
unpack_string(struct unpack *from)
{
	uint32_t len = unpack_u32(from);
	const char *data;

	if (from->bad || len == LEN_NULL)
		return NULL;
	data = take(from, len);
	if (data == NULL || memchr(data, '\0', len) != NULL) {
		from->bad = true;
		return NULL;
	}
	return xmemdup0(data, len);
}

void
unpack_strings(struct unpack *from, struct strvec *v)
{
	uint32_t n = unpack_u32(from);

	for (uint32_t i = 0; i < n; i++) {
		char *s = unpack_string(from);

		if (s == NULL) {
			from->bad = true;
			return;
		}
		strvec_take(v, s);
	}
}

bool
unpack_is_done(const struct unpack *from)
{
	return !from->bad && from->len == 0;
}
