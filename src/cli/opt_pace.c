/* Options for the pace: what must hold before the next job may start. */
#include <stdio.h>

#include "base/parse.h"
#include "setting.h"
#include "sys/cpu.h"
#include "sys/pressure.h"

static struct pace_limits *
limits(struct reading *reading)
{
	return &reading->options.scope.pace;
}

static int
set_load(struct reading *reading, const char *value)
{
	int64_t now;

	if (parse_load(value, cpu_count(), &limits(reading)->load_milli) < 0)
		return reading_bad(reading, value, PARSE_LOAD_WHY);
	if (pressure_load("", &now) < 0)
		return reading_bad(reading, value,
		    "no use here: /proc/loadavg cannot be read");
	return 0;
}

static int
set_memfree(struct reading *reading, const char *value)
{
	int64_t now, total;
	char shown[FORMAT_SIZE_MAX], why[80];

	if (parse_size(value, &limits(reading)->memory) < 0)
		return reading_bad(reading, value, PARSE_SIZE_WHY);
	if (pressure_total("", &total) == 0 &&
	    limits(reading)->memory >= total) {
		format_size(total, shown, sizeof(shown));
		snprintf(why, sizeof(why),
		    "never free here: there are %s of memory in all", shown);
		return reading_bad(reading, value, why);
	}
	if (pressure_memory("", &now) < 0)
		return reading_bad(reading, value,
		    "no use here: /proc/meminfo cannot be read");
	return 0;
}

const struct setting opt_pace_settings[] = {
	{ "delay", '\0', BOTH, DURATION(options.scope.pace.delay_ns) },
	{ "load", '\0', BOTH, CALL(VALUE, set_load) },
	{ "memfree", '\0', BOTH, CALL(VALUE, set_memfree) },
	SETTINGS_END,
};
