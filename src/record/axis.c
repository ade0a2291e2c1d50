#include "axis.h"

#include <stdio.h>

#include "base/parse.h"
#include "sys/loop.h"

#define MINUTE (60 * NS_PER_S)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* 1, 2, 5, 10, 20, 50 ... times the unit. */
static int64_t
decimal_step(int64_t unit, int64_t at_least)
{
	static const int64_t factors[] = { 1, 2, 5 };

	for (;; unit *= 10)
		for (size_t i = 0; i < 3; i++)
			if (factors[i] * unit >= at_least ||
			    unit > INT64_MAX / 100)
				return factors[i] * unit;
}

int64_t
axis_step(int64_t total_ns, int64_t max_ticks)
{
	static const int64_t steps[] = { 10 * NS_PER_S, 15 * NS_PER_S,
		30 * NS_PER_S, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
		15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR,
		12 * HOUR };
	int64_t at_least = total_ns / max_ticks + (total_ns % max_ticks != 0);

	if (at_least <= 5 * NS_PER_S)
		return decimal_step(1, at_least);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i] >= at_least)
			return steps[i];
	return decimal_step(DAY, at_least);
}

void
axis_label(int64_t ns, int64_t total_ns, char *buf, size_t size)
{
	char seconds[FORMAT_DURATION_MAX];

	if (ns == 0) {
		snprintf(buf, size, "0");
	} else if (ns < NS_PER_S && total_ns >= NS_PER_S) {
		/* a second more, of which the digit is taken back */
		format_limit_duration(ns + NS_PER_S, seconds, sizeof(seconds));
		snprintf(buf, size, "0%s", seconds + 1);
	} else {
		format_limit_duration(ns, buf, size);
	}
}
