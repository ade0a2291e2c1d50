/*
 * Options for running the commands: what ends a command in the input, which
 * shell runs it, how many run at once, and whether another nursery runs them.
 */
#include "base/split.h"
#include "names.h"
#include "setting.h"
#include "sys/process.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
set_jobs(struct reading *reading, const char *value)
{
	struct jobs_limit *jobs = &reading->jobs;

	if (parse_jobs(value, jobs) < 0 ||
	    (reading->options.parallel && jobs->kind == JOBS_PERCENT &&
		jobs->n == 0)) /* GNU parallel refuses 0%, too */
		return reading_bad(reading, value,
		    is_letter(value[0]) ? PARSE_JOBS_WHY
			"; -j alone, as of make, is -j 0"
					: PARSE_JOBS_WHY);
	reading->have_jobs = true;
	return 0;
}

static int
set_delimiter(struct reading *reading, const char *value)
{
	struct options *options = &reading->options;

	if (parse_delimiter(value, &options->delimiter) < 0)
		return reading_bad(reading, value, PARSE_DELIMITER_WHY);
	options->lines = false;
	reading->have_delimiter = true;
	return 0;
}

/* The value of --shell, whose words these are.  Returns 0, or -1. */
static int
take_shell(
    struct reading *reading, const char *value, const struct strvec *words)
{
	static char *const no_words[] = { NULL };

	if (words->len == 0)
		return reading_set_shell(reading, "", no_words);
	if (words->len > 1 && !process_finds(words->items[0]) &&
	    process_finds(value))
		return reading_bad(reading, value,
		    "several words (quote a path that has blanks once more: "
		    "--shell \"'/a path/sh'\")");
	return reading_set_shell(reading, words->items[0], words->items + 1);
}

static int
set_shell(struct reading *reading, const char *value)
{
	struct strvec words = STRVEC_INIT;
	int result;

	if (split_words(value, &words) < 0)
		result = reading_bad(reading, value,
		    "no shell and its options: a quote in it has no end (try "
		    "'bash -eo pipefail')");
	else
		result = take_shell(reading, value, &words);
	strvec_release(&words);
	reading->have_shell |= result == 0;
	return result;
}

const struct setting opt_run_settings[] = {
	{ "jobs", 'j', BOTH, CALL(VALUE, set_jobs) },
	{ NULL, 'P', NURSERY, CALL(VALUE, set_jobs) },
	{ "max-procs", 'P', PARALLEL, CALL(VALUE, set_jobs) },
	{ "maxprocs", '\0', PARALLEL, CALL(VALUE, set_jobs) },
	{ "null", '0', BOTH | SPAWNING, CALL_WITH(set_delimiter, "\\0") },
	{ "delimiter", 'd', BOTH | SPAWNING, CALL(VALUE, set_delimiter) },
	{ "shell", '\0', NURSERY, CALL(VALUE, set_shell) },
	{ "names", '\0', NURSERY, CALL(VALUE, names_set) },
	{ "spawn", '\0', NURSERY | SPAWNING, SET_TRUE(options.spawn) },
	{ "wait", '\0', NURSERY | SPAWNING, SET_TRUE(options.wait) },
	SETTINGS_END,
};
