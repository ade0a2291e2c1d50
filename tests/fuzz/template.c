/*
 * template_new() and template_expand(): the first byte chooses the syntax, the
 * rest is the words, a newline between.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "input/item.h"
#include "input/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expand(struct template *t, size_t n)
{
	static const struct argument args[] = { { "a/b.c", 5 }, { "it's", 4 },
		{ "", 0 }, { "\n.x/\n", 5 } };
	const struct template_job job = { .args = args,
		.n_args = n,
		.seq = 12,
		.slot = 3,
		.total = 100,
		.slots = 4,
		.none = n == 3 };
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct template_length length = { .args = 0 };

	template_expand(t, &job, &out);
	template_expand(t, &job, &again);
	assert(out.len == again.len);
	assert(out.len == 0 || memcmp(out.data, again.data, out.len) == 0);
	template_length_add(t, &length, &job);
	template_length(t, &length);
	buf_release(&out);
	buf_release(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *rest, *word, *error = NULL, *words[16];
	size_t n = 0;
	struct template_syntax syntax = { .replace = NULL };
	struct template *t;

	if (size < 1 || memchr(data, '\0', size) != NULL)
		return 0;
	syntax.plus = syntax.host = data[0] & 1;
	syntax.quote = data[0] & 2;
	syntax.context = data[0] & 4;
	syntax.raw = data[0] & 8;
	rest = text = xmemdup0(data + 1, size - 1);
	while (n < 16 && (word = strsep(&rest, "\n")) != NULL)
		words[n++] = word;
	if (n > 1 && (data[0] & 16) != 0)
		syntax.replace = words[--n];
	t = template_new(words, n, &syntax, NULL, 0, &error);
	assert((t == NULL) == (error != NULL));
	if (t != NULL)
		for (size_t args = 1; args <= 4; args++)
			expand(t, args);
	template_free(t);
	free(text);
	free(error);
	return 0;
}
