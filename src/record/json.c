#include "json.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* True if a value precedes what comes next, as the last byte tells. */
static bool
follows_value(const struct buf *out)
{
	char last = out->len > 0 ? out->data[out->len - 1] : '\n';

	return last != '{' && last != '[' && last != ':' && last != ',' &&
	    last != '\n';
}

static void
separate(struct buf *out)
{
	if (follows_value(out))
		buf_append(out, ",", 1);
}

void
json_begin_object(struct buf *out)
{
	separate(out);
	buf_append(out, "{", 1);
}

void
json_end_object(struct buf *out)
{
	buf_append(out, "}", 1);
}

void
json_begin_array(struct buf *out)
{
	separate(out);
	buf_append(out, "[", 1);
}

void
json_end_array(struct buf *out)
{
	buf_append(out, "]", 1);
}

/* At one go, since there are many keys in a line. */
void
json_key(struct buf *out, const char *name)
{
	size_t len = strlen(name);
	char *to;

	buf_reserve(out, len + 4);
	to = out->data + out->len;
	if (follows_value(out))
		*to++ = ',';
	*to++ = '"';
	to = mempcpy(to, name, len);
	*to++ = '"';
	*to++ = ':';
	out->len = (size_t)(to - out->data);
}

/* The letter of the short escape sequence for an ASCII character, or 0. */
static char
short_escape(uint32_t c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return '\0';
	}
}

/*
 * True for what must not stand in a string of JSON as it is, and for what some
 * readers take for the end of a line, or terminals for the start of a sequence.
 */
static bool
must_escape(uint32_t c)
{
	return c < ' ' || c == '"' || c == '\\' || (c >= 0x7f && c < 0xa0) ||
	    c == 0x2028 || c == 0x2029;
}

static void
escape(struct buf *out, uint32_t c)
{
	static const char digits[] = "0123456789abcdef";
	char text[6] = { '\\', short_escape(c) };
	size_t len = 2;

	if (text[1] == '\0') {
		text[1] = 'u';
		for (len = 2; len < sizeof(text); len++)
			text[len] = digits[c >> (4 * (5 - len)) & 0xf];
	}
	buf_append(out, text, len);
}

/* How many bytes at the start stand for themselves, each a character. */
static size_t
count_plain(const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && bytes[n] >= ' ' && bytes[n] < 0x7f &&
	    bytes[n] != '"' && bytes[n] != '\\')
		n++;
	return n;
}

/* Puts the inside of a string; returns whether all of it is UTF-8. */
static bool
put_inside(struct buf *out, const char *bytes, size_t len)
{
	bool whole = true;
	uint32_t c;

	for (size_t at = 0, n; at < len; at += n) {
		n = count_plain(bytes + at, len - at);
		if (n > 0) {
			buf_append(out, bytes + at, n);
			continue;
		}
		n = utf8_read(bytes + at, len - at, &c);
		if (n == 0) {
			buf_puts(out, UTF8_REPLACEMENT);
			whole = false;
			n = 1;
		} else if (must_escape(c)) {
			escape(out, c);
		} else {
			buf_append(out, bytes + at, n);
		}
	}
	return whole;
}

/* Puts a string; returns whether all of it is UTF-8. */
static bool
put_bytes(struct buf *out, const char *bytes, size_t len)
{
	bool whole;

	separate(out);
	buf_append(out, "\"", 1);
	whole = put_inside(out, bytes, len);
	buf_append(out, "\"", 1);
	return whole;
}

void
json_bytes(struct buf *out, const char *bytes, size_t len)
{
	put_bytes(out, bytes, len);
}

void
json_string(struct buf *out, const char *s)
{
	json_bytes(out, s, strlen(s));
}

void
json_int(struct buf *out, int64_t n)
{
	separate(out);
	buf_put_int(out, n);
}

void
json_seconds(struct buf *out, int64_t ns)
{
	separate(out);
	buf_put_decimal(out, ns / 1000, 6);
}

void
json_bool(struct buf *out, bool value)
{
	separate(out);
	buf_puts(out, value ? "true" : "false");
}

void
json_null(struct buf *out)
{
	separate(out);
	buf_puts(out, "null");
}

/* Appends the bytes in base64, see RFC 4648, padded. */
static void
base64(struct buf *out, const char *bytes, size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *from = (const unsigned char *)bytes;
	char text[4];

	buf_reserve(out, (len + 2) / 3 * 4);
	for (size_t at = 0; at < len; at += 3) {
		size_t n = len - at < 3 ? len - at : 3;
		uint32_t bits = (uint32_t)from[at] << 16 |
		    (n > 1 ? (uint32_t)from[at + 1] << 8 : 0) |
		    (n > 2 ? from[at + 2] : 0);

		for (size_t i = 0; i < 4; i++)
			text[i] =
			    i <= n ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
		buf_append(out, text, sizeof(text));
	}
}

/* How many bytes at the end begin a character that is not whole. */
static size_t
cut_character(const struct buf *piece)
{
	for (size_t n = 1; n <= 3 && n <= piece->len; n++) {
		unsigned char c = (unsigned char)piece->data[piece->len - n];
		size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

		if (c < 0x80)
			return 0;
		if (c >= 0xc0)
			return n < whole ? n : 0;
	}
	return 0;
}

void
json_piece(struct buf *out, struct json_pieces *pieces, const char *bytes,
    size_t len, bool last)
{
	struct buf *rest = &pieces->rest;
	size_t n;

	buf_append(rest, bytes, len);
	n = rest->len - (last ? 0 : cut_character(rest));
	pieces->bad |= !put_inside(out, rest->data, n);
	buf_consume(rest, n);
}

void
json_base64_piece(struct buf *out, struct json_pieces *pieces,
    const char *bytes, size_t len, bool last)
{
	struct buf *rest = &pieces->rest;
	size_t n;

	buf_append(rest, bytes, len);
	n = rest->len - (last ? 0 : rest->len % 3);
	base64(out, rest->data, n);
	buf_consume(rest, n);
}

void
json_pieces_release(struct json_pieces *pieces)
{
	buf_release(&pieces->rest);
}

void
json_put_bytes(struct buf *out, const char *name, const char *bytes, size_t len)
{
	json_key(out, name);
	if (put_bytes(out, bytes, len))
		return;
	buf_append(out, ",\"", 2);
	buf_puts(out, name);
	buf_puts(out, "_base64\":\"");
	base64(out, bytes, len);
	buf_append(out, "\"", 1);
}

void
json_put_string(struct buf *out, const char *name, const char *s)
{
	if (s != NULL)
		json_put_bytes(out, name, s, strlen(s));
	else
		json_put_null(out, name);
}

void
json_put_int(struct buf *out, const char *name, int64_t n)
{
	json_key(out, name);
	json_int(out, n);
}

void
json_put_seconds(struct buf *out, const char *name, int64_t ns)
{
	json_key(out, name);
	json_seconds(out, ns);
}

void
json_put_bool(struct buf *out, const char *name, bool value)
{
	json_key(out, name);
	json_bool(out, value);
}

void
json_put_null(struct buf *out, const char *name)
{
	json_key(out, name);
	json_null(out);
}
