/* Options for the pace: what must hold before the next job may start. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"
#include "classes.h"
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

/* Refuses so many bytes if they can never be free here. */
static int
check_memory(const struct reading *reading, const char *value, int64_t bytes)
{
	int64_t now, total;
	char shown[FORMAT_SIZE_MAX], why[80];

	if (pressure_total("", &total) == 0 && bytes >= total) {
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

static int
set_memfree(struct reading *reading, const char *value)
{
	int64_t *memory = &limits(reading)->memory;

	if (parse_size(value, memory) < 0)
		return reading_bad(reading, value, PARSE_SIZE_WHY);
	return check_memory(reading, value, *memory);
}

static int
set_memsuspend(struct reading *reading, const char *value)
{
	int64_t *memory = &reading->options.scope.parallel.memory_suspend;

	if (parse_multiple(value, memory) < 0)
		return reading_bad(reading, value, PARSE_SIZE_WHY);
	return check_memory(reading, value, *memory);
}

/* --delay of GNU parallel: "auto" may follow. */
static int
set_delay(struct reading *reading, const char *value)
{
	struct pace_limits *pace = limits(reading);
	size_t len = strlen(value);
	char *copy = xstrdup(value);
	int result;

	pace->adapts = len > 4 && strcmp(value + len - 4, "auto") == 0;
	if (pace->adapts)
		copy[len - 4] = '\0';
	result = parse_duration(copy, &pace->delay_ns);
	free(copy);
	return result == 0 ? 0
			   : reading_bad(reading, value, PARSE_DURATION_WHY);
}

/* As --delay, unless that is given: one of GNU parallel's two is enough. */
static int
set_ssh_delay(struct reading *reading, const char *value)
{
	return limits(reading)->delay_ns > 0 ? 0 : set_delay(reading, value);
}

const struct setting opt_pace_settings[] = {
	{ "delay", '\0', NURSERY, DURATION(options.scope.pace.delay_ns) },
	{ "delay", '\0', PARALLEL, CALL(VALUE, set_delay) },
	{ "ssh-delay", '\0', PARALLEL, CALL(VALUE, set_ssh_delay) },
	{ "sshdelay", '\0', PARALLEL, CALL(VALUE, set_ssh_delay) },
	{ "load", '\0', BOTH, CALL(VALUE, set_load) },
	{ "memfree", '\0', BOTH, CALL(VALUE, set_memfree) },
	{ "memsuspend", '\0', PARALLEL, CALL(VALUE, set_memsuspend) },
	{ "limit", '\0', NURSERY, CALL(VALUE, classes_set) },
	SETTINGS_END,
};
