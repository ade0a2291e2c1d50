#include "split.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "strvec.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Whether the backslash at text takes away the meaning of what follows. */
static bool
escapes(const char *text, bool quoted)
{
	return text[0] == '\\' && text[1] != '\0' &&
	    (!quoted || strchr("\"\\$`", text[1]) != NULL);
}

/* Appends what is quoted to the word.  Returns what follows, NULL: no end. */
static const char *
take_quoted(const char *text, struct buf *word)
{
	const char quote = *text++;

	for (; *text != quote; text++) {
		if (quote == '"' && escapes(text, true))
			text++;
		if (*text == '\0')
			return NULL;
		buf_append(word, text, 1);
	}
	return text + 1;
}

/* Appends the word at text.  Returns what follows; NULL: a quote has no end. */
static const char *
take_word(const char *text, struct buf *word)
{
	while (text != NULL && *text != '\0' && !is_blank(*text)) {
		if (*text == '\'' || *text == '"') {
			text = take_quoted(text, word);
			continue;
		}
		if (escapes(text, false))
			text++;
		buf_append(word, text++, 1);
	}
	return text;
}

int
split_words(const char *text, struct strvec *ret)
{
	struct buf word = BUF_INIT;

	for (;;) {
		while (is_blank(*text))
			text++;
		if (*text == '\0')
			break;
		text = take_word(text, &word);
		if (text == NULL)
			break;
		strvec_take(ret, buf_detach(&word));
	}
	buf_release(&word);
	return text != NULL ? 0 : -1;
}
