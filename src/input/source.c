#include "source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "records.h"
#include "templated.h"

#define SKIPS_AT_ONCE 10000

/* More than execve(2) takes on any system: the job will say so. */
#define COMMAND_MAX ((size_t)8 * 1024 * 1024)

#define LOOK_AHEAD (1024 * 1024) /* read only to count what is left */

/* Words if fd is -1 and templated NULL. */
struct source {
	char *const *words; /* the operands */
	size_t n_words;

	struct records records; /* of standard input, fd -1 if it is not that */
	bool lines;
	char *error;

	struct templated *templated; /* owned, or NULL */
};

static struct source *
source_new(int fd, const struct delimiter *delimiter)
{
	struct source *src = xcalloc(1, sizeof(*src));

	records_init(&src->records, fd, delimiter);
	src->records.max = COMMAND_MAX;
	return src;
}

struct source *
source_from_words(char *const *words, size_t n)
{
	struct source *src = source_new(-1, &DELIMITER_NEWLINE);

	src->words = words;
	src->n_words = n;
	return src;
}

struct source *
source_from_fd(int fd, const struct delimiter *delimiter, bool lines)
{
	struct source *src = source_new(fd, delimiter);

	src->lines = lines;
	return src;
}

struct source *
source_from_template(const struct source_template *options, char **ret_error)
{
	struct templated *templated = templated_new(options, ret_error);
	struct source *src;

	if (templated == NULL)
		return NULL;
	src = source_new(-1, &DELIMITER_NEWLINE);
	src->templated = templated;
	return src;
}

void
source_free(struct source *src)
{
	if (src == NULL)
		return;
	records_release(&src->records);
	templated_free(src->templated);
	free(src->error);
	free(src);
}

static enum source_state
fail(struct source *src, char *error)
{
	src->error = error;
	src->records.eof = true;
	src->records.buf.len = src->records.start = src->records.scanned = 0;
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

static enum source_state
next_record(struct source *src, const char **ret_text, size_t *ret_len)
{
	enum source_state state;
	int skipped = 0;

	while ((state = records_next(&src->records, ret_text, ret_len)) ==
		SOURCE_RECORD &&
	    is_skipped(src, *ret_text, *ret_len))
		if (++skipped == SKIPS_AT_ONCE)
			return SOURCE_WAIT;
	if (state == SOURCE_ERROR)
		return fail(src,
		    xasprintf("cannot read commands from standard input: %s",
			strerror(src->records.error)));
	if (state == SOURCE_RECORD && *ret_len > 0 &&
	    memchr(*ret_text, '\0', *ret_len) != NULL)
		return fail(src,
		    xasprintf("standard input, record %llu: a command "
			      "cannot contain a NUL byte (are these "
			      "NUL-terminated records? then use -0)",
			(unsigned long long)src->records.count));
	return state;
}

enum source_state
source_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	if (src->templated != NULL)
		return templated_next(
		    src->templated, seq, slot, ret_text, ret_len);
	if (src->error != NULL)
		return SOURCE_ERROR;
	if (src->records.fd < 0)
		return next_word(src, ret_text, ret_len);
	return next_record(src, ret_text, ret_len);
}

char *const *
source_args(const struct source *src)
{
	return src->templated != NULL ? templated_args(src->templated) : NULL;
}

const char *
source_tag(const struct source *src, size_t *ret_len)
{
	return src->templated != NULL ? templated_tag(src->templated, ret_len)
				      : NULL;
}

int
source_fd(const struct source *src)
{
	return src->templated != NULL ? templated_fd(src->templated)
				      : src->records.fd;
}

bool
source_reads_terminal(const struct source *src)
{
	return src->templated != NULL ? templated_reads_terminal(src->templated)
				      : isatty(src->records.fd);
}

const char *
source_error(const struct source *src)
{
	return src->templated != NULL ? templated_error(src->templated)
				      : src->error;
}

bool
source_ended(const struct source *src)
{
	uint64_t left;

	if (src->templated != NULL)
		return templated_known(src->templated, &left);
	return src->records.fd < 0 || records_ended(&src->records);
}

uint64_t
source_known(const struct source *src)
{
	uint64_t left;

	if (src->templated == NULL)
		return src->n_words;
	return templated_known(src->templated, &left) ? left : 0;
}

uint64_t
source_left(struct source *src)
{
	const char *text;
	uint64_t left = 0;
	size_t len, fills = 0;
	bool may_read;

	if (src->templated != NULL)
		return templated_left(src->templated);
	if (src->records.fd < 0)
		return src->n_words;
	may_read = !source_reads_terminal(src);
	do {
		while (records_take(&src->records, &text, &len))
			if (!is_skipped(src, text, len))
				left++;
	} while (may_read && !src->records.eof &&
	    fills++ < LOOK_AHEAD / RECORDS_READ_SIZE &&
	    records_fill(&src->records) == SOURCE_RECORD);
	return left;
}
