/*
 * Options for running the commands: what ends a command in the input, which
 * shell runs it, how many run at once, and whether another nursery runs them.
 */
#include <sys/stat.h>

#include "base/split.h"
#include "hosted.h"
#include "names.h"
#include "scope/jobsfile.h"
#include "setting.h"
#include "sharing.h"
#include "stdin.h"
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

	if (parse_jobs(value, jobs) < 0)
		return reading_bad(reading, value,
		    is_letter(value[0]) ? PARSE_JOBS_WHY
			"; -j alone, as of make, is -j 0"
					: PARSE_JOBS_WHY);
	reading->have_jobs = true;
	return 0;
}

/* For the name parallel: a number as there, or a file that has one. */
static int
set_jobs_or_file(struct reading *reading, const char *value)
{
	struct gnu_options *gnu = &reading->options.scope.parallel;
	struct jobs_limit *jobs = &reading->jobs;
	struct stat st;
	bool is_number = jobsfile_parse(value, jobs) == 0;
	bool there = !is_number && stat(value, &st) == 0;

	gnu->jobs_file = NULL;
	reading->have_jobs = true;
	if (there && S_ISREG(st.st_mode)) {
		if (jobsfile_read(value, jobs) < 0)
			return reading_bad(reading, value,
			    "a file without a number of jobs in it");
		gnu->jobs_file = reading_keep(reading, value);
	} else if (there) {
		return reading_bad(
		    reading, value, "no regular file, nor a number of jobs");
	} else if (!is_number || (jobs->kind == JOBS_PERCENT && jobs->n == 0)) {
		return reading_bad(reading, value, PARSE_JOBS_WHY);
	}
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
	{ "jobs", 'j', NURSERY, CALL(VALUE, set_jobs) },
	{ "jobs", 'j', PARALLEL, CALL(VALUE, set_jobs_or_file) },
	{ NULL, 'P', NURSERY, CALL(VALUE, set_jobs) },
	{ "max-procs", 'P', PARALLEL, CALL(VALUE, set_jobs_or_file) },
	{ "maxprocs", '\0', PARALLEL, CALL(VALUE, set_jobs_or_file) },
	{ "jobserver", '\0', NURSERY, CALL(ATTACHED, sharing_set) },
	{ "null", '0', BOTH | SPAWNING, CALL_WITH(set_delimiter, "\\0") },
	{ "delimiter", 'd', BOTH | SPAWNING, CALL(VALUE, set_delimiter) },
	{ "shell", '\0', NURSERY, CALL(VALUE, set_shell) },
	{ "stdin", '\0', NURSERY, CALL(VALUE, stdin_set) },
	{ "names", '\0', NURSERY, CALL(VALUE, names_set) },
	{ "spawn", '\0', NURSERY | SPAWNING, SET_TRUE(options.spawn.wanted) },
	{ "agent", '\0', NURSERY, CALL(VALUE, hosted_set) },
	{ "wait", '\0', NURSERY | SPAWNING, SET_TRUE(options.spawn.wait) },
	SETTINGS_END,
};
