/* quote_shell(): read as sh reads it, a word gives back its bytes. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "input/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* POSIX 2.2 as far as it is needed: no byte may be special. */
static void
unquote(struct buf *out, const char *s, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+/";
	char quote = '\0';

	for (size_t i = 0; i < len; i++) {
		if (s[i] == quote) {
			quote = '\0';
		} else if (quote == '\0' && (s[i] == '\'' || s[i] == '"')) {
			quote = s[i];
		} else {
			assert(quote == '\'' ||
			    (quote == '"' && s[i] == '\'') ||
			    strchr(plain, s[i]) != NULL);
			buf_append(out, s + i, 1);
		}
	}
	assert(quote == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf quoted = BUF_INIT, back = BUF_INIT;
	const char *bytes = (const char *)data;

	if (memchr(data, '\0', size) != NULL)
		return 0;
	quote_shell(&quoted, bytes, size);
	assert(quoted.len > 0);
	assert(quoted.len == quote_shell_length(bytes, size));
	unquote(&back, quoted.data, quoted.len);
	assert(back.len == size);
	assert(size == 0 || memcmp(back.data, bytes, size) == 0);
	buf_release(&quoted);
	buf_release(&back);
	return 0;
}
