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
