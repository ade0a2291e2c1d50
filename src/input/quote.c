#include "quote.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

static bool
is_plain(char c)
{
	/* Digits, letters and - . / _ +, as bits of the byte's low seven. */
	static const unsigned long long plain[2] = { 0x03ffe80000000000,
		0x07fffffe87fffffe };
	unsigned char byte = (unsigned char)c;

	return byte < 128 && (plain[byte / 64] >> byte % 64 & 1) != 0;
}

/* Where the first byte is that needs quoting, or len. */
static size_t
plain_prefix(const char *bytes, size_t len)
{
	size_t i = 0;

	while (i < len && is_plain(bytes[i]))
		i++;
	return i;
}

void
quote_shell(struct buf *out, const char *bytes, size_t len)
{
	const char *end, *quote;

	if (len == 0) {
		buf_append(out, "''", 2);
		return;
	}
	end = bytes + len;
	if (plain_prefix(bytes, len) == len) {
		buf_append(out, bytes, len);
		return;
	}
	if (*bytes != '\'')
		buf_append(out, "'", 1);
	for (const char *from = bytes; from < end; from = quote + 1) {
		quote = memchr(from, '\'', (size_t)(end - from));
		if (quote == NULL) {
			buf_append(out, from, (size_t)(end - from));
			break;
		}
		buf_append(out, from, (size_t)(quote - from));
		buf_puts(out, quote == bytes ? "\"'\"'" : "'\"'\"'");
	}
	if (end[-1] == '\'')
		out->len--; /* the quote that would open an empty rest */
	else
		buf_append(out, "'", 1);
}

void
quote_call(struct buf *out, char *const *shell, const char *text, size_t len,
    char *const *args)
{
	const char *zero = shell[0];

	assert(zero != NULL);
	for (; *shell != NULL; shell++) {
		quote_shell(out, *shell, strlen(*shell));
		buf_puts(out, " ");
	}
	buf_puts(out, "-c ");
	if (len > 0 && (text[0] == '-' || text[0] == '+'))
		buf_puts(out, "-- ");
	quote_shell(out, text, len);
	buf_puts(out, " ");
	quote_shell(out, zero, strlen(zero));
	for (; *args != NULL; args++) {
		buf_puts(out, " ");
		quote_shell(out, *args, strlen(*args));
	}
}

size_t
quote_shell_length(const char *bytes, size_t len)
{
	size_t length = len + 2;

	if (len == 0)
		return 2;
	if (plain_prefix(bytes, len) == len)
		return len;
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\'')
			length += 4;
	if (bytes[0] == '\'')
		length -= 2;
	if (bytes[len - 1] == '\'')
		length -= 2;
	return length;
}
