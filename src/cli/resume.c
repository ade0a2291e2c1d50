#include "resume.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "input/failed.h"
#include "input/gathered.h"
#include "input/joblog.h"
#include "input/source.h"
#include "reading.h"
#include "record/results.h"
#include "record/table.h"

/* The option that asks for a log of an earlier run; NULL: none does. */
static const char *
resuming_option(const struct resume_options *resume)
{
	if (resume->retry_failed)
		return "--retry-failed";
	if (resume->resume_failed)
		return "--resume-failed";
	return resume->resume ? "--resume" : NULL;
}

/* Says it and returns -1. */
static int
refuse(const char *option, const char *why)
{
	msg_warn("%s %s (nothing was started)", option, why);
	return -1;
}

static int
check_order(const struct options *options)
{
	const struct resume_options *resume = &options->resume;

	if (!resume->longest)
		return resume->history == NULL
		    ? 0
		    : refuse("--history",
			  "is only for --order=longest: try --order=longest "
			  "--history FILE");
	if (resume->retry_failed)
		return refuse("--order=longest",
		    "and --retry-failed do not go together: commands come in "
		    "the order of their numbers then");
	if (options->template.shuffle)
		return refuse("--order=longest",
		    "and --shuf do not go together: each asks for another "
		    "order");
	if (resume->history == NULL && options->scope.records.joblog == NULL)
		return refuse("--order=longest",
		    "needs the times of an earlier run: try --joblog FILE in "
		    "each run, or --history FILE");
	return 0;
}

/*
 * As in GNU parallel, what has results is done.  In our own grammar it is not:
 * the results of jobs that were cancelled are there, too, and nobody notices if
 * they are those of other commands.
 */
static bool
asks_results(const struct options *options)
{
	const char *results = options->scope.records.results;

	return options->parallel && options->resume.resume && results != NULL &&
	    !table_is_name(results);
}

/* A log has the same number for each machine. */
static int
check_machines(const struct options *options)
{
	const char *option = resuming_option(&options->resume);

	if (option == NULL || !options->scope.machines.everywhere)
		return 0;
	return refuse(option,
	    "does not know which machines have run a command: it does not go "
	    "together with --onall and --nonall");
}

int
resume_conclude(struct reading *reading)
{
	struct options *options = &reading->options;
	const char *option = resuming_option(&options->resume);
	struct record_options *records = &options->scope.records;

	if (check_order(options) < 0 || check_machines(options) < 0)
		return -1;
	if (option == NULL ||
	    (records->joblog == NULL && asks_results(options)))
		return 0;
	if (records->joblog == NULL)
		return refuse(option,
		    "needs the log of the run to go on with: try --joblog "
		    "FILE in both runs");
	if (strcmp(records->joblog, "-") == 0 ||
	    strncmp(records->joblog, "fd:", 3) == 0)
		return refuse(option, "needs a --joblog that is a file");
	if (options->resume.retry_failed && !options->parallel &&
	    (options->words.len > 0 || options->templated))
		return refuse(option,
		    "takes its commands from the log: give no others, or try "
		    "--resume-failed to go on with all of them");
	records->joblog_appended = true;
	return 0;
}

/*
 * Reads a log.  NULL if that cannot be done, after a message; but one that is
 * not there may be no mistake: *ret_missing then.
 */
static struct joblog *
read_log(const char *path, enum joblog_key key, bool *ret_missing)
{
	char *error;
	struct joblog *log = joblog_read(path, key, &error);

	if (log != NULL)
		return log;
	if (errno == ENOENT && ret_missing != NULL)
		*ret_missing = true;
	else
		msg_warn("%s (nothing was started)", error);
	free(error);
	return NULL;
}

struct source *
resume_retry(const struct options *options)
{
	const char *path = options->scope.records.joblog;
	struct joblog *log = read_log(path, JOBLOG_BY_NUMBER, NULL);

	return log != NULL ? failed_new(log, path) : NULL;
}

/* Reads the logs that are asked for.  Returns 0, or -1 after a message. */
static int
read_logs(const struct options *options, struct gathered_options *ret)
{
	const struct resume_options *resume = &options->resume;
	const char *joblog = options->scope.records.joblog;
	bool given = resume->history != NULL, missing = false;

	if ((resume->resume || resume->resume_failed) && joblog != NULL) {
		ret->log = read_log(joblog, JOBLOG_BY_NUMBER, &missing);
		if (ret->log == NULL && !missing)
			return -1;
	}
	if (!resume->longest)
		return 0;
	missing = false;
	ret->history = read_log(given ? resume->history : joblog,
	    JOBLOG_BY_COMMAND, given ? NULL : &missing);
	return ret->history == NULL && !missing ? -1 : 0;
}

struct source *
resume_gather(const struct options *options, struct source *source)
{
	const struct resume_options *resume = &options->resume;
	struct gathered_options gathered = {
		.log_path = options->scope.records.joblog,
		.failed_again = resume->resume_failed,
		.compared = !options->parallel,
		.shell = options->scope.job.shell,
		.has_results = asks_results(options) ? results_are_there : NULL,
	};
	int result = 0;

	if (source == NULL || resume->retry_failed)
		return source;
	if (resume->longest && source_has_slots(source))
		result = refuse("--order=longest",
		    "and {%} do not go together: commands are made before "
		    "they have a slot, so try $NURSERY_SLOT in the command");
	if (result == 0)
		result = read_logs(options, &gathered);
	if (result < 0) {
		joblog_free(gathered.log);
		source_free(source);
		return NULL;
	}
	return gathered.log != NULL || gathered.history != NULL ||
		gathered.has_results != NULL
	    ? gathered_new(&gathered, source)
	    : source;
}
