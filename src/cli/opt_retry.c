/* Options for failures: which ones are, and what is tried again. */
#include <limits.h>

#include "base/codes.h"
#include "base/parse.h"
#include "options.h"
#include "setting.h"

static int
set_retries(struct reading *reading, const char *value)
{
	if (parse_count(
		value, 0, INT_MAX, &reading->options->scope.job.retries) < 0)
		return setting_bad(
		    reading, value, "not a number of retries (try 3)");
	return 0;
}

/* There it says how often a job runs in all; 0 is for ever. */
static int
set_tries(struct reading *reading, const char *value)
{
	int64_t tries;

	if (parse_count(value, 0, INT_MAX, &tries) < 0)
		return setting_bad(
		    reading, value, "not a number of tries (try 3)");
	reading->options->scope.job.retries = tries > 0 ? tries - 1 : INT_MAX;
	return 0;
}

static int
set_retry_delay(struct reading *reading, const char *value)
{
	if (parse_duration(value, &reading->options->scope.job.retry_delay_ns) <
	    0)
		return setting_bad(reading, value, PARSE_DURATION_WHY);
	return 0;
}

static int
set_ok_codes(struct reading *reading, const char *value)
{
	if (codes_parse(value, &reading->options->scope.job.ok_codes) < 0)
		return setting_bad(reading, value, CODES_WHY);
	return 0;
}

const struct setting retrying_settings[] = {
	{ "retries", '\0', VALUE, NURSERY, set_retries },
	{ "retries", '\0', VALUE, PARALLEL, set_tries },
	{ "retry-delay", '\0', VALUE, NURSERY, set_retry_delay },
	{ "ok-codes", '\0', VALUE, NURSERY, set_ok_codes },
	SETTINGS_END,
};
