/* Options for what keeps the processes of jobs together. */
#include "setting.h"

static int
set_contain(struct reading *reading, const char *value)
{
	static const char *const names[] = {
		[CONTAIN_AUTO] = "auto",
		[CONTAIN_STRICT] = "strict",
		[CONTAIN_PIDNS] = "pidns",
	};
	int found = READING_CHOOSE(reading, value, names);

	if (found < 0)
		return -1;
	reading->options.scope.contain = (enum containment)found;
	return 0;
}

const struct setting opt_contain_settings[] = {
	{ "contain", '\0', NURSERY, CALL(VALUE, set_contain) },
	{ "doctor", '\0', NURSERY, SET_ACTION(OPTIONS_DOCTOR) },
	SETTINGS_END,
};
