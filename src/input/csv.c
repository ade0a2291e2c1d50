#include "csv.h"

#include <string.h>

#define QUOTE '"'

bool
csv_is_open(const char *text, size_t len)
{
	bool open = false;

	for (size_t i = 0; i < len; i++)
		open ^= text[i] == QUOTE;
	return open;
}

size_t
csv_record(const char *text, size_t len, size_t from)
{
	size_t at = from;
	bool open = false;

	while (at < len) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t end;

		if (newline == NULL)
			return 0;
		end = (size_t)(newline - text) + 1;
		open ^= csv_is_open(text + at, end - at);
		if (!open)
			return end;
		at = end;
	}
	return 0;
}

size_t
csv_record_before(const char *text, size_t end)
{
	bool open = false;

	for (size_t at = end - 1; at > 0; at--) {
		if (text[at - 1] == '\n' && !open)
			return at;
		open ^= text[at - 1] == QUOTE;
	}
	return 0;
}

size_t
csv_last(const char *text, size_t len)
{
	bool open = csv_is_open(text, len); /* before the byte at hand */

	for (; len > 0; len--) {
		if (text[len - 1] == '\n' && !open)
			return len;
		open ^= text[len - 1] == QUOTE;
	}
	return 0;
}

/* Where the field that begins there is divided from the next, or len. */
static size_t
find_separator(const char *text, size_t len, size_t from, const char *separator)
{
	const char *found =
	    memmem(text + from, len - from, separator, strlen(separator));

	return found != NULL ? (size_t)(found - text) : len;
}

/* Where the quote is that ends a field, of which there may be two; or len. */
static size_t
find_quote(const char *text, size_t len, size_t from)
{
	while (from < len && text[from] != QUOTE)
		from++;
	while (from + 1 < len && text[from + 1] == QUOTE) {
		from += 2;
		while (from < len && text[from] != QUOTE)
			from++;
	}
	return from < len ? from : len;
}

size_t
csv_field(const char *text, size_t len, size_t from, const char *separator,
    size_t *ret_start, size_t *ret_end)
{
	size_t end, size = strlen(separator);

	if (from < len && text[from] == QUOTE) {
		*ret_start = from + 1;
		*ret_end = find_quote(text, len, from + 1);
		end = *ret_end + 1;
		if (*ret_end == len ||
		    (end < len && strncmp(text + end, separator, size) != 0))
			return 0;
		return end < len ? end + size : len + 1;
	}
	end = find_separator(text, len, from, separator);
	*ret_start = from;
	*ret_end = end;
	if (memchr(text + from, QUOTE, end - from) != NULL)
		return 0;
	return end < len ? end + size : len + 1;
}

size_t
csv_unquote(char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		text[n++] = text[i];
		i += text[i] == QUOTE;
	}
	return n;
}
