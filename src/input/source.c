#include "source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/uio.h>

#include "base/buf.h"
#include "base/xalloc.h"

#define READ_SIZE  (64 * 1024)
#define LOOK_AHEAD (1024 * 1024) /* read only to count what is left */

struct source {
	char *const *words; /* the operands, or NULL */
	size_t n_words;

	int fd; /* or -1 */
	char delimiter;
	bool lines;
	bool eof;
	struct buf buf;
	size_t start;     /* of the first record not yet taken */
	size_t scanned;   /* no delimiter between start and here */
	uint64_t records; /* taken so far, for messages; blank ones too */
	char *error;
};

struct source *
source_from_words(char *const *words, size_t n)
{
	struct source *src = xcalloc(1, sizeof(*src));

	src->words = words;
	src->n_words = n;
	src->fd = -1;
	src->eof = true;
	return src;
}

struct source *
source_from_fd(int fd, char delimiter, bool lines)
{
	struct source *src = xcalloc(1, sizeof(*src));

	src->fd = fd;
	src->delimiter = delimiter;
	src->lines = lines;
	return src;
}

void
source_free(struct source *src)
{
	if (src == NULL)
		return;
	buf_release(&src->buf);
	free(src->error);
	free(src);
}

static enum source_state
fail(struct source *src, char *error)
{
	src->error = error;
	src->eof = true;
	src->buf.len = src->start = src->scanned = 0;
	return SOURCE_ERROR;
}

/* A comment or blank, as a script would have them; -0 and -d have neither. */
static bool
is_skipped(const struct source *src, const char *text, size_t len)
{
	size_t i = 0;

	if (!src->lines)
		return len == 0;
	while (i < len && strchr(" \t\r\v\f", text[i]) != NULL && text[i] != 0)
		i++;
	return i == len || text[i] == '#';
}

/*
 * Finds the next whole record in the buffer.  At the end of the input what is
 * left is one.
 */
static bool
next_record(struct source *src, const char **ret_text, size_t *ret_len)
{
	const char *text, *end;
	size_t len;

	if (src->start == src->buf.len)
		return false;
	text = src->buf.data + src->start;
	end = memchr(src->buf.data + src->scanned, src->delimiter,
	    src->buf.len - src->scanned);
	if (end == NULL && !src->eof) {
		src->scanned = src->buf.len;
		return false;
	}
	len = end != NULL ? (size_t)(end - text) : src->buf.len - src->start;
	src->start += len + (end != NULL ? 1 : 0);
	src->scanned = src->start;
	src->records++;
	*ret_text = text;
	*ret_len = len;
	return true;
}

/* Without blocking where the kernel lets us ask so; else we were told. */
static ssize_t
read_now(int fd, void *buf, size_t size)
{
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t n = preadv2(fd, &iov, 1, -1, RWF_NOWAIT);

	if (n >= 0 ||
	    (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL &&
		errno != EAGAIN))
		return n;
	if (poll(&ready, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return read(fd, buf, size);
}

static enum source_state
fill(struct source *src)
{
	ssize_t n;

	if (src->start > 0) {
		size_t gone = src->start;

		buf_consume(&src->buf, gone);
		src->start = 0;
		src->scanned -= gone;
	}
	buf_reserve(&src->buf, READ_SIZE);
	n = read_now(src->fd, src->buf.data + src->buf.len, READ_SIZE);
	if (n < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return SOURCE_WAIT;
		return fail(src,
		    xasprintf("cannot read commands from standard input: %s",
			strerror(errno)));
	}
	if (n == 0)
		src->eof = true;
	src->buf.len += (size_t)n;
	return SOURCE_RECORD;
}

static enum source_state
next_word(struct source *src, const char **ret_text, size_t *ret_len)
{
	if (src->n_words == 0)
		return SOURCE_END;
	*ret_text = src->words[0];
	*ret_len = strlen(src->words[0]);
	src->words++;
	src->n_words--;
	return SOURCE_RECORD;
}

enum source_state
source_next(struct source *src, const char **ret_text, size_t *ret_len)
{
	if (src->error != NULL)
		return SOURCE_ERROR;
	if (src->fd < 0)
		return next_word(src, ret_text, ret_len);
	for (;;) {
		enum source_state state;

		while (next_record(src, ret_text, ret_len)) {
			if (is_skipped(src, *ret_text, *ret_len))
				continue;
			if (memchr(*ret_text, '\0', *ret_len) == NULL)
				return SOURCE_RECORD;
			return fail(src,
			    xasprintf("standard input, record %llu: a command "
				      "cannot contain a NUL byte (are these "
				      "NUL-terminated records? then use -0)",
				(unsigned long long)src->records));
		}
		if (src->eof)
			return SOURCE_END;
		state = fill(src);
		if (state != SOURCE_RECORD)
			return state;
	}
}

int
source_fd(const struct source *src)
{
	return src->fd;
}

const char *
source_error(const struct source *src)
{
	return src->error;
}

bool
source_ended(const struct source *src)
{
	return src->eof && src->start == src->buf.len;
}

uint64_t
source_known(const struct source *src)
{
	return src->n_words;
}

uint64_t
source_left(struct source *src)
{
	const char *text;
	uint64_t left = 0;
	size_t len, fills = 0;

	if (src->fd < 0)
		return src->n_words;
	do {
		while (next_record(src, &text, &len))
			if (!is_skipped(src, text, len))
				left++;
	} while (!src->eof && fills++ < LOOK_AHEAD / READ_SIZE &&
	    fill(src) == SOURCE_RECORD);
	return left;
}
