#include "advice.h"

#include <string.h>

#include "base/buf.h"
#include "input/quote.h"

/* Whether a shell takes the word as it stands. */
static bool
is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.+/:=@%,";

	for (; *word != '\0'; word++) {
		if (word[0] == '{' && word[1] == '}')
			word++;
		else if (strchr(plain, *word) == NULL)
			return false;
	}
	return true;
}

static void
add_word(struct buf *line, const char *word)
{
	buf_puts(line, " ");
	if (*word != '\0' && is_plain(word))
		buf_puts(line, word);
	else
		quote_shell(line, word, strlen(word));
}

void
advice_add(struct buf *line, char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_word(line, words[i]);
}

void
advice_add_joined(struct buf *line, char *const *words, size_t n)
{
	struct buf joined = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_printf(&joined, "%s%s", i > 0 ? " " : "", words[i]);
	buf_puts(line, " ");
	quote_shell(line, joined.data, joined.len);
	buf_release(&joined);
}

bool
advice_is_one_command(char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (*words[i] == '\0' || !is_plain(words[i]))
			return false;
	return n > 1;
}
