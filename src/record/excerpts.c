#include "excerpts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "report/event.h"

/* So many bytes are kept in memory; for more a file is made. */
#define IN_MEMORY (INT64_C(16) * 1024 * 1024)

static int
compare(const struct job_excerpts *a, const struct job_excerpts *b)
{
	return a->id < b->id ? -1 : a->id > b->id;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(excerpts_tree, job_excerpts, node, compare,
    static __attribute__((__unused__)))

void
excerpts_init(struct excerpts *excerpts, const struct excerpt_sizes *sizes,
    const char *dir)
{
	*excerpts = (struct excerpts){ .sizes = *sizes };
	RB_INIT(&excerpts->jobs);
	store_init_modest(&excerpts->store, IN_MEMORY, dir);
}

void
excerpts_release(struct excerpts *excerpts)
{
	struct job_excerpts *job;

	while ((job = RB_ROOT(&excerpts->jobs)) != NULL)
		excerpts_forget(excerpts, job);
	store_release(&excerpts->store);
	buf_release(&excerpts->plain);
}

struct job_excerpts *
excerpts_find(struct excerpts *excerpts, uint64_t id)
{
	struct job_excerpts key = { .id = id };

	return RB_FIND(excerpts_tree, &excerpts->jobs, &key);
}

static void
begin(const struct excerpts *excerpts, struct job_excerpts *job)
{
	const struct excerpt_sizes *sizes = &excerpts->sizes;

	for (int i = 0; i < 2; i++)
		excerpt_init(&job->streams[i], sizes->first, sizes->last);
	excerpt_init(&job->end, 0, sizes->end);
}

struct job_excerpts *
excerpts_get(struct excerpts *excerpts, uint64_t id)
{
	struct job_excerpts *job = excerpts_find(excerpts, id);

	if (job != NULL)
		return job;
	job = xcalloc(1, sizeof(*job));
	job->id = id;
	begin(excerpts, job);
	queue_init(&job->notes);
	RB_INSERT(excerpts_tree, &excerpts->jobs, job);
	return job;
}

void
excerpts_hear(struct excerpts *excerpts, const struct report_event *event)
{
	struct job_excerpts *job = excerpts_get(excerpts, event->job->id);
	struct buf *plain = &excerpts->plain;
	struct store *store = &excerpts->store;
	int stream = event->fd == 1 ? 0 : 1;

	plain->len = 0;
	buf_reserve(plain, event->len);
	plain->len = escape_strip(
	    &job->escapes[stream], plain->data, event->data, event->len);
	excerpt_add(&job->end, store, plain->data, plain->len);
	excerpt_add(&job->streams[stream], store, plain->data, plain->len);
}

static void
note_unread(struct buf *out)
{
	buf_printf(out, "[nursery could not read what it had kept: %s]\n",
	    strerror(errno));
}

/* Drops all but the last lines of what the buffer has from start on. */
static void
keep_lines(struct buf *out, size_t start, size_t lines)
{
	const char *data = out->data + start;
	size_t len = out->len - start, from = len;

	if (from > 0 && data[from - 1] == '\n')
		from--;
	while (from > 0) {
		const char *newline = memrchr(data, '\n', from);

		if (newline == NULL)
			return;
		if (--lines == 0) {
			from = (size_t)(newline - data) + 1;
			break;
		}
		from = (size_t)(newline - data);
	}
	memmove(out->data + start, data + from, len - from);
	out->len -= from;
}

void
excerpts_take_lines(struct excerpts *excerpts, struct job_excerpts *job,
    size_t lines, struct buf *out)
{
	size_t start = out->len;
	uint64_t left_out;

	if (job == NULL)
		return;
	if (excerpt_take_last(&job->end, &excerpts->store, out, &left_out) < 0)
		note_unread(out);
	else if (out->len > start)
		keep_lines(out, start, lines);
}

void
excerpts_take_stream(struct excerpts *excerpts, struct job_excerpts *job,
    int stream, struct buf *out)
{
	struct excerpt *excerpt = &job->streams[stream];
	struct buf last = BUF_INIT;
	uint64_t left_out = 0;

	if (excerpt_take_first(excerpt, &excerpts->store, out) < 0 ||
	    excerpt_take_last(excerpt, &excerpts->store, &last, &left_out) < 0)
		note_unread(out);
	if (left_out > 0)
		buf_printf(out,
		    "%s[nursery: %" PRIu64 " bytes are left out here]\n",
		    out->len > 0 && out->data[out->len - 1] != '\n' ? "\n" : "",
		    left_out);
	buf_append(out, last.data, last.len);
	buf_release(&last);
}

static void
release_output(struct excerpts *excerpts, struct job_excerpts *job)
{
	for (int i = 0; i < 2; i++)
		excerpt_release(&job->streams[i], &excerpts->store);
	excerpt_release(&job->end, &excerpts->store);
}

void
excerpts_begin_again(struct excerpts *excerpts, struct job_excerpts *job)
{
	release_output(excerpts, job);
	memset(job->escapes, 0, sizeof(job->escapes));
	begin(excerpts, job);
}

void
excerpts_forget(struct excerpts *excerpts, struct job_excerpts *job)
{
	if (job == NULL)
		return;
	RB_REMOVE(excerpts_tree, &excerpts->jobs, job);
	release_output(excerpts, job);
	job->notes.dropped += job->notes.len;
	queue_clear(&job->notes, &excerpts->store);
	free(job->why);
	free(job);
}
