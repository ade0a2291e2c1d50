#include "greeting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/msg.h"
#include "base/xalloc.h"

void
greeting_init(struct greeting *greeting, const char *nonce)
{
	*greeting = (struct greeting){ .in = BUF_INIT };
	strlcpy(greeting->nonce, nonce, sizeof(greeting->nonce));
}

void
greeting_release(struct greeting *greeting)
{
	buf_release(&greeting->in);
}

/* The last place before end where the word is; NULL: nowhere. */
static const char *
find_last(const char *start, const char *end, const char *word)
{
	const char *found = NULL, *next;
	size_t len = strlen(word);

	while ((next = memmem(start, (size_t)(end - start), word, len))) {
		found = next;
		start = next + len;
	}
	return found;
}

/*
 * Finds the line whose end, from the blank before the nonce on, is at end.
 * Returns where "VERSION BUILD" begins in it; NULL: it is no greeting.  Others
 * may have written to the same line before us.
 */
static const char *
find_words(const struct greeting *greeting, const char *end)
{
	const char *start = greeting->in.data;
	const char *newline = memrchr(start, '\n', (size_t)(end - start));
	const char *words;

	words = find_last(
	    newline != NULL ? newline : start, end, REMOTE_GREETING " ");
	return words != NULL ? words + strlen(REMOTE_GREETING " ") : NULL;
}

enum greeting_result
greeting_add(
    struct greeting *greeting, const char *data, size_t len, size_t *ret_rest)
{
	struct buf *in = &greeting->in;
	char last[REMOTE_NONCE_LEN + 3], ours[64];
	size_t n =
	    (size_t)snprintf(last, sizeof(last), " %s\n", greeting->nonce);
	const char *end, *words;

	snprintf(ours, sizeof(ours), "%d %s", REMOTE_PROTOCOL, REMOTE_BUILD);
	buf_append(in, data, len);
	while ((end = memmem(in->data + greeting->at, in->len - greeting->at,
		    last, n)) != NULL) {
		if ((size_t)(end - in->data) + n > GREETING_MAX)
			break;
		greeting->at = (size_t)(end - in->data) + n;
		words = find_words(greeting, end);
		if (words == NULL)
			continue;
		*ret_rest = in->len - greeting->at;
		if ((size_t)(end - words) == strlen(ours) &&
		    memcmp(words, ours, strlen(ours)) == 0)
			return GREETING_FOUND;
		return GREETING_OTHER;
	}
	if (in->len >= GREETING_MAX)
		return GREETING_NOISE;
	if (in->len >= n && in->len - n + 1 > greeting->at)
		greeting->at = in->len - n + 1; /* its end may be there */
	return GREETING_NONE;
}

char *
greeting_build(const struct greeting *greeting)
{
	const char *end =
	    greeting->in.data + greeting->at - strlen(greeting->nonce) - 2;
	const char *words = find_words(greeting, end);
	const char *blank =
	    words != NULL ? memchr(words, ' ', (size_t)(end - words)) : NULL;
	char *version, *build, *text;

	if (blank == NULL)
		return xstrdup("of another kind");
	version = greeting_clean(words, (size_t)(blank - words));
	build = greeting_clean(blank + 1, (size_t)(end - blank - 1));
	text = xasprintf("%s (protocol %s)", build, version);
	free(version);
	free(build);
	return text;
}

/* Where the last max bytes begin, but not within a character. */
static const char *
last_bytes(const char *text, size_t len, size_t max)
{
	const char *start = text + len - max;

	if (len <= max)
		return text;
	while (start < text + len && ((unsigned char)*start & 0xc0) == 0x80)
		start++;
	return start;
}

char *
greeting_clean(const char *text, size_t len)
{
	struct escape escape = { .state = ESCAPE_NONE };
	char *clean = xmemdup0(text, len), *result;
	size_t n = escape_strip(&escape, clean, clean, len), kept = 0;
	const char *start;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)clean[i];

		if (c > ' ' && c != 0x7f)
			clean[kept++] = (char)c;
		else if (kept > 0 && clean[kept - 1] != ' ')
			clean[kept++] = ' ';
	}
	while (kept > 0 && clean[kept - 1] == ' ')
		kept--;
	start = last_bytes(clean, kept, MSG_SHORT_MAX);
	result = xasprintf("%s%.*s", start > clean ? "..." : "",
	    (int)(clean + kept - start), start);
	free(clean);
	return result;
}

char *
greeting_noise(const struct greeting *greeting)
{
	char *text = greeting->in.len > 0
	    ? greeting_clean(greeting->in.data, greeting->in.len)
	    : NULL;

	if (text == NULL || *text != '\0')
		return text;
	free(text);
	return NULL;
}
