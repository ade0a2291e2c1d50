#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "source.h"

struct words {
	struct source source;
	char *const *next;
	size_t n; /* from next on */
};

static enum source_state
words_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct words *words = (struct words *)src;

	(void)seq;
	(void)slot;
	if (words->n == 0)
		return SOURCE_END;
	*ret_text = *words->next;
	*ret_len = strlen(*words->next);
	words->next++;
	words->n--;
	return SOURCE_RECORD;
}

static uint64_t
words_known(const struct source *src)
{
	return ((const struct words *)src)->n;
}

static uint64_t
words_left(struct source *src)
{
	struct words *words = (struct words *)src;
	uint64_t left = words->n;

	words->n = 0;
	return left;
}

static void
words_free(struct source *src)
{
	free(src);
}

static const struct source_ops ops = {
	.next = words_next,
	.known = words_known,
	.left = words_left,
	.free = words_free,
};

struct source *
words_new(char *const *words, size_t n)
{
	struct words *new = xmalloc(sizeof(*new));

	*new = (struct words){ .source.ops = &ops, .next = words, .n = n };
	return &new->source;
}
