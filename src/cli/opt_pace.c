/* Options for the pace: what keeps the next job from starting. */
#include "base/parse.h"
#include "options.h"
#include "setting.h"
#include "sys/cpu.h"
#include "sys/pressure.h"

static struct pace_limits *
limits(const struct reading *reading)
{
	return &reading->options->scope.pace;
}

static int
set_delay(struct reading *reading, const char *value)
{
	if (parse_duration(value, &limits(reading)->delay_ns) < 0)
		return setting_bad(reading, value, PARSE_DURATION_WHY);
	return 0;
}

static int
set_load(struct reading *reading, const char *value)
{
	int64_t now;

	if (parse_load(value, cpu_count(), &limits(reading)->load_milli) < 0)
		return setting_bad(reading, value, PARSE_LOAD_WHY);
	if (pressure_load("", &now) < 0)
		return setting_bad(reading, value,
		    "no use here: /proc/loadavg cannot be read");
	return 0;
}

static int
set_memfree(struct reading *reading, const char *value)
{
	int64_t now;

	if (parse_size(value, &limits(reading)->memory) < 0)
		return setting_bad(reading, value, PARSE_SIZE_WHY);
	if (pressure_memory("", &now) < 0)
		return setting_bad(reading, value,
		    "no use here: /proc/meminfo cannot be read");
	return 0;
}

const struct setting pacing_settings[] = {
	{ "delay", '\0', VALUE, BOTH, set_delay },
	{ "load", '\0', VALUE, BOTH, set_load },
	{ "memfree", '\0', VALUE, BOTH, set_memfree },
	SETTINGS_END,
};
