#include "failed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "joblog.h"
#include "source.h"

struct failed {
	struct source source;
	struct joblog *log;
	const char *path;
	size_t next;     /* the line of the next command */
	uint64_t left;   /* how many there are from there on */
	uint64_t number; /* of the command taken last */
	char *text;      /* of that; or NULL */
	char *error;     /* or NULL */
};

static enum source_state
failed_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct failed *failed = (struct failed *)src;
	const struct joblog_line *line;

	(void)seq;
	(void)slot;
	if (failed->error != NULL)
		return SOURCE_ERROR;
	if (failed->left == 0)
		return SOURCE_END;
	do
		line = joblog_line(failed->log, failed->next++);
	while (line->succeeded);
	failed->left--;
	free(failed->text);
	failed->text = joblog_command(failed->log, line);
	if (failed->text == NULL) {
		failed->error = xasprintf("%s cannot be read any more: %s",
		    failed->path, strerror(errno));
		return SOURCE_ERROR;
	}
	failed->number = line->seq;
	*ret_text = failed->text;
	*ret_len = line->text_len;
	return SOURCE_RECORD;
}

static uint64_t
failed_number(const struct source *src)
{
	return ((const struct failed *)src)->number;
}

static uint64_t
failed_reserved(const struct source *src)
{
	return joblog_last(((const struct failed *)src)->log);
}

static const char *
failed_error(const struct source *src)
{
	return ((const struct failed *)src)->error;
}

static uint64_t
failed_known(const struct source *src)
{
	return ((const struct failed *)src)->left;
}

static uint64_t
failed_left(struct source *src)
{
	struct failed *failed = (struct failed *)src;
	uint64_t left = failed->left;

	failed->left = 0;
	return left;
}

static void
failed_free(struct source *src)
{
	struct failed *failed = (struct failed *)src;

	joblog_free(failed->log);
	free(failed->text);
	free(failed->error);
	free(failed);
}

static const struct source_ops ops = {
	.next = failed_next,
	.number = failed_number,
	.reserved = failed_reserved,
	.error = failed_error,
	.known = failed_known,
	.left = failed_left,
	.free = failed_free,
};

struct source *
failed_new(struct joblog *log, const char *path)
{
	struct failed *failed = xcalloc(1, sizeof(*failed));

	*failed =
	    (struct failed){ .source.ops = &ops, .log = log, .path = path };
	for (size_t i = 0; i < joblog_count(log); i++)
		failed->left += !joblog_line(log, i)->succeeded;
	return &failed->source;
}
