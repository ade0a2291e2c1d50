#include "halt.h"

#include <assert.h>
#include <string.h>

#include "base/parse.h"

/* GNU parallel's forms from before WHEN,WHY=N. */
static const struct {
	const char *text;
	struct halt halt;
} old_forms[] = {
	{ "never", { HALT_NEVER, HALT_FAIL, 1, false } },
	{ "0", { HALT_NEVER, HALT_FAIL, 1, false } },
	{ "1", { HALT_SOON, HALT_FAIL, 1, false } },
	{ "2", { HALT_NOW, HALT_FAIL, 1, false } },
	{ "-1", { HALT_SOON, HALT_SUCCESS, 1, false } },
	{ "-2", { HALT_NOW, HALT_SUCCESS, 1, false } },
};

#define WHY_SYNTAX                                                             \
	"not a halt condition (try never, now,fail=1, soon,fail=10% or "       \
	"now,success=1)"
#define WHY_COUNT                                                              \
	"not a halt condition (its number is 1 or more, or 1% to 100%)"

/* Moves *s behind word and returns true if that is how it starts. */
static bool
skip(const char **s, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*s, word, len) != 0)
		return false;
	*s += len;
	return true;
}

/* Parses N or N%, all of s. */
static int
parse_limit(const char *s, struct halt *ret)
{
	char digits[24];
	size_t len = strlen(s);

	if (len == 0 || len >= sizeof(digits))
		return -1;
	memcpy(digits, s, len + 1);
	ret->percent = digits[len - 1] == '%';
	if (ret->percent)
		digits[len - 1] = '\0';
	return parse_count(
	    digits, 1, ret->percent ? 100 : INT64_MAX, &ret->limit);
}

/* Parses "now,fail=" and the like, and moves *s behind it. */
static int
parse_condition(const char **s, struct halt *ret)
{
	if (skip(s, "now,"))
		ret->when = HALT_NOW;
	else if (skip(s, "soon,"))
		ret->when = HALT_SOON;
	else
		return -1;
	if (skip(s, "fail"))
		ret->why = HALT_FAIL;
	else if (skip(s, "success"))
		ret->why = HALT_SUCCESS;
	else if (skip(s, "done"))
		ret->why = HALT_DONE;
	else
		return -1;
	return skip(s, "=") || skip(s, ",") ? 0 : -1;
}

int
halt_parse(const char *s, struct halt *ret, const char **ret_why)
{
	struct halt halt = { HALT_SOON, HALT_FAIL, 1, false };
	const char *p = s;

	for (size_t i = 0; i < sizeof(old_forms) / sizeof(*old_forms); i++) {
		if (strcmp(s, old_forms[i].text) == 0) {
			*ret = old_forms[i].halt;
			return 0;
		}
	}
	if (parse_condition(&p, &halt) < 0) {
		p = s; /* the oldest form: N% */
		if (strchr(s, '%') == NULL ||
		    strspn(s, "0123456789%") != strlen(s)) {
			*ret_why = WHY_SYNTAX;
			return -1;
		}
	}
	if (parse_limit(p, &halt) < 0) {
		*ret_why = WHY_COUNT;
		return -1;
	}
	*ret = halt;
	return 0;
}

/* How many jobs are over before a rate of failure is judged. */
#define RATE_MIN 3

/* n * 100 >= percent * total, without overflow. */
static bool
is_share(uint64_t n, uint64_t percent, uint64_t total)
{
	uint64_t whole = total / 100 * percent;
	uint64_t rest = total % 100 * percent; /* in hundredths */

	return n >= whole && n - whole >= (rest + 99) / 100;
}

uint64_t
halt_total(const struct halt_counts *counts)
{
	return counts->total_known ? counts->total
				   : counts->failed + counts->succeeded;
}

bool
halt_reached(const struct halt *halt, const struct halt_counts *counts)
{
	uint64_t done = counts->failed + counts->succeeded;
	uint64_t limit = (uint64_t)halt->limit, n = 0;

	if (halt->when == HALT_NEVER)
		return false;
	assert(halt->limit >= 1);
	switch (halt->why) {
	case HALT_FAIL:
		n = counts->failed;
		break;
	case HALT_SUCCESS:
		n = counts->succeeded;
		break;
	case HALT_DONE:
		n = done;
		break;
	}
	if (!halt->percent)
		return n >= limit;
	if (n == 0)
		return false;
	if (!counts->total_known && (halt->why != HALT_FAIL || done < RATE_MIN))
		return false;
	return is_share(n, limit, halt_total(counts));
}
