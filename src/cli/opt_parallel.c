/* Options of the name parallel only; see parallel(1). */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "parallel.h"
#include "setting.h"
#include "sys/machine.h"

static int
read_separator(struct reading *reading, const char *value, const char **ret)
{
	if (value[0] == '\0')
		return reading_bad(reading, value, "no separator");
	*ret = reading_keep(reading, value);
	return 0;
}

static int
set_arg_sep(struct reading *reading, const char *value)
{
	return read_separator(reading, value, &reading->separators.words);
}

static int
set_arg_file_sep(struct reading *reading, const char *value)
{
	return read_separator(reading, value, &reading->separators.files);
}

/* A directory for each job, below the user's, named as by GNU parallel. */
static const char *
name_own_directory(struct reading *reading)
{
	const char *home = getenv("HOME");
	char machine[MACHINE_NAME_MAX];
	char *path = xasprintf("%s/.parallel/tmp/%s-%d-{#}",
	    home != NULL ? home : "", machine_name(machine), (int)getpid());
	const char *kept = reading_keep(reading, path);

	free(path);
	return kept;
}

static int
set_workdir(struct reading *reading, const char *value)
{
	const char **directory = &reading->options.scope.job.directory;

	const char **own = reading->options.template.own;

	own[SOURCE_DIRECTORY] = NULL;
	*directory = NULL;
	if (strcmp(value, "...") == 0)
		own[SOURCE_DIRECTORY] = name_own_directory(reading);
	else if (strchr(value, '{') != NULL)
		own[SOURCE_DIRECTORY] = reading_keep(reading, value);
	else if (*value != '\0')
		*directory = reading_keep(reading, value);
	return 0;
}

static int
set_min_version(struct reading *reading, const char *value)
{
	int64_t wanted;

	if (parse_count(value, 0, INT_MAX, &wanted) < 0)
		return reading_bad(
		    reading, value, "not a version (try " PARALLEL_VERSION ")");
	reading->options.action = wanted > PARALLEL_VERSION_NUMBER
	    ? OPTIONS_MINVERSION_NOT
	    : OPTIONS_MINVERSION;
	return 0;
}

static int
set_total_jobs(struct reading *reading, const char *value)
{
	int64_t total;

	if (parse_count(value, 1, INT64_MAX, &total) < 0)
		return reading_bad(
		    reading, value, "not a number of jobs (try 1000)");
	reading->options.scope.progress.total_jobs = (uint64_t)total;
	reading->options.template.total = (uint64_t)total;
	return 0;
}

static int
set_latest_line(struct reading *reading, const char *value)
{
	struct scope_options *scope = &reading->options.scope;

	(void)value;
	scope->output.show = OUTPUT_SHOW_INSTEAD;
	scope->standin.instead = INSTEAD_LAST_LINE;
	scope->progress.when = PROGRESS_ALWAYS;
	return 0;
}

static int
set_open_tty(struct reading *reading, const char *value)
{
	(void)value;
	reading->options.scope.job.input = JOB_INPUT_TTY;
	return 0;
}

/* One at a time, and not captured, unless other options say so. */
static int
set_tty(struct reading *reading, const char *value)
{
	struct output_options *output = &reading->options.scope.output;

	if (!reading->have_jobs)
		reading->jobs = (struct jobs_limit){ JOBS_NUMBER, 1 };
	reading->have_jobs = true;
	if (output->mode == OUTPUT_GROUP)
		output->mode = OUTPUT_UNGROUP;
	return set_open_tty(reading, value);
}

/* end: what ends each name; "" is a NUL. */
static int
set_files(struct reading *reading, const char *end)
{
	struct scope_options *scope = &reading->options.scope;

	scope->records.files = true;
	scope->standin.file_end = end[0];
	return 0;
}

/*
 * --shebang as the first word was replaced before the options were read: this
 * is one that stands elsewhere.
 */
static int
set_shebang(struct reading *reading, const char *value)
{
	(void)value;
	msg_warn("%s must be the first option", reading->name);
	return -1;
}

#define COLOUR_FAILED SET_TRUE(options.scope.standin.colour_failed)
#define COLOUR_ALL SET_TRUE(options.scope.standin.colour_all)

const struct setting opt_parallel_settings[] = {
	{ "keep-order", 'k', PARALLEL, SET_TRUE(parallel.keep_order) },
	{ "keeporder", '\0', PARALLEL, SET_TRUE(parallel.keep_order) },
	{ "no-keep-order", '\0', PARALLEL, SET_FALSE(parallel.keep_order) },
	{ "nok", '\0', PARALLEL, SET_FALSE(parallel.keep_order) },
	{ "no-k", '\0', PARALLEL, SET_FALSE(parallel.keep_order) },
	{ "nokeeporder", '\0', PARALLEL, SET_FALSE(parallel.keep_order) },
	{ "tty", '\0', PARALLEL, CALL(FLAG, set_tty) },
	{ "open-tty", 'o', PARALLEL, CALL(FLAG, set_open_tty) },
	{ "xargs", '\0', PARALLEL, SET_TRUE(parallel.xargs) },
	{ "verbose", 't', PARALLEL, SET_TRUE(options.scope.job.trace) },
	{ NULL, 'v', PARALLEL, SET_TRUE(parallel.echo) },
	{ "silent", '\0', PARALLEL, SET_TRUE(parallel.silent) },
	{ "arg-sep", '\0', PARALLEL, CALL(VALUE, set_arg_sep) },
	{ "argsep", '\0', PARALLEL, CALL(VALUE, set_arg_sep) },
	{ "arg-file-sep", '\0', PARALLEL, CALL(VALUE, set_arg_file_sep) },
	{ "argfilesep", '\0', PARALLEL, CALL(VALUE, set_arg_file_sep) },
	{ "tmpdir", '\0', PARALLEL, STRING(options.scope.output.tmpdir) },
	{ "tempdir", '\0', PARALLEL, STRING(options.scope.output.tmpdir) },
	{ "workdir", '\0', PARALLEL, CALL(VALUE, set_workdir) },
	{ "work-dir", '\0', PARALLEL, CALL(VALUE, set_workdir) },
	{ "wd", '\0', PARALLEL, CALL(VALUE, set_workdir) },
	{ "min-version", '\0', PARALLEL, CALL(VALUE, set_min_version) },
	{ "minversion", '\0', PARALLEL, CALL(VALUE, set_min_version) },
	{ "shebang", '\0', PARALLEL, CALL(FLAG, set_shebang) },
	{ "hashbang", '\0', PARALLEL, CALL(FLAG, set_shebang) },
	{ "citation", '\0', PARALLEL, SET_ACTION(OPTIONS_NOTHING) },
	{ "bibtex", '\0', PARALLEL, SET_ACTION(OPTIONS_NOTHING) },
	{ "number-of-threads", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "numberofthreads", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "number-of-sockets", '\0', PARALLEL, SET_ACTION(OPTIONS_SOCKETS) },
	{ "numberofsockets", '\0', PARALLEL, SET_ACTION(OPTIONS_SOCKETS) },
	{ "number-of-cores", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "numberofcores", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "number-of-cpus", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "numberofcpus", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "max-line-length-allowed", '\0', PARALLEL,
	    SET_ACTION(OPTIONS_MAX_CHARS) },
	{ "maxlinelengthallowed", '\0', PARALLEL,
	    SET_ACTION(OPTIONS_MAX_CHARS) },
	{ "plain", '\0', PARALLEL | EARLY, SET_TRUE(parallel.plain) },
	{ "will-cite", '\0', PARALLEL, NOTHING(FLAG) },
	{ "willcite", '\0', PARALLEL, NOTHING(FLAG) },
	{ "no-notice", '\0', PARALLEL, NOTHING(FLAG) },
	{ "nonotice", '\0', PARALLEL, NOTHING(FLAG) },
	{ "nn", '\0', PARALLEL, NOTHING(FLAG) },
	{ "gnu", '\0', PARALLEL, NOTHING(FLAG) },
	{ "controlmaster", 'M', PARALLEL, NOTHING(FLAG) },
	{ "rsync-opts", '\0', PARALLEL, NOTHING(VALUE) },
	{ "rsyncopts", '\0', PARALLEL, NOTHING(VALUE) },
	{ "noswap", '\0', PARALLEL, NOTHING(FLAG) },
	{ "use-cpus-instead-of-cores", '\0', PARALLEL, NOTHING(FLAG) },
	{ "usecpusinsteadofcores", '\0', PARALLEL, NOTHING(FLAG) },
	{ "use-cores-instead-of-threads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "usecoresinsteadofthreads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "use-sockets-instead-of-threads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "usesocketsinsteadofthreads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "color", '\0', PARALLEL, COLOUR_ALL },
	{ "colour", '\0', PARALLEL, COLOUR_ALL },
	{ "color-failed", '\0', PARALLEL, COLOUR_FAILED },
	{ "colour-failed", '\0', PARALLEL, COLOUR_FAILED },
	{ "colorfailed", '\0', PARALLEL, COLOUR_FAILED },
	{ "colourfailed", '\0', PARALLEL, COLOUR_FAILED },
	{ "color-fail", '\0', PARALLEL, COLOUR_FAILED },
	{ "colour-fail", '\0', PARALLEL, COLOUR_FAILED },
	{ "colorfail", '\0', PARALLEL, COLOUR_FAILED },
	{ "colourfail", '\0', PARALLEL, COLOUR_FAILED },
	{ "cf", '\0', PARALLEL, COLOUR_FAILED },
	{ "progress", '\0', PARALLEL,
	    SET_ENUM(options.scope.progress.when, PROGRESS_ALWAYS) },
	{ "eta", '\0', PARALLEL,
	    SET_ENUM(options.scope.progress.when, PROGRESS_ALWAYS) },
	{ "bar", '\0', PARALLEL,
	    SET_ENUM(options.scope.progress.when, PROGRESS_ALWAYS) },
	{ "total-jobs", '\0', PARALLEL, CALL(VALUE, set_total_jobs) },
	{ "totaljobs", '\0', PARALLEL, CALL(VALUE, set_total_jobs) },
	{ "total", '\0', PARALLEL, CALL(VALUE, set_total_jobs) },
	{ "latest-line", '\0', PARALLEL, CALL(FLAG, set_latest_line) },
	{ "latestline", '\0', PARALLEL, CALL(FLAG, set_latest_line) },
	{ "ll", '\0', PARALLEL, CALL(FLAG, set_latest_line) },
	{ "files", '\0', PARALLEL, CALL_WITH(set_files, "\n") },
	{ "output-as-files", '\0', PARALLEL, CALL_WITH(set_files, "\n") },
	{ "outputasfiles", '\0', PARALLEL, CALL_WITH(set_files, "\n") },
	{ "files0", '\0', PARALLEL, CALL_WITH(set_files, "") },
	{ "compress", '\0', PARALLEL, NOTHING(FLAG) },
	{ "compress-program", '\0', PARALLEL, NOTHING(VALUE) },
	{ "compressprogram", '\0', PARALLEL, NOTHING(VALUE) },
	{ "use-compress-program", '\0', PARALLEL, NOTHING(VALUE) },
	{ "usecompressprogram", '\0', PARALLEL, NOTHING(VALUE) },
	{ "decompress-program", '\0', PARALLEL, NOTHING(VALUE) },
	{ "decompressprogram", '\0', PARALLEL, NOTHING(VALUE) },
	{ "use-decompress-program", '\0', PARALLEL, NOTHING(VALUE) },
	{ "usedecompressprogram", '\0', PARALLEL, NOTHING(VALUE) },
	SETTINGS_END,
};
