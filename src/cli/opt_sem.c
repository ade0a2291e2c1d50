/* Options of the name sem, and of parallel as a semaphore; see sem(1). */
#include "setting.h"

static int
set_foreground(struct reading *reading, const char *value)
{
	(void)value;
	reading->options.sem.wanted = true;
	reading->options.sem.foreground = true;
	return 0;
}

static int
set_wait(struct reading *reading, const char *value)
{
	(void)value;
	reading->options.sem.wanted = true;
	reading->options.sem.wait = true;
	return 0;
}

static int
set_name(struct reading *reading, const char *value)
{
	reading->options.sem.wanted = true;
	reading->options.sem.name = reading_keep(reading, value);
	return 0;
}

/* Below 0: then it is given up; above: then it is taken anyway. */
static int
set_timeout(struct reading *reading, const char *value)
{
	int64_t ns;

	if (parse_duration(value + (value[0] == '-'), &ns) < 0)
		return reading_bad(reading, value,
		    "not a time (try 10 to run it anyway after 10 seconds, -10 "
		    "to give up then)");
	reading->options.sem.wanted = true;
	reading->options.sem.limit_ns = value[0] == '-' ? -ns : ns;
	return 0;
}

const struct setting opt_sem_settings[] = {
	{ "semaphore", '\0', PARALLEL, SET_TRUE(options.sem.wanted) },
	{ "bg", '\0', PARALLEL, SET_TRUE(options.sem.wanted) },
	{ "fg", '\0', PARALLEL, CALL(FLAG, set_foreground) },
	{ "wait", '\0', PARALLEL, CALL(FLAG, set_wait) },
	{ "id", '\0', PARALLEL, CALL(VALUE, set_name) },
	{ "semaphore-name", '\0', PARALLEL, CALL(VALUE, set_name) },
	{ "semaphorename", '\0', PARALLEL, CALL(VALUE, set_name) },
	{ "st", '\0', PARALLEL, CALL(VALUE, set_timeout) },
	{ "semaphore-timeout", '\0', PARALLEL, CALL(VALUE, set_timeout) },
	{ "semaphoretimeout", '\0', PARALLEL, CALL(VALUE, set_timeout) },
	SETTINGS_END,
};
