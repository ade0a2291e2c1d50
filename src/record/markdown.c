#include "markdown.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The shortest line that begins a block of code. */
#define FENCE_MIN 3

/*
 * Returns the length of the first character, 1 for a byte that is none, and
 * whether it must be replaced.
 */
static size_t
look(const char *text, size_t len, bool *ret_bad)
{
	uint32_t c = 0;
	size_t n = utf8_read(text, len, &c);

	*ret_bad = n == 0 || (c < ' ' && c != '\n' && c != '\t') ||
	    (c >= 0x7f && c < 0xa0);
	return n > 0 ? n : 1;
}

void
markdown_text(struct buf *out, const char *text, size_t len)
{
	bool bad;

	for (size_t at = 0, n; at < len; at += n) {
		n = look(text + at, len - at, &bad);
		if (bad)
			buf_puts(out, UTF8_REPLACEMENT);
		else if (text[at] == '\n' || text[at] == '\t')
			buf_puts(out, " ");
		else if (ispunct((unsigned char)text[at]) && n == 1)
			buf_printf(out, "\\%c", text[at]);
		else
			buf_append(out, text + at, n);
	}
}

void
markdown_code(struct buf *out, const char *text, size_t len)
{
	buf_puts(out, "<code>");
	markdown_text(out, text, len);
	buf_puts(out, "</code>");
}

/* How many backticks the line around the text needs: more than are in it. */
static size_t
fence_len(const char *text, size_t len)
{
	size_t run = 0, most = FENCE_MIN - 1;

	for (size_t i = 0; i < len; i++) {
		run = text[i] == '`' ? run + 1 : 0;
		if (run > most)
			most = run;
	}
	return most + 1;
}

static void
put_fence(struct buf *out, size_t len)
{
	while (len-- > 0)
		buf_puts(out, "`");
	buf_puts(out, "\n");
}

void
markdown_block(struct buf *out, const char *text, size_t len)
{
	size_t fence = fence_len(text, len);
	bool bad;

	put_fence(out, fence);
	for (size_t at = 0, n; at < len; at += n) {
		n = look(text + at, len - at, &bad);
		/* \r\n is one end of a line */
		if (text[at] == '\r' && at + 1 < len && text[at + 1] == '\n')
			continue;
		if (bad)
			buf_puts(out, UTF8_REPLACEMENT);
		else
			buf_append(out, text + at, n);
	}
	if (len > 0 && text[len - 1] != '\n')
		buf_puts(out, "\n");
	put_fence(out, fence);
}
