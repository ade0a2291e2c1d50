#include "lines.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "budget.h"
#include "records.h"
#include "source.h"

/* More than execve(2) takes on any system: the job will say so. */
#define COMMAND_MAX ((size_t)8 * 1024 * 1024)

#define LOOK_AHEAD (1024 * 1024) /* bytes read only to count what is left */

struct lines {
	struct source source;
	struct records records;
	struct budget budget;
	bool script;         /* blank lines and comments are skipped */
	lines_check *check;  /* for the first command; or NULL */
	char *error;         /* or NULL */
	uint64_t counted_to; /* bytes of the input whose commands are counted */
	uint64_t ahead;      /* counted commands that were not taken yet */
};

static enum source_state
fail(struct lines *lines, char *error)
{
	lines->error = error;
	records_drop(&lines->records);
	return SOURCE_ERROR;
}

static enum source_state
check_first(struct lines *lines, const char *text, size_t len)
{
	char *error = lines->check != NULL ? lines->check(text, len) : NULL;

	lines->check = NULL;
	return error != NULL ? fail(lines, error) : SOURCE_RECORD;
}

static bool
is_skipped(const struct lines *lines, const char *text, size_t len)
{
	size_t i = 0;

	if (!lines->script)
		return len == 0;
	while (i < len && strchr(" \t\r\v\f", text[i]) != NULL && text[i] != 0)
		i++;
	return i == len || text[i] == '#';
}

/* The next command is taken, up to the first byte of the next record. */
static void
take_counted(struct lines *lines)
{
	uint64_t taken = lines->records.before + lines->records.start;

	if (taken <= lines->counted_to) {
		lines->ahead--;
	} else {
		lines->counted_to = taken;
		lines->ahead = 0;
	}
}

static enum source_state
lines_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct lines *lines = (struct lines *)src;
	struct records *records = &lines->records;
	enum source_state state;

	(void)seq;
	(void)slot;
	if (lines->error != NULL)
		return SOURCE_ERROR;
	lines->budget = BUDGET_OF_A_CALL;
	do
		state = records_next(records, ret_text, ret_len);
	while (
	    state == SOURCE_RECORD && is_skipped(lines, *ret_text, *ret_len));
	if (state == SOURCE_ERROR)
		return fail(lines,
		    xasprintf("cannot read commands from standard input: %s",
			strerror(records->error)));
	if (state == SOURCE_RECORD && memchr(*ret_text, '\0', *ret_len) != NULL)
		return fail(lines,
		    xasprintf("standard input, record %llu: a command "
			      "cannot contain a NUL byte (are these "
			      "NUL-terminated records? then use -0)",
			(unsigned long long)records->count));
	if (state != SOURCE_RECORD)
		return state;
	take_counted(lines);
	return check_first(lines, *ret_text, *ret_len);
}

static int
lines_fd(const struct source *src, int64_t *ret_due_ns)
{
	(void)ret_due_ns;
	return ((const struct lines *)src)->records.fd;
}

static bool
lines_reads_terminal(const struct source *src)
{
	const struct records *records = &((const struct lines *)src)->records;

	return !records->eof && isatty(records->fd);
}

static const char *
lines_error(const struct source *src)
{
	return ((const struct lines *)src)->error;
}

static bool
lines_ended(const struct source *src)
{
	return records_ended(&((const struct lines *)src)->records);
}

/* Counts the commands in what was read, from counted_to on. */
static void
count_ahead(struct lines *lines)
{
	const struct records *records = &lines->records;
	const struct delimiter *delimiter = &records->delimiter;
	const char *end = records->buf.data + records->buf.len;
	const char *text, *next;
	uint64_t taken = records->before + records->start;

	if (lines->counted_to < taken)
		lines->counted_to = taken;
	text = records->buf.data + (lines->counted_to - records->before);
	for (; text < end; text = next) {
		const char *found = memmem(text, (size_t)(end - text),
		    delimiter->bytes, delimiter->len);

		if (found == NULL && !records->eof)
			break;
		next = found != NULL ? found + delimiter->len : end;
		if (found == NULL)
			found = end;
		if (!is_skipped(lines, text, (size_t)(found - text)))
			lines->ahead++;
		lines->counted_to += (uint64_t)(next - text);
	}
}

static uint64_t
lines_ahead(struct source *src, bool *ret_all)
{
	struct lines *lines = (struct lines *)src;
	struct records *records = &lines->records;

	*ret_all = false;
	if (lines->error != NULL || lines_reads_terminal(src))
		return 0;
	while (!records->eof &&
	    records->buf.len - records->start < LOOK_AHEAD &&
	    records_fill(records) == SOURCE_RECORD)
		continue;
	if (records->buf.len > 0)
		count_ahead(lines);
	*ret_all = records->eof;
	return lines->ahead;
}

static uint64_t
lines_left(struct source *src)
{
	struct lines *lines = (struct lines *)src;
	struct records *records = &lines->records;
	const char *text;
	uint64_t left = 0;
	size_t len, fills = 0;
	bool may_read = !lines_reads_terminal(src);

	do {
		while (records_take(records, &text, &len))
			if (!is_skipped(lines, text, len))
				left++;
	} while (may_read && !records->eof &&
	    fills++ < LOOK_AHEAD / RECORDS_READ_SIZE &&
	    records_fill(records) == SOURCE_RECORD);
	if (records->error != 0)
		records_drop(records);
	return left;
}

static void
lines_free(struct source *src)
{
	struct lines *lines = (struct lines *)src;

	records_release(&lines->records);
	free(lines->error);
	free(lines);
}

static const struct source_ops ops = {
	.next = lines_next,
	.fd = lines_fd,
	.reads_terminal = lines_reads_terminal,
	.error = lines_error,
	.ended = lines_ended,
	.ahead = lines_ahead,
	.left = lines_left,
	.free = lines_free,
};

struct source *
lines_new(
    int fd, const struct delimiter *delimiter, bool script, lines_check *check)
{
	struct lines *lines = xcalloc(1, sizeof(*lines));

	lines->source.ops = &ops;
	lines->script = script;
	lines->check = check;
	records_init(&lines->records, fd, delimiter, &lines->budget);
	lines->records.max = COMMAND_MAX;
	lines->records.cut = true;
	return &lines->source;
}
