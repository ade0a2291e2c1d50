/* Options for trying again: what counts as one, and which jobs run again. */
#include <limits.h>
#include <string.h>

#include "base/codes.h"
#include "base/parse.h"
#include "setting.h"

static int
set_retries(struct reading *reading, const char *value)
{
	if (parse_count(
		value, 0, INT_MAX, &reading->options.scope.job.retries) < 0)
		return reading_bad(
		    reading, value, "not a number of retries (try 3)");
	return 0;
}

/*
 * --retries of GNU parallel counts all attempts, the first one too; 0 is no
 * limit.
 */
static int
set_tries(struct reading *reading, const char *value)
{
	int64_t tries;

	reading->options.template.own[SOURCE_TRIES] = NULL;
	if (strchr(value, '{') != NULL) {
		reading->options.template.own[SOURCE_TRIES] =
		    reading_keep(reading, value);
		return 0;
	}
	if (parse_count(value, 0, INT_MAX, &tries) < 0)
		return reading_bad(
		    reading, value, "not a number of tries (try 3)");
	reading->options.scope.job.retries = tries > 0 ? tries - 1 : INT_MAX;
	return 0;
}

static int
set_ok_codes(struct reading *reading, const char *value)
{
	if (codes_parse(value, &reading->options.scope.job.ok_codes) < 0)
		return reading_bad(reading, value, CODES_WHY);
	return 0;
}

const struct setting opt_retry_settings[] = {
	{ "retries", '\0', NURSERY, CALL(VALUE, set_retries) },
	{ "retries", '\0', PARALLEL, CALL(VALUE, set_tries) },
	{ "retry-delay", '\0', NURSERY,
	    DURATION(options.scope.job.retry_delay_ns) },
	{ "show-attempts", '\0', NURSERY,
	    SET_TRUE(options.scope.job.show_attempts) },
	{ "ok-codes", '\0', NURSERY, CALL(VALUE, set_ok_codes) },
	SETTINGS_END,
};
