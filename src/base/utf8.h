/* Characters in UTF-8, see RFC 3629, whatever the locale is. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* U+FFFD, which stands for what is no character, or must not be shown. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * Reads the character at the start of the bytes, of which there is one at
 * least.  Returns its length, 1 to 4, with its number in *ret; or 0 if no
 * character begins there: the bytes are cut, longer than need be, a surrogate
 * or no UTF-8 at all.
 */
size_t utf8_read(const char *bytes, size_t len, uint32_t *ret);

#endif
