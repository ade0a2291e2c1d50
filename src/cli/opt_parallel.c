/* Options of the name parallel only; see parallel(1). */
#include <limits.h>
#include <string.h>

#include "base/msg.h"
#include "parallel.h"
#include "setting.h"

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

static int
set_workdir(struct reading *reading, const char *value)
{
	const char **directory = &reading->options.scope.job.directory;

	if (strcmp(value, "...") == 0 || strchr(value, '{') != NULL)
		return reading_bad(reading, value,
		    "not supported (try one directory for all jobs)");
	*directory = *value == '\0' ? NULL : reading_keep(reading, value);
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

const struct setting opt_parallel_settings[] = {
	{ "keep-order", 'k', PARALLEL, SET_TRUE(keep_order) },
	{ "keeporder", '\0', PARALLEL, SET_TRUE(keep_order) },
	{ "no-keep-order", '\0', PARALLEL, SET_FALSE(keep_order) },
	{ "nokeeporder", '\0', PARALLEL, SET_FALSE(keep_order) },
	{ "xargs", '\0', PARALLEL, SET_TRUE(xargs) },
	{ "verbose", 't', PARALLEL, SET_TRUE(options.scope.job.trace) },
	{ NULL, 'v', PARALLEL, SET_TRUE(echo) },
	{ "silent", '\0', PARALLEL, SET_TRUE(silent) },
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
	{ "number-of-cores", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "numberofcores", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "number-of-cpus", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "numberofcpus", '\0', PARALLEL, SET_ACTION(OPTIONS_CPUS) },
	{ "max-line-length-allowed", '\0', PARALLEL,
	    SET_ACTION(OPTIONS_MAX_CHARS) },
	{ "maxlinelengthallowed", '\0', PARALLEL,
	    SET_ACTION(OPTIONS_MAX_CHARS) },
	{ "plain", '\0', PARALLEL | EARLY, SET_TRUE(plain) },
	{ "will-cite", '\0', PARALLEL, NOTHING(FLAG) },
	{ "willcite", '\0', PARALLEL, NOTHING(FLAG) },
	{ "no-notice", '\0', PARALLEL, NOTHING(FLAG) },
	{ "nonotice", '\0', PARALLEL, NOTHING(FLAG) },
	{ "nn", '\0', PARALLEL, NOTHING(FLAG) },
	{ "gnu", '\0', PARALLEL, NOTHING(FLAG) },
	{ "env", '\0', PARALLEL, NOTHING(VALUE) },
	{ "noswap", '\0', PARALLEL, NOTHING(FLAG) },
	{ "use-cpus-instead-of-cores", '\0', PARALLEL, NOTHING(FLAG) },
	{ "usecpusinsteadofcores", '\0', PARALLEL, NOTHING(FLAG) },
	{ "use-cores-instead-of-threads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "usecoresinsteadofthreads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "use-sockets-instead-of-threads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "usesocketsinsteadofthreads", '\0', PARALLEL, NOTHING(FLAG) },
	{ "color", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colour", '\0', PARALLEL, NOTHING(FLAG) },
	{ "color-failed", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colour-failed", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colorfailed", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colourfailed", '\0', PARALLEL, NOTHING(FLAG) },
	{ "color-fail", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colour-fail", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colorfail", '\0', PARALLEL, NOTHING(FLAG) },
	{ "colourfail", '\0', PARALLEL, NOTHING(FLAG) },
	{ "cf", '\0', PARALLEL, NOTHING(FLAG) },
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
