/* A growable array of bytes. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data; /* owned; NULL if cap is 0 */
	size_t len;
	size_t cap;
};

#define BUF_INIT                                                               \
	{                                                                      \
		NULL, 0, 0                                                     \
	}

/* Frees what the buffer holds and leaves it empty and usable. */
void buf_release(struct buf *b);

/* Makes room for at least extra more bytes behind len. */
void buf_reserve(struct buf *b, size_t extra);

/* Appends len bytes; src may be NULL if len is 0. */
void buf_append(struct buf *b, const void *src, size_t len);

/* Appends the string s without its NUL. */
void buf_puts(struct buf *b, const char *s);

/* Appends formatted text without its NUL. */
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((__format__(printf, 2, 3)));

/*
 * Appends a number with so many digits behind the point, 0 to 18; value counts
 * units of the last one: 1500 with 3 is 1.500.  Much faster than buf_printf(),
 * for what is written for each job.
 */
void buf_put_decimal(struct buf *b, int64_t value, int decimals);

/* Appends a number. */
void buf_put_int(struct buf *b, int64_t value);

/* Drops the first len bytes, at most all, by moving the rest to the front. */
void buf_consume(struct buf *b, size_t len);

/*
 * Returns the content as a string of its own, NUL behind it, and leaves the
 * buffer empty.  The caller frees it.
 */
char *buf_detach(struct buf *b);

#endif
