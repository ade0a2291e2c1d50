/* Options for templates: what the arguments are, and what is made of them. */
#include <string.h>

#include "base/msg.h"
#include "options.h"
#include "setting.h"

static int
set_arg_file(struct reading *reading, const char *value)
{
	strvec_push(&reading->args, value);
	return 0;
}

static int
set_link(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.arguments.link = true;
	return 0;
}

static int
set_skip_first_line(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.arguments.skip_first = true;
	return 0;
}

static int
set_shuf(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.shuffle = true;
	return 0;
}

static int
set_eof(struct reading *reading, const char *value)
{
	reading->options->template.arguments.values.end_string =
	    setting_keep(reading, value);
	return 0;
}

static int
set_maybe_eof(struct reading *reading, const char *value)
{
	return value == NULL ? 0 : set_eof(reading, value);
}

static int
set_no_run_if_empty(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.arguments.values.no_empty = true;
	return 0;
}

static int
set_trim(struct reading *reading, const char *value)
{
	static const struct {
		const char *name;
		enum trim trim;
	} names[] = {
		{ "n", TRIM_NONE },
		{ "l", TRIM_LEFT },
		{ "r", TRIM_RIGHT },
		{ "lr", TRIM_BOTH },
		{ "rl", TRIM_BOTH },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i].name) == 0) {
			reading->options->template.arguments.trim =
			    names[i].trim;
			return 0;
		}
	}
	return setting_bad(reading, value, "none of n, l, r, lr and rl");
}

static int
set_colsep(struct reading *reading, const char *value)
{
	reading->options->template.arguments.colsep =
	    setting_keep(reading, value);
	return 0;
}

static int
set_header(struct reading *reading, const char *value)
{
	if (strcmp(value, ":") != 0)
		return setting_bad(reading, value,
		    "not supported (try ':', the first value names a column)");
	reading->options->template.arguments.header = true;
	return 0;
}

/* As many to a command, into one {}. */
static int
set_max_args(struct reading *reading, const char *value)
{
	struct templated_options *template = &reading->options->template;

	if (parse_count(value, 0, INT32_MAX, &template->max_args) < 0)
		return setting_bad(
		    reading, value, "not a number of arguments (try 1 or 10)");
	template->replace_args = false;
	return 0;
}

static int
set_max_replace_args(struct reading *reading, const char *value)
{
	if (set_max_args(reading, value) < 0)
		return -1;
	reading->options->template.replace_args = true;
	return 0;
}

static int
set_max_lines(struct reading *reading, const char *value)
{
	if (set_max_replace_args(reading, value) < 0)
		return -1;
	reading->options->template.arguments.values.continued = true;
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
	reading->options->template.fill = true;
	reading->options->template.fill_context = true;
	return 0;
}

static int
set_many(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.fill = true;
	return 0;
}

static int
set_max_chars(struct reading *reading, const char *value)
{
	int64_t max;

	if (parse_size(value, &max) < 0 || max == 0)
		return setting_bad(
		    reading, value, "not a length (try 4000 or 100K)");
	reading->options->template.max_chars = (size_t)max;
	return 0;
}

static int
set_replace(struct reading *reading, const char *value)
{
	if (value[0] == '\0')
		return setting_bad(
		    reading, value, "no replacement string (try '{}')");
	reading->options->template.syntax.replace =
	    setting_keep(reading, value);
	return 0;
}

static int
set_maybe_replace(struct reading *reading, const char *value)
{
	return value == NULL || *value == '\0' ? 0
					       : set_replace(reading, value);
}

static int
set_plus(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.syntax.plus = true;
	return 0;
}

static int
set_quote(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.syntax.quote = true;
	return 0;
}

static int
set_argv(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->template.argv = true;
	return 0;
}

static int
set_rpl(struct reading *reading, const char *value)
{
	(void)value;
	msg_warn("%s: nursery runs no Perl (try --plus, which has more "
		 "replacement strings, or --argv and what the shell "
		 "does with \"$1\")",
	    reading->name);
	return -1;
}

const struct setting templating_settings[] = {
	{ "arg-file", 'a', VALUE, BOTH | SPAWNING, set_arg_file },
	{ "argfile", '\0', VALUE, PARALLEL, set_arg_file },
	{ "skip-first-line", '\0', FLAG, PARALLEL, set_skip_first_line },
	{ "skipfirstline", '\0', FLAG, PARALLEL, set_skip_first_line },
	{ "link", '\0', FLAG, BOTH | NEEDS_TEMPLATE, set_link },
	{ "xapply", '\0', FLAG, BOTH | NEEDS_TEMPLATE, set_link },
	{ "shuf", '\0', FLAG, BOTH | SPAWNING, set_shuf },
	{ NULL, 'E', VALUE, BOTH | NEEDS_TEMPLATE, set_eof },
	{ "eof", 'e', MAYBE, PARALLEL, set_maybe_eof },
	{ "no-run-if-empty", 'r', FLAG, BOTH | NEEDS_TEMPLATE,
	    set_no_run_if_empty },
	{ "norunifempty", '\0', FLAG, PARALLEL, set_no_run_if_empty },
	{ "trim", '\0', VALUE, BOTH | NEEDS_TEMPLATE, set_trim },
	{ "colsep", 'C', VALUE, BOTH | NEEDS_TEMPLATE, set_colsep },
	{ "col-sep", '\0', VALUE, PARALLEL, set_colsep },
	{ "header", '\0', VALUE, BOTH | NEEDS_TEMPLATE, set_header },
	{ "max-args", 'n', VALUE, BOTH | NEEDS_TEMPLATE, set_max_args },
	{ "maxargs", '\0', VALUE, PARALLEL, set_max_args },
	{ "max-replace-args", 'N', VALUE, BOTH | NEEDS_TEMPLATE,
	    set_max_replace_args },
	{ "maxreplaceargs", '\0', VALUE, PARALLEL, set_max_replace_args },
	{ "max-lines", 'L', VALUE, NURSERY | NEEDS_TEMPLATE, set_max_lines },
	{ NULL, 'L', VALUE, PARALLEL, set_max_lines },
	{ "max-lines", 'l', MAYBE_NUMBER, PARALLEL, set_maybe_max_lines },
	{ "maxlines", '\0', MAYBE_NUMBER, PARALLEL, set_maybe_max_lines },
	{ NULL, 'X', FLAG, BOTH | NEEDS_TEMPLATE, set_context },
	{ NULL, 'm', FLAG, BOTH | NEEDS_TEMPLATE, set_many },
	{ "max-chars", 's', VALUE, BOTH | NEEDS_TEMPLATE, set_max_chars },
	{ "maxchars", '\0', VALUE, PARALLEL, set_max_chars },
	{ "replace", 'I', VALUE, NURSERY | NEEDS_TEMPLATE, set_replace },
	{ NULL, 'I', VALUE, PARALLEL, set_replace },
	{ "replace", 'i', MAYBE, PARALLEL, set_maybe_replace },
	{ "plus", '\0', FLAG, BOTH | NEEDS_TEMPLATE, set_plus },
	{ "quote", 'q', FLAG, BOTH | NEEDS_TEMPLATE, set_quote },
	{ "argv", '\0', FLAG, NURSERY | NEEDS_TEMPLATE, set_argv },
	{ "rpl", '\0', VALUE, BOTH | NEEDS_TEMPLATE, set_rpl },
	SETTINGS_END,
};
