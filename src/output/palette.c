#include "palette.h"

#include <stdio.h>
#include <stdlib.h>

/* More than there are pairs. */
#define PAIRS_MAX 512

/* Backgrounds, from the first to the last, and the colour of text on them. */
struct range {
	int first, last, text;
};

static const struct range ranges[] = {
	/* black text */
	{ 6, 7, 0 },
	{ 9, 11, 0 },
	{ 13, 15, 0 },
	{ 40, 51, 0 },
	{ 75, 87, 0 },
	{ 113, 123, 0 },
	{ 147, 159, 0 },
	{ 171, 182, 0 },
	{ 185, 231, 0 },
	{ 249, 254, 0 },
	/* white text */
	{ 1, 9, 231 },
	{ 12, 13, 231 },
	{ 16, 45, 231 },
	{ 52, 81, 231 },
	{ 88, 114, 231 },
	{ 124, 149, 231 },
	{ 160, 178, 231 },
	{ 180, 180, 231 },
	{ 182, 184, 231 },
	{ 196, 214, 231 },
	{ 232, 250, 231 },
};

struct pair {
	int place; /* in the order of ranges */
	int background, text;
};

/* So that neighbours are not alike. */
static int
compare(const void *a, const void *b)
{
	int left = ((const struct pair *)a)->place;
	int right = ((const struct pair *)b)->place;

	if (left % 23 != right % 23)
		return left % 23 - right % 23;
	if (left % 7 != right % 7)
		return right % 7 - left % 7;
	return left - right;
}

static size_t
list_pairs(struct pair pairs[PAIRS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		for (int c = ranges[i].first; c <= ranges[i].last; c++) {
			pairs[n] = (struct pair){ (int)n, c, ranges[i].text };
			n++;
		}
	return n;
}

const char *
palette_begin(uint64_t seq, char buf[PALETTE_MAX])
{
	struct pair pairs[PAIRS_MAX];
	size_t n = list_pairs(pairs);
	const struct pair *pair;

	qsort(pairs, n, sizeof(*pairs), compare);
	pair = &pairs[seq % n];
	snprintf(buf, PALETTE_MAX, "\033[48;5;%03d;38;5;%03dm\033[K",
	    pair->background, pair->text);
	return buf;
}
