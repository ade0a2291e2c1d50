/* Options that only the name parallel has, see parallel(1). */
#include <limits.h>
#include <string.h>

#include "base/msg.h"
#include "options.h"
#include "parallel.h"
#include "setting.h"
#include "workdir.h"

/* What that program has, and what means nothing here. */
static int
set_nothing(struct reading *reading, const char *value)
{
	(void)reading;
	(void)value;
	return 0;
}

/* The output mode is chosen at the end: -k and --lb may both be given. */
static int
set_keep_order(struct reading *reading, const char *value)
{
	(void)value;
	reading->keep_order = true;
	return 0;
}

static int
set_no_keep_order(struct reading *reading, const char *value)
{
	(void)value;
	reading->keep_order = false;
	return 0;
}

static int
set_xargs(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.fill = reading->xargs = true;
	return 0;
}

static int
set_trace(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.job.trace = true;
	return 0;
}

static int
set_echo(struct reading *reading, const char *value)
{
	(void)value;
	reading->echo = true;
	return 0;
}

static int
set_silent(struct reading *reading, const char *value)
{
	(void)value;
	reading->silent = true;
	return 0;
}

static int
read_separator(
    const struct reading *reading, const char *value, const char **ret)
{
	if (value[0] == '\0')
		return setting_bad(reading, value, "no separator");
	*ret = setting_keep(reading, value);
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

static int
set_tmpdir(struct reading *reading, const char *value)
{
	reading->options->scope.output.tmpdir = setting_keep(reading, value);
	return 0;
}

static int
set_min_version(struct reading *reading, const char *value)
{
	int64_t wanted;

	if (parse_count(value, 0, INT_MAX, &wanted) < 0)
		return setting_bad(
		    reading, value, "not a version (try " PARALLEL_VERSION ")");
	reading->options->action = wanted > PARALLEL_VERSION_NUMBER
	    ? OPTIONS_MINVERSION_NOT
	    : OPTIONS_MINVERSION;
	return 0;
}

/* If it is right it was replaced before anything was read. */
static int
set_shebang(struct reading *reading, const char *value)
{
	(void)value;
	msg_warn("%s must be the first option", reading->name);
	return -1;
}

static int
set_citation(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->action = OPTIONS_NOTHING;
	return 0;
}

static int
set_cpus(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->action = OPTIONS_CPUS;
	return 0;
}

static int
set_max_line(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->action = OPTIONS_MAX_CHARS;
	return 0;
}

const struct setting imitating_settings[] = {
	{ "keep-order", 'k', FLAG, PARALLEL, set_keep_order },
	{ "keeporder", '\0', FLAG, PARALLEL, set_keep_order },
	{ "no-keep-order", '\0', FLAG, PARALLEL, set_no_keep_order },
	{ "nokeeporder", '\0', FLAG, PARALLEL, set_no_keep_order },
	{ "xargs", '\0', FLAG, PARALLEL, set_xargs },
	{ "verbose", 't', FLAG, PARALLEL, set_trace },
	{ NULL, 'v', FLAG, PARALLEL, set_echo },
	{ "silent", '\0', FLAG, PARALLEL, set_silent },
	{ "arg-sep", '\0', VALUE, PARALLEL, set_arg_sep },
	{ "argsep", '\0', VALUE, PARALLEL, set_arg_sep },
	{ "arg-file-sep", '\0', VALUE, PARALLEL, set_arg_file_sep },
	{ "argfilesep", '\0', VALUE, PARALLEL, set_arg_file_sep },
	{ "tmpdir", '\0', VALUE, PARALLEL, set_tmpdir },
	{ "tempdir", '\0', VALUE, PARALLEL, set_tmpdir },
	{ "workdir", '\0', VALUE, PARALLEL, workdir_set },
	{ "work-dir", '\0', VALUE, PARALLEL, workdir_set },
	{ "wd", '\0', VALUE, PARALLEL, workdir_set },
	{ "min-version", '\0', VALUE, PARALLEL, set_min_version },
	{ "minversion", '\0', VALUE, PARALLEL, set_min_version },
	{ "shebang", '\0', FLAG, PARALLEL, set_shebang },
	{ "hashbang", '\0', FLAG, PARALLEL, set_shebang },
	{ "citation", '\0', FLAG, PARALLEL, set_citation },
	{ "bibtex", '\0', FLAG, PARALLEL, set_citation },
	{ "number-of-threads", '\0', FLAG, PARALLEL, set_cpus },
	{ "numberofthreads", '\0', FLAG, PARALLEL, set_cpus },
	{ "number-of-cores", '\0', FLAG, PARALLEL, set_cpus },
	{ "numberofcores", '\0', FLAG, PARALLEL, set_cpus },
	{ "number-of-cpus", '\0', FLAG, PARALLEL, set_cpus },
	{ "numberofcpus", '\0', FLAG, PARALLEL, set_cpus },
	{ "max-line-length-allowed", '\0', FLAG, PARALLEL, set_max_line },
	{ "maxlinelengthallowed", '\0', FLAG, PARALLEL, set_max_line },
	/* the config files were left out before anything was read */
	{ "plain", '\0', FLAG, PARALLEL, set_nothing },
	{ "will-cite", '\0', FLAG, PARALLEL, set_nothing },
	{ "willcite", '\0', FLAG, PARALLEL, set_nothing },
	{ "no-notice", '\0', FLAG, PARALLEL, set_nothing },
	{ "nonotice", '\0', FLAG, PARALLEL, set_nothing },
	{ "nn", '\0', FLAG, PARALLEL, set_nothing },
	{ "gnu", '\0', FLAG, PARALLEL, set_nothing },
	{ "env", '\0', VALUE, PARALLEL, set_nothing },
	{ "noswap", '\0', FLAG, PARALLEL, set_nothing },
	{ "use-cpus-instead-of-cores", '\0', FLAG, PARALLEL, set_nothing },
	{ "usecpusinsteadofcores", '\0', FLAG, PARALLEL, set_nothing },
	{ "use-cores-instead-of-threads", '\0', FLAG, PARALLEL, set_nothing },
	{ "usecoresinsteadofthreads", '\0', FLAG, PARALLEL, set_nothing },
	{ "use-sockets-instead-of-threads", '\0', FLAG, PARALLEL, set_nothing },
	{ "usesocketsinsteadofthreads", '\0', FLAG, PARALLEL, set_nothing },
	{ "color", '\0', FLAG, PARALLEL, set_nothing },
	{ "colour", '\0', FLAG, PARALLEL, set_nothing },
	{ "color-failed", '\0', FLAG, PARALLEL, set_nothing },
	{ "colour-failed", '\0', FLAG, PARALLEL, set_nothing },
	{ "colorfailed", '\0', FLAG, PARALLEL, set_nothing },
	{ "colourfailed", '\0', FLAG, PARALLEL, set_nothing },
	{ "color-fail", '\0', FLAG, PARALLEL, set_nothing },
	{ "colour-fail", '\0', FLAG, PARALLEL, set_nothing },
	{ "colorfail", '\0', FLAG, PARALLEL, set_nothing },
	{ "colourfail", '\0', FLAG, PARALLEL, set_nothing },
	{ "cf", '\0', FLAG, PARALLEL, set_nothing },
	{ "compress", '\0', FLAG, PARALLEL, set_nothing },
	{ "compress-program", '\0', VALUE, PARALLEL, set_nothing },
	{ "compressprogram", '\0', VALUE, PARALLEL, set_nothing },
	{ "use-compress-program", '\0', VALUE, PARALLEL, set_nothing },
	{ "usecompressprogram", '\0', VALUE, PARALLEL, set_nothing },
	{ "decompress-program", '\0', VALUE, PARALLEL, set_nothing },
	{ "decompressprogram", '\0', VALUE, PARALLEL, set_nothing },
	{ "use-decompress-program", '\0', VALUE, PARALLEL, set_nothing },
	{ "usedecompressprogram", '\0', VALUE, PARALLEL, set_nothing },
	SETTINGS_END,
};
