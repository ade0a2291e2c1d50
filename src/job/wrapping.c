#include "wrapping.h"

#include "base/buf.h"
#include "input/quote.h"

bool
wrapping_is_needed(const struct wrapping *wrapping)
{
	return wrapping->before != NULL || wrapping->quotes > 0;
}

/* Puts the quoted content behind the word, in its place. */
static void
quote_behind(struct buf *text, const char *word)
{
	struct buf all = BUF_INIT;

	buf_puts(&all, word);
	quote_shell(&all, text->data, text->len);
	buf_release(text);
	*text = all;
}

char *
wrapping_apply(const struct wrapping *wrapping, const char *text, size_t len)
{
	struct buf command = BUF_INIT, all = BUF_INIT;

	buf_append(&command, text, len);
	for (int i = 0; i < wrapping->quotes; i++)
		quote_behind(&command, "");
	if (wrapping->quotes > 0)
		quote_behind(&command, "printf '%s\\n' ");
	if (wrapping->evaluated)
		quote_behind(&command, "eval ");
	if (wrapping->before != NULL)
		buf_printf(&all, "%s\n", wrapping->before);
	buf_append(&all, command.data, command.len);
	buf_release(&command);
	return buf_detach(&all);
}
