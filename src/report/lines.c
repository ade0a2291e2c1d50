#include "lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "sys/fd.h"

/* So many bytes are kept in memory before they go to the file. */
#define IN_MEMORY 65536

void
lines_init(struct lines *lines, size_t most, const char *dir)
{
	*lines = (struct lines){
		.most = most, .dir = dir, .last = BUF_INIT, .fd = -1
	};
}

void
lines_release(struct lines *lines)
{
	buf_release(&lines->last);
	if (lines->fd >= 0)
		close(lines->fd);
}

/* Moves what is in memory to the file.  If it cannot, no more is kept. */
static void
move(struct lines *lines)
{
	if (lines->fd < 0)
		lines->fd = fd_unnamed_file(lines->dir);
	if (lines->fd < 0 ||
	    pwrite(lines->fd, lines->last.data, lines->last.len,
		lines->written) != (ssize_t)lines->last.len) {
		lines->most = (size_t)lines->kept;
		return;
	}
	lines->written += (int64_t)lines->last.len;
	lines->last.len = 0;
}

void
lines_add(struct lines *lines, char *line)
{
	lines->added++;
	if (lines->most == 0 || lines->kept < lines->most) {
		lines->kept++;
		buf_append(&lines->last, line, strlen(line) + 1);
		if (lines->last.len > IN_MEMORY)
			move(lines);
	}
	free(line);
}

/* Says the whole lines of the buffer, while *left > 0, and drops them. */
static void
say_whole(struct buf *text, uint64_t *left)
{
	size_t at = 0;

	while (*left > 0 && at < text->len) {
		size_t len = strnlen(text->data + at, text->len - at);

		if (at + len == text->len)
			break;
		msg_warn("%s", text->data + at);
		at += len + 1;
		--*left;
	}
	buf_consume(text, at);
}

static void
say_kept(const struct lines *lines, uint64_t left)
{
	struct buf text = BUF_INIT;

	for (int64_t at = 0; left > 0 && at < lines->written;) {
		ssize_t len;

		buf_reserve(&text, IN_MEMORY);
		len = pread(
		    lines->fd, text.data + text.len, IN_MEMORY, (off_t)at);
		if (len <= 0)
			break;
		text.len += (size_t)len;
		at += len;
		say_whole(&text, &left);
	}
	buf_append(&text, lines->last.data, lines->last.len);
	say_whole(&text, &left);
	buf_release(&text);
}

void
lines_say(const struct lines *lines, size_t most, const char *what)
{
	uint64_t n = lines->kept;

	if (most > 0 && lines->added > most)
		n = most - 1; /* the last line says how many more */
	say_kept(lines, n);
	if (lines->added > n)
		msg_warn("and %" PRIu64 " more %s", lines->added - n, what);
}
