#include "utf8.h"

size_t
utf8_read(const char *bytes, size_t len, uint32_t *ret)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char byte = (unsigned char)*bytes;
	size_t n = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
	uint32_t c = byte & (0xffU >> (n + 1));

	if (byte < 0x80) {
		*ret = byte;
		return 1;
	}
	if (byte < 0xc0 || byte > 0xf4 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)bytes[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)bytes[i] & 0x3f);
	}
	if (c < first[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return n;
}
