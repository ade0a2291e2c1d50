#include "unwritten.h"

#include "state.h"

void
unwritten_count(struct output *out)
{
	out->counts_lines = true;
}

uint64_t
unwritten_lines(const struct capture *cap)
{
	uint64_t lines = 0;

	for (int i = 0; i < cap->len; i++) {
		const struct stream *st = &cap->streams[i];

		lines += st->lines > 0 ? st->lines : st->q.len > 0;
	}
	return lines;
}

uint64_t
unwritten_all(const struct output *out)
{
	const struct capture *cap;
	uint64_t lines = 0;

	LIST_FOREACH(cap, &out->all, all_link)
		lines += unwritten_lines(cap);
	return lines;
}

void *
unwritten_holder(const struct output *out)
{
	const struct capture *first = TAILQ_FIRST(&out->order);

	return first != NULL && out->mode == OUTPUT_KEEP_ORDER ? first->job
							       : NULL;
}

bool
unwritten_for_own_end(const struct capture *cap)
{
	return cap->held || !cap->ordered;
}
