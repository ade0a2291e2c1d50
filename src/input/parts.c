#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "budget.h"
#include "cut.h"
#include "pattern.h"

/* How much is read at a time to find the end of a record. */
#define READ_SIZE 131072

struct file {
	const char *path;    /* borrowed */
	struct block *block; /* the file itself; one reference is ours */
	uint64_t size;
};

struct parts {
	struct parts_options options;
	struct file *files;
	size_t next;         /* the file at hand */
	bool begun;          /* its header was read */
	uint64_t size;       /* of a part, more or less */
	uint64_t start;      /* where the next part begins in it */
	struct slice header; /* of it; the reference is the file's */
	struct buf read;     /* what was read for the end of the part */
	uint64_t read_at;    /* where that is in the file */
	struct pattern *header_pattern; /* NULL: there is no header */
	char *error;
};

/* Opens a file that can be read at any place.  -1 after setting the error. */
static int
open_file(struct parts *parts, struct file *file)
{
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	off_t size = -1;

	if (fd < 0 || fstat(fd, &st) < 0) {
		parts->error = xasprintf(
		    "cannot read %s: %s", file->path, strerror(errno));
	} else if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
		parts->error = xasprintf("--pipe-part: %s is no file that can "
					 "be read in parts (try --pipe)",
		    file->path);
	} else {
		size = lseek(fd, 0, SEEK_END);
		if (size < 0)
			parts->error = xasprintf(
			    "cannot read %s: %s", file->path, strerror(errno));
	}
	if (size < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	file->block = block_of_file(fd);
	file->size = (uint64_t)size;
	return 0;
}

static int
open_all(struct parts *parts)
{
	const struct parts_options *options = &parts->options;
	uint64_t all = 0;

	for (size_t i = 0; i < options->n_paths; i++) {
		parts->files[i].path = options->paths[i];
		if (open_file(parts, &parts->files[i]) < 0)
			return -1;
		all += parts->files[i].size;
	}
	parts->size = options->share > 0 ? 1 + all / (uint64_t)options->share
					 : (uint64_t)options->blocks.size;
	return blocks_header_pattern(
	    &options->blocks, &parts->header_pattern, &parts->error);
}

struct parts *
parts_new(const struct parts_options *options, char **ret_error)
{
	struct parts *parts = xcalloc(1, sizeof(*parts));

	parts->options = *options;
	parts->files = xcalloc(options->n_paths + 1, sizeof(*parts->files));
	if (open_all(parts) == 0)
		return parts;
	*ret_error = parts->error;
	parts->error = NULL;
	parts_free(parts);
	return NULL;
}

void
parts_free(struct parts *parts)
{
	if (parts == NULL)
		return;
	for (size_t i = 0; i < parts->options.n_paths; i++)
		block_unref(parts->files[i].block);
	free(parts->files);
	pattern_free(parts->header_pattern);
	buf_release(&parts->read);
	free(parts->error);
	free(parts);
}

/*
 * Reads on behind what was read of the file.  Returns how many bytes there
 * were, 0 at its end; -1 after setting the error.
 */
static ssize_t
read_on(struct parts *parts, struct budget *budget)
{
	const struct file *file = &parts->files[parts->next];
	uint64_t at = parts->read_at + parts->read.len;
	ssize_t n;

	if (parts->read.len > CUT_RECORD_MAX) {
		parts->error = xasprintf("%s has a record of more than %d "
					 "bytes (see --recend, --recstart)",
		    file->path, CUT_RECORD_MAX);
		return -1;
	}
	buf_reserve(&parts->read, READ_SIZE + 1);
	do
		n = pread(file->block->fd, parts->read.data + parts->read.len,
		    READ_SIZE, (off_t)at);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		parts->error = xasprintf(
		    "cannot read %s: %s", file->path, strerror(errno));
		return -1;
	}
	parts->read.len += (size_t)n;
	parts->read.data[parts->read.len] = '\0'; /* see block_new() */
	budget_spend(budget, 1, (size_t)n);
	return n;
}

static void
forget_read(struct parts *parts, uint64_t at)
{
	parts->read.len = 0;
	parts->read_at = at;
}

/* The next part may end here, or later; the byte before is looked at, too. */
static void
aim(struct parts *parts)
{
	forget_read(parts, parts->start + parts->size - 1);
}

/* The first line, or all that is read of the file, is not given. */
static enum source_state
skip_line(struct parts *parts, struct budget *budget)
{
	const char *newline;
	ssize_t n = 1;

	while (
	    (newline = memchr(parts->read.data != NULL ? parts->read.data : "",
		 '\n', parts->read.len)) == NULL &&
	    n > 0)
		n = read_on(parts, budget);
	if (n < 0)
		return SOURCE_ERROR;
	parts->start = newline != NULL
	    ? (uint64_t)(newline - parts->read.data) + 1
	    : parts->read.len;
	return SOURCE_RECORD;
}

/* Finds what comes before the first record of the file at hand. */
static enum source_state
begin(struct parts *parts, struct budget *budget)
{
	const struct blocks_options *options = &parts->options.blocks;
	struct file *file = &parts->files[parts->next];
	size_t start, end = 0;
	ssize_t n = 1;

	parts->start = 0;
	forget_read(parts, 0);
	if (options->skip_first && skip_line(parts, budget) == SOURCE_ERROR)
		return SOURCE_ERROR;
	parts->header =
	    (struct slice){ .block = file->block, .at = parts->start };
	forget_read(parts, parts->start);
	while (parts->header_pattern != NULL && n > 0) {
		n = read_on(parts, budget);
		if (n < 0)
			return SOURCE_ERROR;
		if (pattern_find(parts->header_pattern, parts->read.data,
			parts->read.len, 0, &start, &end))
			break;
		end = 0;
	}
	parts->header.len = end;
	parts->start += end;
	if (options->headed != NULL && end > 0)
		parts->error =
		    options->headed(options->arg, parts->read.data, end);
	aim(parts);
	parts->begun = true;
	return parts->error == NULL ? SOURCE_RECORD : SOURCE_ERROR;
}

/* Drops what need not be looked at again. */
static void
slide(struct parts *parts)
{
	size_t keep = cut_overlap(parts->options.blocks.cut);
	size_t gone = parts->read.len > keep ? parts->read.len - keep : 0;

	buf_consume(&parts->read, gone);
	parts->read_at += gone;
}

/* Finds where the part at hand ends, in *ret. */
static enum source_state
find_end(struct parts *parts, struct budget *budget, uint64_t *ret)
{
	const struct file *file = &parts->files[parts->next];
	size_t found = SIZE_MAX;

	while (parts->read_at < file->size) {
		ssize_t n;

		if (budget_is_spent(budget))
			return SOURCE_AGAIN;
		n = read_on(parts, budget);
		if (n < 0)
			return SOURCE_ERROR;
		if (n == 0)
			break;
		found = cut_start(parts->options.blocks.cut, parts->read.data,
		    parts->read.len);
		if (found != SIZE_MAX)
			break;
		slide(parts);
	}
	*ret = found != SIZE_MAX ? parts->read_at + found : file->size;
	if (*ret > file->size)
		*ret = file->size;
	return SOURCE_RECORD;
}

enum source_state
parts_next(struct parts *parts, struct slice *ret)
{
	struct budget budget = BUDGET_OF_A_CALL;
	struct file *file;
	enum source_state state = SOURCE_RECORD;
	uint64_t end;

	if (parts->error != NULL)
		return SOURCE_ERROR;
	for (;; parts->next++, parts->begun = false) {
		if (parts->next == parts->options.n_paths)
			return SOURCE_END;
		file = &parts->files[parts->next];
		if (!parts->begun)
			state = begin(parts, &budget);
		if (state != SOURCE_RECORD)
			return state;
		if (parts->start < file->size)
			break;
	}
	state = find_end(parts, &budget, &end);
	if (state != SOURCE_RECORD)
		return state;
	*ret = (struct slice){ .block = block_ref(file->block),
		.at = parts->start,
		.len = end - parts->start };
	parts->start = end;
	aim(parts);
	return SOURCE_RECORD;
}

const struct slice *
parts_header(const struct parts *parts)
{
	return &parts->header;
}

const char *
parts_error(const struct parts *parts)
{
	return parts->error;
}
