/* Sets of exit statuses. */
#ifndef BASE_CODES_H
#define BASE_CODES_H

#include <stdbool.h>
#include <stdint.h>

#define CODES_WHY "no list of exit statuses (try 1 or 1,3-5; at most 255)"

struct codes {
	uint64_t bits[4]; /* one bit for each status from 0 to 255 */
};

/*
 * Parses codes from 0 to 255 and ranges of them, with commas in between:
 * "1,3-5".  Returns 0, or -1 with *ret untouched; CODES_WHY then completes
 * "'x' is ...".
 */
int codes_parse(const char *s, struct codes *ret);

/* True if code, from 0 to 255, is in the set. */
bool codes_have(const struct codes *codes, int code);

#endif
