#include "codes.h"

#include <string.h>

#include "parse.h"

/* Reads the code before the next character of stops, and moves *s there. */
static int
scan_code(const char **s, const char *stops, int64_t *ret)
{
	size_t len = strcspn(*s, stops);
	char digits[8];

	if (len >= sizeof(digits))
		return -1;
	memcpy(digits, *s, len);
	digits[len] = '\0';
	*s += len;
	return parse_count(digits, 0, 255, ret);
}

int
codes_parse(const char *s, struct codes *ret)
{
	struct codes codes = { { 0 } };

	for (;; s++) {
		int64_t first, last;

		if (scan_code(&s, ",-", &first) < 0)
			return -1;
		last = first;
		if (*s == '-') {
			s++;
			if (scan_code(&s, ",", &last) < 0 || last < first)
				return -1;
		}
		for (; first <= last; first++)
			codes.bits[first / 64] |= UINT64_C(1) << first % 64;
		if (*s == '\0')
			break;
	}
	*ret = codes;
	return 0;
}

bool
codes_have(const struct codes *codes, int code)
{
	return (codes->bits[code / 64] >> code % 64 & 1) != 0;
}
