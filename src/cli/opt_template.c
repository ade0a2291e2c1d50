/*
 * Options for arguments: where the arguments come from, how many of them go
 * into one command, and how they are put in.
 */
#include <string.h>

#include "base/msg.h"
#include "setting.h"

static int
set_arg_file(struct reading *reading, const char *value)
{
	strvec_push(&reading->arg_files, value);
	return 0;
}

/* Without a value no string ends the input, which is the default. */
static int
set_maybe_eof(struct reading *reading, const char *value)
{
	if (value != NULL)
		reading->options.template.arguments.values.end_string =
		    reading_keep(reading, value);
	return 0;
}

static int
set_trim(struct reading *reading, const char *value)
{
	static const char *const names[] = { "n", "l", "r", "lr", "rl" };
	static const enum trim trims[] = { TRIM_NONE, TRIM_LEFT, TRIM_RIGHT,
		TRIM_BOTH, TRIM_BOTH };
	int found = READING_CHOOSE(reading, value, names);

	if (found < 0)
		return -1;
	reading->options.template.arguments.trim = trims[found];
	return 0;
}

static int
set_header(struct reading *reading, const char *value)
{
	struct templated_options *template = &reading->options.template;

	template->pipe.header = reading_keep(reading, value);
	/* without --pipe it does not matter to GNU parallel what it says */
	template->arguments.header =
	    strcmp(value, ":") == 0 || reading->options.parallel;
	return 0;
}

/*
 * So many arguments go into each command; unlike with -N, {} stands for all of
 * them.
 */
static int
set_max_args(struct reading *reading, const char *value)
{
	struct templated_options *template = &reading->options.template;

	if ((reading->options.parallel
		    ? parse_multiple(value, &template->max_args)
		    : parse_count(value, 0, INT32_MAX, &template->max_args)) <
	    0)
		return reading_bad(reading, value,
		    "not a number of arguments (try 1 or 10; names of "
		    "commands are given with --tag --names, a dry run is "
		    "--dry-run)");
	template->replace_args = false;
	template->pipe.cut.records = template->max_args;
	return 0;
}

static int
set_max_replace_args(struct reading *reading, const char *value)
{
	if (set_max_args(reading, value) < 0)
		return -1;
	reading->options.template.replace_args = true;
	return 0;
}

static int
set_max_lines(struct reading *reading, const char *value)
{
	struct templated_options *template = &reading->options.template;
	int64_t records = template->pipe.cut.records;

	if (set_max_replace_args(reading, value) < 0)
		return -1;
	template->arguments.values.continued = true;
	template->pipe.cut.lines =
	    template->max_args > 0 ? template->max_args : 1;
	template->pipe.cut.records = records;
	return 0;
}

static int
set_maybe_max_lines(struct reading *reading, const char *value)
{
	return set_max_lines(
	    reading, value == NULL || strcmp(value, "0") == 0 ? "1" : value);
}

static int
set_context(struct reading *reading, const char *value)
{
	(void)value;
	reading->options.template.fill = true;
	reading->options.template.fill_context = true;
	return 0;
}

static int
set_max_chars(struct reading *reading, const char *value)
{
	int64_t max;

	if ((reading->options.parallel ? parse_multiple(value, &max)
				       : parse_size(value, &max)) < 0 ||
	    max == 0)
		return reading_bad(reading, value,
		    "not a length (try 4000 or 100K; a signal is given "
		    "with --signal, and silence is --quiet)");
	reading->options.template.length.max_chars = (size_t)max;
	return 0;
}

static int
set_replace(struct reading *reading, const char *value)
{
	if (value[0] == '\0')
		return reading_bad(
		    reading, value, "no replacement string (try '{}')");
	reading->options.template.syntax.replace = reading_keep(reading, value);
	return 0;
}

static int
rename_one(
    struct reading *reading, enum template_renamed which, const char *value)
{
	if (value[0] == '\0')
		return reading_bad(
		    reading, value, "no replacement string (try ',,')");
	reading->options.template.syntax.renamed[which] =
	    reading_keep(reading, value);
	return 0;
}

#define RENAMES(function, which)                                               \
	static int function(struct reading *reading, const char *value)        \
	{                                                                      \
		return rename_one(reading, which, value);                      \
	}

RENAMES(rename_no_extension, TEMPLATE_NO_EXTENSION)
RENAMES(rename_base, TEMPLATE_BASE)
RENAMES(rename_directory, TEMPLATE_DIRECTORY)
RENAMES(rename_base_no_extension, TEMPLATE_BASE_NO_EXTENSION)
RENAMES(rename_seq, TEMPLATE_SEQ)
RENAMES(rename_slot, TEMPLATE_SLOT)

static int
set_maybe_replace(struct reading *reading, const char *value)
{
	return value == NULL || *value == '\0' ? 0
					       : set_replace(reading, value);
}

static int
set_rpl(struct reading *reading, const char *value)
{
	(void)value;
	msg_warn("%s: nursery runs Perl only by the name parallel (try --plus, "
		 "which has more "
		 "replacement strings, or --argv and what the shell "
		 "does with \"$1\")",
	    reading->name);
	return -1;
}

static int
set_csv(struct reading *reading, const char *value)
{
	struct arguments_options *arguments =
	    &reading->options.template.arguments;

	(void)value;
	arguments->csv = true;
	arguments->values.csv = true;
	return 0;
}

const struct setting opt_template_settings[] = {
	{ "arg-file", 'a', BOTH | SPAWNING, CALL(VALUE, set_arg_file) },
	{ "argfile", '\0', PARALLEL, CALL(VALUE, set_arg_file) },
	{ "skip-first-line", '\0', PARALLEL,
	    SET_TRUE(options.template.arguments.skip_first) },
	{ "skipfirstline", '\0', PARALLEL,
	    SET_TRUE(options.template.arguments.skip_first) },
	{ "link", '\0', BOTH | NEEDS_TEMPLATE,
	    SET_TRUE(options.template.arguments.link) },
	{ "xapply", '\0', BOTH | NEEDS_TEMPLATE,
	    SET_TRUE(options.template.arguments.link) },
	{ "shuf", '\0', BOTH | SPAWNING, SET_TRUE(options.template.shuffle) },
	{ NULL, 'E', BOTH | NEEDS_TEMPLATE,
	    STRING(options.template.arguments.values.end_string) },
	{ "eof", 'e', PARALLEL, CALL(MAYBE, set_maybe_eof) },
	{ "exit", 'x', PARALLEL, NOTHING(FLAG) }, /* it does so anyway */
	{ "no-run-if-empty", 'r', BOTH | NEEDS_TEMPLATE,
	    SET_TRUE(options.template.arguments.values.no_empty) },
	{ "norunifempty", '\0', PARALLEL,
	    SET_TRUE(options.template.arguments.values.no_empty) },
	{ "trim", '\0', BOTH | NEEDS_TEMPLATE, CALL(VALUE, set_trim) },
	{ "colsep", 'C', BOTH | NEEDS_TEMPLATE,
	    STRING(options.template.arguments.colsep) },
	{ "col-sep", '\0', PARALLEL,
	    STRING(options.template.arguments.colsep) },
	{ "csv", '\0', BOTH | NEEDS_TEMPLATE, CALL(FLAG, set_csv) },
	{ "header", '\0', BOTH | NEEDS_TEMPLATE, CALL(VALUE, set_header) },
	{ "max-args", 'n', BOTH | NEEDS_TEMPLATE, CALL(VALUE, set_max_args) },
	{ "maxargs", '\0', PARALLEL, CALL(VALUE, set_max_args) },
	{ "max-replace-args", 'N', BOTH | NEEDS_TEMPLATE,
	    CALL(VALUE, set_max_replace_args) },
	{ "maxreplaceargs", '\0', PARALLEL, CALL(VALUE, set_max_replace_args) },
	{ "max-lines", 'L', NURSERY | NEEDS_TEMPLATE,
	    CALL(VALUE, set_max_lines) },
	{ NULL, 'L', PARALLEL, CALL(VALUE, set_max_lines) },
	{ "max-lines", 'l', PARALLEL, CALL(MAYBE_NUMBER, set_maybe_max_lines) },
	{ "maxlines", '\0', PARALLEL, CALL(MAYBE_NUMBER, set_maybe_max_lines) },
	{ NULL, 'X', BOTH | NEEDS_TEMPLATE, CALL(FLAG, set_context) },
	{ NULL, 'm', BOTH | NEEDS_TEMPLATE, SET_TRUE(options.template.fill) },
	{ "max-chars", 's', BOTH | NEEDS_TEMPLATE, CALL(VALUE, set_max_chars) },
	{ "maxchars", '\0', PARALLEL, CALL(VALUE, set_max_chars) },
	{ "replace", 'I', NURSERY | NEEDS_TEMPLATE, CALL(VALUE, set_replace) },
	{ NULL, 'I', PARALLEL, CALL(VALUE, set_replace) },
	{ "replace", 'i', PARALLEL, CALL(MAYBE, set_maybe_replace) },
	{ "extensionreplace", '\0', PARALLEL,
	    CALL(VALUE, rename_no_extension) },
	{ "er", '\0', PARALLEL, CALL(VALUE, rename_no_extension) },
	{ "basenamereplace", '\0', PARALLEL, CALL(VALUE, rename_base) },
	{ "bnr", '\0', PARALLEL, CALL(VALUE, rename_base) },
	{ "dirnamereplace", '\0', PARALLEL, CALL(VALUE, rename_directory) },
	{ "dnr", '\0', PARALLEL, CALL(VALUE, rename_directory) },
	{ "basenameextensionreplace", '\0', PARALLEL,
	    CALL(VALUE, rename_base_no_extension) },
	{ "bner", '\0', PARALLEL, CALL(VALUE, rename_base_no_extension) },
	{ "seqreplace", '\0', PARALLEL, CALL(VALUE, rename_seq) },
	{ "slotreplace", '\0', PARALLEL, CALL(VALUE, rename_slot) },
	{ "plus", '\0', BOTH | NEEDS_TEMPLATE,
	    SET_TRUE(options.template.syntax.plus) },
	{ "quote", 'q', BOTH | NEEDS_TEMPLATE,
	    SET_TRUE(options.template.syntax.quote) },
	{ "argv", '\0', NURSERY | NEEDS_TEMPLATE,
	    SET_TRUE(options.template.argv) },
	{ "rpl", '\0', NURSERY | NEEDS_TEMPLATE, CALL(VALUE, set_rpl) },
	SETTINGS_END,
};
