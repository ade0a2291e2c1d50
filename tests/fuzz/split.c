/* split_words(): words that are quoted again are split into the same words. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/split.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "input/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
split_again(const struct strvec *words)
{
	struct buf line = BUF_INIT;
	struct strvec again = STRVEC_INIT;

	for (size_t i = 0; i < words->len; i++) {
		buf_puts(&line, i % 2 == 0 ? "\t" : " \n");
		quote_shell(&line, words->items[i], strlen(words->items[i]));
	}
	buf_append(&line, "", 1);
	assert(split_words(line.data, &again) == 0);
	assert(again.len == words->len);
	for (size_t i = 0; i < words->len; i++)
		assert(strcmp(again.items[i], words->items[i]) == 0);
	strvec_release(&again);
	buf_release(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup0((const char *)data, size);
	struct strvec words = STRVEC_INIT;
	size_t bytes = 0;

	if (split_words(text, &words) == 0)
		split_again(&words);
	for (size_t i = 0; i < words.len; i++)
		bytes += strlen(words.items[i]);
	assert(bytes <= strlen(text));
	strvec_release(&words);
	free(text);
	return 0;
}
