#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "xalloc.h"

void
buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf)BUF_INIT;
}

void
buf_reserve(struct buf *b, size_t extra)
{
	size_t cap = b->cap > 0 ? b->cap : 64;

	if (b->cap > 0 && b->cap - b->len >= extra)
		return;
	if (b->len + extra < extra)
		msg_fatal("out of memory");
	while (cap < b->len + extra)
		cap = cap > (size_t)-1 / 2 ? b->len + extra : cap * 2;
	b->data = xreallocarray(b->data, cap, 1);
	b->cap = cap;
}

void
buf_append(struct buf *b, const void *src, size_t len)
{
	if (len == 0)
		return;
	if (b->cap - b->len < len)
		buf_reserve(b, len);
	memcpy(b->data + b->len, src, len);
	b->len += len;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_append(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	/* mostly there is room for it */
	buf_reserve(b, 64);
	va_start(ap, fmt);
	n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= b->cap - b->len) {
		buf_reserve(b, (size_t)n + 1);
		va_start(ap, fmt);
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}

void
buf_put_decimal(struct buf *b, int64_t value, int decimals)
{
	/* a sign, a point, and more digits than a number has */
	char text[40], *end = text + sizeof(text), *at = end;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	for (int i = 0; rest > 0 || i <= decimals; i++, rest /= 10) {
		if (i == decimals && i > 0)
			*--at = '.';
		*--at = (char)('0' + rest % 10);
	}
	if (value < 0)
		*--at = '-';
	buf_append(b, at, (size_t)(end - at));
}

void
buf_put_int(struct buf *b, int64_t value)
{
	buf_put_decimal(b, value, 0);
}

void
buf_consume(struct buf *b, size_t len)
{
	if (len >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + len, b->len - len);
	b->len -= len;
}

char *
buf_detach(struct buf *b)
{
	char *s;

	buf_append(b, "", 1);
	s = b->data;
	*b = (struct buf)BUF_INIT;
	return s;
}
