#include "blocks.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "budget.h"
#include "cut.h"
#include "groups.h"
#include "line.h"
#include "pattern.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "unblocked.h"

/* A block so many times smaller than the memory it is in gets its own. */
#define SMALL 8
/* Size of the pipe that we read. */
#define BIG_PIPE (1 << 20)

struct blocks {
	struct blocks_options options;
	struct pattern *header_pattern; /* NULL: no header is left to find */
	struct slice header;            /* owned; block NULL: there is none */
	size_t size;                    /* of a block, as far as known */
	struct block *read;             /* what was read is in it; or NULL */
	size_t start, len; /* the bytes in it that were not given yet */
	size_t want;       /* read until there are so many */
	bool skip_line;    /* the first line is to be dropped */
	bool eof;
	bool gave;        /* a block was made of what was read last */
	int64_t since_ns; /* what waits to be given does so since; or 0 */
	int64_t due_ns;   /* see blocks_due_ns() */
	bool late;        /* --block-timeout: that is too long */
	bool looking;     /* the groups in it are awaited */
	char *error;
};

int
blocks_header_pattern(const struct blocks_options *options,
    struct pattern **ret, char **ret_error)
{
	char *why;

	*ret = NULL;
	if (options->header == NULL)
		return 0;
	*ret = pattern_new("^(", options->header, ")", &why);
	if (*ret != NULL)
		return 0;
	*ret_error = xasprintf("--header: '%s' is %s", options->header, why);
	free(why);
	return -1;
}

struct blocks *
blocks_new(const struct blocks_options *options, char **ret_error)
{
	struct blocks *blocks = xcalloc(1, sizeof(*blocks));

	blocks->options = *options;
	blocks->size = (size_t)options->size;
	blocks->want = blocks->size;
	blocks->due_ns = NS_NEVER;
	blocks->skip_line = options->skip_first;
	if (blocks_header_pattern(
		options, &blocks->header_pattern, ret_error) == 0)
		return blocks;
	blocks_free(blocks);
	return NULL;
}

void
blocks_free(struct blocks *blocks)
{
	if (blocks == NULL)
		return;
	pattern_free(blocks->header_pattern);
	block_unref(blocks->header.block);
	block_unref(blocks->read);
	free(blocks->error);
	free(blocks);
}

static char *
data(const struct blocks *blocks)
{
	return blocks->read->data + blocks->start;
}

/* Makes room to read behind the bytes that are there. */
static void
make_room(struct blocks *blocks)
{
	struct block *old = blocks->read, *fresh;

	if (old == NULL)
		fd_grow_pipe(blocks->options.fd, BIG_PIPE);
	if (old != NULL && old->size - blocks->start >= blocks->want)
		return;
	if (old != NULL && old->refs == 1 && old->size >= blocks->want) {
		memmove(old->data, data(blocks), blocks->len);
		blocks->start = 0;
		return;
	}
	fresh = block_new(blocks->want);
	if (old != NULL)
		memcpy(fresh->data, old->data + blocks->start, blocks->len);
	block_unref(old);
	blocks->read = fresh;
	blocks->start = 0;
}

static enum source_state
fail(struct blocks *blocks, char *error)
{
	blocks->error = error;
	blocks->eof = true;
	blocks->len = 0;
	return SOURCE_ERROR;
}

/* Reads until enough is there, or the end.  SOURCE_RECORD: it is. */
static enum source_state
fill(struct blocks *blocks, struct budget *budget)
{
	while (!blocks->eof && blocks->len < blocks->want) {
		ssize_t n;

		if (budget_is_spent(budget))
			return SOURCE_AGAIN;
		make_room(blocks);
		n = unblocked_read(blocks->options.fd,
		    data(blocks) + blocks->len, blocks->want - blocks->len);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return SOURCE_WAIT;
		if (n < 0)
			return fail(blocks,
			    xasprintf("cannot read standard input: %s",
				strerror(errno)));
		blocks->eof = n == 0;
		blocks->len += (size_t)n;
		budget_spend(budget, 1, (size_t)n);
	}
	return SOURCE_RECORD;
}

static void
drop(struct blocks *blocks, size_t n)
{
	blocks->start += n;
	blocks->len -= n;
}

/* Drops the first line, or what is there of it.  False: there is more of it. */
static bool
skip_line(struct blocks *blocks)
{
	const char *newline = memchr(data(blocks), '\n', blocks->len);

	drop(blocks,
	    newline != NULL ? (size_t)(newline - data(blocks)) + 1
			    : blocks->len);
	return newline != NULL || blocks->eof;
}

/* Takes the header.  False: more must be read for it, or it is bad. */
static bool
take_header(struct blocks *blocks)
{
	const struct blocks_options *options = &blocks->options;
	size_t start, end;

	if (pattern_find(blocks->header_pattern, data(blocks), blocks->len, 0,
		&start, &end)) {
		blocks->header =
		    (struct slice){ .block = block_new(end), .len = end };
		memcpy(blocks->header.block->data, data(blocks), end);
		drop(blocks, end);
	} else if (!blocks->eof) {
		if (blocks->len >= CUT_RECORD_MAX)
			fail(blocks,
			    xasprintf("standard input has a header of more "
				      "than %d bytes (see --header)",
				CUT_RECORD_MAX));
		return false;
	}
	pattern_free(blocks->header_pattern);
	blocks->header_pattern = NULL;
	if (options->headed != NULL && blocks->header.len > 0)
		blocks->error = options->headed(options->arg,
		    blocks->header.block->data, blocks->header.len);
	if (options->drop_header) {
		block_unref(blocks->header.block);
		blocks->header = (struct slice){ .block = NULL };
	}
	return blocks->error == NULL;
}

/* -r: drops lines in which there are only blanks. */
static void
drop_empty_lines(struct blocks *blocks)
{
	char *from = data(blocks), *to = from, *end = from + blocks->len;

	while (from < end) {
		size_t len = line_end(
		    blocks->options.csv, from, (size_t)(end - from), 0);
		char *next = len > 0 ? from + len : end;
		char *p = from;

		while (p < next && isspace((unsigned char)*p))
			p++;
		if (p < next || len == 0) {
			memmove(to, from, (size_t)(next - from));
			to += next - from;
		}
		from = next;
	}
	blocks->len = (size_t)(to - data(blocks));
}

/* Gives the next n bytes. */
static void
give(struct blocks *blocks, size_t n, struct slice *ret)
{
	struct buf stripped = BUF_INIT;
	const char *bytes = data(blocks);
	size_t len = n;

	if (blocks->options.remove) {
		cut_strip(blocks->options.cut, bytes, n, &stripped);
		bytes = stripped.data;
		len = stripped.len;
	}
	*ret = (struct slice){ .len = len };
	if (blocks->options.remove || n < blocks->read->size / SMALL) {
		ret->block = block_new(len > 0 ? len : 1);
		if (len > 0)
			memcpy(ret->block->data, bytes, len);
	} else {
		ret->block = block_ref(blocks->read);
		ret->at = blocks->start;
	}
	drop(blocks, n);
	buf_release(&stripped);
	if (blocks->options.groups != NULL)
		groups_drop(blocks->options.groups, n);
	blocks->gave = true;
	blocks->since_ns = 0;
}

/* Nothing could be made of what was read: a record is longer than a block. */
static enum source_state
grow(struct blocks *blocks)
{
	uint64_t more = ((uint64_t)blocks->size * 13 + 9) / 10 + 1;

	if (blocks->size >= CUT_RECORD_MAX)
		return fail(blocks,
		    xasprintf("standard input has a record of more than %d "
			      "bytes (see --recend, --recstart)",
			CUT_RECORD_MAX));
	blocks->size = (size_t)(more < CUT_RECORD_MAX ? more : CUT_RECORD_MAX);
	return SOURCE_RECORD;
}

/*
 * Takes what comes before the first record.  False: more must be read, for that
 * or instead of it.
 */
static bool
begin(struct blocks *blocks)
{
	size_t len = blocks->len;

	if (blocks->skip_line && !skip_line(blocks))
		return false;
	blocks->skip_line = false;
	if (blocks->header_pattern != NULL && !take_header(blocks)) {
		blocks->gave = true; /* blocks do not grow for a header */
		return false;
	}
	blocks->gave = blocks->len < len;
	return !blocks->gave || (blocks->eof && blocks->len > 0);
}

/* Where the block ends; late: even if it is not full.  0: not yet. */
static size_t
find_end(const struct blocks *blocks)
{
	const struct blocks_options *options = &blocks->options;
	struct groups *groups = options->groups;
	const char *bytes = data(blocks);
	size_t n;

	if (groups == NULL)
		n = cut_block(options->cut, bytes, blocks->len, blocks->eof);
	else if (options->n_groups > 0)
		n = groups_end(groups, (uint64_t)options->n_groups);
	else
		n = blocks->eof ? 0 : groups_end(groups, 0);
	if (n > 0 || blocks->eof)
		return n > 0 ? n : blocks->len;
	if (!blocks->late || !options->partly)
		return 0;
	return groups != NULL ? groups_end(groups, 0)
			      : cut_part(options->cut, bytes, blocks->len);
}

/* Makes a block of what was read.  False: more must be read for it. */
static bool
make_block(struct blocks *blocks, struct slice *ret)
{
	size_t n = find_end(blocks);

	if (n > 0)
		give(blocks, n, ret);
	return n > 0;
}

static bool
begun(const struct blocks *blocks)
{
	return !blocks->skip_line && blocks->header_pattern == NULL;
}

/* Something has waited too long for a block that is full. */
static bool
is_late(struct blocks *blocks)
{
	const int64_t timeout_ns = blocks->options.timeout_ns;

	if (timeout_ns == 0 || blocks->len == 0)
		return false;
	if (blocks->since_ns == 0)
		blocks->since_ns = loop_clock();
	if (loop_clock() - blocks->since_ns >= timeout_ns)
		return true;
	blocks->due_ns = loop_after(blocks->since_ns, timeout_ns);
	return false;
}

/* Reads, unless what was read is being looked at. */
static enum source_state
read_on(struct blocks *blocks, struct budget *budget)
{
	bool fresh = blocks->len < blocks->want && !blocks->eof;
	enum source_state state;

	blocks->due_ns = NS_NEVER;
	if (blocks->error != NULL)
		return SOURCE_ERROR;
	if (blocks->looking)
		return SOURCE_RECORD;
	state = fill(blocks, budget);
	blocks->late = state == SOURCE_WAIT && is_late(blocks);
	if (state != SOURCE_RECORD && !blocks->late)
		return state;
	if (fresh && blocks->options.no_empty)
		drop_empty_lines(blocks);
	return SOURCE_RECORD;
}

/* Looks where groups begin in what was read. */
static enum source_state
look(struct blocks *blocks)
{
	struct groups *groups = blocks->options.groups;
	enum source_state state;

	if (groups == NULL)
		return SOURCE_RECORD;
	state = groups_look(groups, data(blocks), blocks->len, blocks->eof);
	blocks->looking = state == SOURCE_WAIT || state == SOURCE_AGAIN;
	return state == SOURCE_ERROR
	    ? fail(blocks, xstrdup(groups_error(groups)))
	    : state;
}

/* Nothing could be made of what is there.  SOURCE_RECORD: reads on. */
static enum source_state
go_on(struct blocks *blocks)
{
	bool gave = blocks->gave;

	if (blocks->error != NULL)
		return SOURCE_ERROR;
	if (blocks->eof)
		return SOURCE_END;
	if (!gave && !blocks->late && blocks->len > 0 &&
	    grow(blocks) == SOURCE_ERROR)
		return SOURCE_ERROR;
	blocks->gave = false;
	blocks->want = blocks->len + blocks->size - blocks->len % blocks->size;
	if (!blocks->late || (gave && begun(blocks)))
		return SOURCE_RECORD;
	blocks->since_ns = 0; /* until there is more of it, or of the header */
	return SOURCE_WAIT;
}

enum source_state
blocks_next(struct blocks *blocks, struct slice *ret)
{
	struct budget budget = BUDGET_OF_A_CALL;
	enum source_state state;

	for (;;) {
		state = read_on(blocks, &budget);
		if (state != SOURCE_RECORD)
			return state;
		/* at most what make_block() leaves may be read again */
		blocks->want = 0;
		if (blocks->len > 0 && (begun(blocks) || begin(blocks))) {
			state = look(blocks);
			if (state != SOURCE_RECORD)
				return state;
			if (make_block(blocks, ret))
				return SOURCE_RECORD;
		}
		state = go_on(blocks);
		if (state != SOURCE_RECORD)
			return state;
	}
}

int
blocks_fd(const struct blocks *blocks)
{
	return blocks->looking ? groups_fd(blocks->options.groups)
			       : blocks->options.fd;
}

int64_t
blocks_due_ns(const struct blocks *blocks)
{
	return blocks->due_ns;
}

const struct slice *
blocks_header(const struct blocks *blocks)
{
	return &blocks->header;
}

const char *
blocks_error(const struct blocks *blocks)
{
	return blocks->error;
}

bool
blocks_ended(const struct blocks *blocks)
{
	return blocks->eof && blocks->len == 0;
}
