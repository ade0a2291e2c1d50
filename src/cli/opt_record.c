/* Options for what is found after a run, and for going on with one. */
#include "setting.h"
#include "step.h"

/* How many jobs --timings tells, and the most that it may be asked for. */
#define TIMINGS_DEFAULT 10
#define TIMINGS_MAX 10000

static int
set_joblog(struct reading *reading, const char *value)
{
	struct record_options *records = &reading->options.scope.records;

	records->joblog_appended = *value == '+';
	value += records->joblog_appended;
	if (*value == '\0')
		return reading_bad(
		    reading, value, "no file (try --joblog jobs.log)");
	records->joblog = reading_keep(reading, value);
	return 0;
}

static int
set_order(struct reading *reading, const char *value)
{
	static const char *const words[] = { "given", "longest" };
	int order = READING_CHOOSE(reading, value, words);

	reading->options.resume.longest = order == 1;
	return order < 0 ? -1 : 0;
}

static int
set_timings(struct reading *reading, const char *value)
{
	int64_t n = TIMINGS_DEFAULT;

	if (value != NULL && parse_count(value, 0, TIMINGS_MAX, &n) < 0)
		return reading_bad(
		    reading, value, "not a number of jobs (try 10)");
	reading->options.scope.report.timings = n;
	return 0;
}

static int
set_results(struct reading *reading, const char *value)
{
	if (value[0] == '\0')
		return reading_bad(
		    reading, value, "no folder (try results, or results.json)");
	reading->options.scope.records.results = reading_keep(reading, value);
	return 0;
}

const struct setting opt_record_settings[] = {
	{ "events", '\0', NURSERY, FILE_NAME(options.scope.records.events) },
	{ "joblog", '\0', BOTH, CALL(VALUE, set_joblog) },
	{ "jl", '\0', PARALLEL, CALL(VALUE, set_joblog) },
	{ "resume", '\0', BOTH, SET_TRUE(options.resume.resume) },
	{ "resume-failed", '\0', BOTH, SET_TRUE(options.resume.resume_failed) },
	{ "resumefailed", '\0', PARALLEL,
	    SET_TRUE(options.resume.resume_failed) },
	{ "retry-failed", '\0', BOTH, SET_TRUE(options.resume.retry_failed) },
	{ "retryfailed", '\0', PARALLEL,
	    SET_TRUE(options.resume.retry_failed) },
	{ "order", '\0', NURSERY, CALL(VALUE, set_order) },
	{ "history", '\0', NURSERY, FILE_NAME(options.resume.history) },
	{ "junit", '\0', NURSERY, FILE_NAME(options.scope.records.junit) },
	{ "trace", '\0', NURSERY, FILE_NAME(options.scope.records.trace) },
	{ "timeline", '\0', NURSERY,
	    FILE_NAME(options.scope.records.timeline) },
	{ "summary", '\0', NURSERY, CALL(VALUE, step_set_summary) },
	{ "timings", '\0', NURSERY, CALL(ATTACHED, set_timings) },
	{ "results", '\0', BOTH, CALL(VALUE, set_results) },
	{ "result", '\0', PARALLEL, CALL(VALUE, set_results) },
	{ "res", '\0', PARALLEL, CALL(VALUE, set_results) },
	SETTINGS_END,
};
