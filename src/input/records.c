#include "records.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "budget.h"
#include "unblocked.h"

/* A buffer larger than this is given back once it is empty. */
#define KEEP_SIZE (1024 * 1024)

void
records_init(struct records *r, int fd, const struct delimiter *delimiter,
    struct budget *budget)
{
	*r = (struct records){
		.fd = fd, .delimiter = *delimiter, .budget = budget
	};
}

int
records_open(struct records *r, const char *path,
    const struct delimiter *delimiter, struct budget *budget)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	records_init(r, fd, delimiter, budget);
	r->owned = true;
	r->fifo = S_ISFIFO(status.st_mode);
	return 0;
}

void
records_release(struct records *r)
{
	buf_release(&r->buf);
	if (r->owned && r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/*
 * Where the next delimiter begins, or NULL.  What was searched in vain is not
 * searched again.
 */
static const char *
find_end(struct records *r)
{
	const char *end = memmem(r->buf.data + r->scanned,
	    r->buf.len - r->scanned, r->delimiter.bytes, r->delimiter.len);
	size_t part = r->delimiter.len - 1; /* a delimiter cut by the read */

	if (end == NULL && r->buf.len - r->scanned > part)
		r->scanned = r->buf.len - part;
	return end;
}

/* What has no end yet is more than a record may have. */
static bool
is_too_long(const struct records *r)
{
	return r->max > 0 && r->buf.len - r->start > r->max + r->delimiter.len;
}

/* At the end of the input what is left is a record. */
bool
records_take(struct records *r, const char **ret_text, size_t *ret_len)
{
	const char *text, *end;
	size_t len;

	if (r->start == r->buf.len)
		return false;
	text = r->buf.data + r->start;
	end = find_end(r);
	if (end == NULL && !r->eof && !is_too_long(r))
		return false;
	len = end != NULL ? (size_t)(end - text) : r->buf.len - r->start;
	r->start += len + (end != NULL ? r->delimiter.len : 0);
	r->scanned = r->start;
	r->count++;
	*ret_text = text;
	*ret_len = len;
	return true;
}

/* Nobody has opened our FIFO for writing yet; see fifo(7), poll(2). */
static bool
is_unconnected(const struct records *r)
{
	struct pollfd state = { .fd = r->fd, .events = POLLIN };

	return r->fifo && poll(&state, 1, 0) == 0;
}

static void
drop_taken(struct records *r)
{
	size_t gone = r->start;

	if (gone == 0)
		return;
	buf_consume(&r->buf, gone);
	r->before += gone;
	r->start = 0;
	r->scanned -= gone;
	if (r->buf.len == 0 && r->buf.cap > KEEP_SIZE)
		buf_release(&r->buf);
}

/*
 * Forgets what is too much of a record that has no end yet, but for the last
 * bytes, which may be the first ones of a delimiter.
 */
static void
cut_record(struct records *r)
{
	size_t most = r->start + r->max, part = r->delimiter.len - 1;

	if (!r->cut || r->buf.len <= most + part || find_end(r) != NULL)
		return;
	memmove(r->buf.data + most, r->buf.data + r->buf.len - part, part);
	r->scanned = most;
	r->buf.len = most + part;
}

enum source_state
records_fill(struct records *r)
{
	ssize_t n;

	if (r->error != 0)
		return SOURCE_ERROR;
	drop_taken(r);
	buf_reserve(&r->buf, RECORDS_READ_SIZE);
	n = unblocked_read(r->fd, r->buf.data + r->buf.len, RECORDS_READ_SIZE);
	if (n == 0 && is_unconnected(r))
		return SOURCE_WAIT;
	if (n < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return SOURCE_WAIT;
		r->error = errno;
		return SOURCE_ERROR;
	}
	if (n == 0)
		r->eof = true;
	r->buf.len += (size_t)n;
	cut_record(r);
	return SOURCE_RECORD;
}

enum source_state
records_next(struct records *r, const char **ret_text, size_t *ret_len)
{
	while (!budget_is_spent(r->budget)) {
		enum source_state state;

		if (records_take(r, ret_text, ret_len)) {
			budget_spend(r->budget, 1, 0);
			return SOURCE_RECORD;
		}
		if (r->error != 0) {
			records_drop(r);
			return SOURCE_ERROR;
		}
		if (r->eof)
			return SOURCE_END;
		state = records_fill(r);
		if (state == SOURCE_ERROR)
			continue; /* what was read of a record is dropped */
		if (state != SOURCE_RECORD)
			return state;
		budget_spend(r->budget, 0, RECORDS_READ_SIZE);
	}
	return SOURCE_AGAIN;
}

void
records_drop(struct records *r)
{
	r->eof = true;
	r->buf.len = r->start = r->scanned = 0;
}

bool
records_ended(const struct records *r)
{
	return r->eof && r->start == r->buf.len;
}
