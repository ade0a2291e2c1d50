/*
 * Options for the commands: where they end, what runs them, how many at once,
 * and whether the nursery around shall do it.
 */
#include "options.h"
#include "setting.h"

static int
set_jobs(struct reading *reading, const char *value)
{
	struct jobs_limit *jobs = &reading->jobs;

	if (parse_jobs(value, jobs) < 0 ||
	    (reading->options->parallel && jobs->kind == JOBS_PERCENT &&
		jobs->n == 0)) /* an error there, too */
		return setting_bad(reading, value, PARSE_JOBS_WHY);
	reading->have_jobs = true;
	return 0;
}

static int
set_delimiter(struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	if (parse_delimiter(value, &options->delimiter) < 0)
		return setting_bad(reading, value, PARSE_DELIMITER_WHY);
	options->lines = false;
	reading->delimited = true;
	return 0;
}

static int
set_null(struct reading *reading, const char *value)
{
	(void)value;
	return set_delimiter(reading, "\\0");
}

static int
set_shell(struct reading *reading, const char *value)
{
	if (setting_shell(reading, value) < 0)
		return -1;
	reading->have_shell = true;
	return 0;
}

static int
set_spawn(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->spawn = true;
	return 0;
}

static int
set_wait(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->wait = true;
	return 0;
}

const struct setting running_settings[] = {
	{ "jobs", 'j', VALUE, BOTH, set_jobs },
	{ NULL, 'P', VALUE, NURSERY, set_jobs },
	{ "max-procs", 'P', VALUE, PARALLEL, set_jobs },
	{ "maxprocs", '\0', VALUE, PARALLEL, set_jobs },
	{ "null", '0', FLAG, BOTH | SPAWNING, set_null },
	{ "delimiter", 'd', VALUE, BOTH | SPAWNING, set_delimiter },
	{ "shell", '\0', VALUE, NURSERY, set_shell },
	{ "spawn", '\0', FLAG, NURSERY | SPAWNING, set_spawn },
	{ "wait", '\0', FLAG, NURSERY | SPAWNING, set_wait },
	SETTINGS_END,
};
