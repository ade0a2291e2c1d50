/* Options for what keeps the processes of jobs together. */
#include "setting.h"

#include <string.h>

static int
set_contain(struct reading *reading, const char *value)
{
	static const char *const names[] = {
		[CONTAIN_AUTO] = "auto",
		[CONTAIN_STRICT] = "strict",
		[CONTAIN_PIDNS] = "pidns",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		reading->options.scope.contain = (enum containment)i;
		return 0;
	}
	return reading_none(reading, value, "auto, strict and pidns", "strict");
}

const struct setting opt_contain_settings[] = {
	{ "contain", '\0', NURSERY, CALL(VALUE, set_contain) },
	{ "doctor", '\0', NURSERY, SET_ACTION(OPTIONS_DOCTOR) },
	SETTINGS_END,
};
