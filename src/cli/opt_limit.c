/* Options for how much each job may take. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "setting.h"

static struct limits *
limits_of(struct reading *reading)
{
	return &reading->options.scope.job.limits;
}

static int
set_memory(struct reading *reading, const char *value)
{
	int64_t bytes;

	if (parse_size(value, &bytes) < 0)
		return reading_bad(reading, value, PARSE_SIZE_WHY);
	if (bytes == 0)
		return reading_bad(
		    reading, value, "too little for any program");
	limits_of(reading)->memory = bytes;
	return 0;
}

static int
set_pids(struct reading *reading, const char *value)
{
	if (parse_count(value, 1, INT32_MAX, &limits_of(reading)->pids) < 0)
		return reading_bad(
		    reading, value, "not a number of processes, 1 or more");
	return 0;
}

static int
set_cpu(struct reading *reading, const char *value)
{
	size_t len = strlen(value);
	char *number = xstrdup(value);
	int result = -1;

	if (len > 0 && number[len - 1] == '%') {
		number[len - 1] = '\0';
		result =
		    parse_count(number, 1, 1000000, &limits_of(reading)->cpu);
	}
	free(number);
	if (result < 0)
		return reading_bad(reading, value,
		    "not a percentage of one CPU (try 50% or 200%)");
	return 0;
}

const struct setting opt_limit_settings[] = {
	{ "memory-max", '\0', NURSERY, CALL(VALUE, set_memory) },
	{ "pids-max", '\0', NURSERY, CALL(VALUE, set_pids) },
	{ "cpu-max", '\0', NURSERY, CALL(VALUE, set_cpu) },
	SETTINGS_END,
};
