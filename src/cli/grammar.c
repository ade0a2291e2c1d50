#include "grammar.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "options.h"
#include "parallel.h"

/* Options that only parallel has. */
enum {
	PARALLEL_NOTHING = SETTINGS_END, /* means nothing here */
	PARALLEL_KEEP_ORDER,
	PARALLEL_NO_KEEP_ORDER,
	PARALLEL_XARGS,
	PARALLEL_MAX_LINES,
	PARALLEL_REPLACE,
	PARALLEL_EOF,
	PARALLEL_TRACE,
	PARALLEL_ECHO,
	PARALLEL_SILENT,
	PARALLEL_ARG_SEP,
	PARALLEL_ARG_FILE_SEP,
	PARALLEL_TMPDIR,
	PARALLEL_PLAIN,
	PARALLEL_CITATION,
	PARALLEL_MINVERSION,
	PARALLEL_CPUS,
	PARALLEL_MAX_CHARS,
};

#define NO no_argument
#define YES required_argument
#define MAYBE optional_argument

static const struct spelling {
	const char *name; /* long, or NULL */
	char letter;      /* or '\0' */
	int has_value;
	int setting;
} rows[] = {
	{ "jobs", 'j', YES, SETTING_JOBS },
	{ "max-procs", 'P', YES, SETTING_JOBS },
	{ "maxprocs", '\0', YES, SETTING_JOBS },
	{ "keep-order", 'k', NO, PARALLEL_KEEP_ORDER },
	{ "keeporder", '\0', NO, PARALLEL_KEEP_ORDER },
	{ "no-keep-order", '\0', NO, PARALLEL_NO_KEEP_ORDER },
	{ "nokeeporder", '\0', NO, PARALLEL_NO_KEEP_ORDER },
	{ "group", '\0', NO, SETTING_GROUP },
	{ "ungroup", 'u', NO, SETTING_UNGROUP },
	{ "line-buffer", '\0', NO, SETTING_LINE_BUFFER },
	{ "line-buffered", '\0', NO, SETTING_LINE_BUFFER },
	{ "linebuffer", '\0', NO, SETTING_LINE_BUFFER },
	{ "linebuffered", '\0', NO, SETTING_LINE_BUFFER },
	{ "lb", '\0', NO, SETTING_LINE_BUFFER },
	{ "tag", '\0', NO, SETTING_TAG },
	{ "tag-string", '\0', YES, SETTING_TAGSTRING },
	{ "tagstring", '\0', YES, SETTING_TAGSTRING },
	{ "verbose", 't', NO, PARALLEL_TRACE },
	{ NULL, 'v', NO, PARALLEL_ECHO },
	{ "silent", '\0', NO, PARALLEL_SILENT },
	{ "dry-run", '\0', NO, SETTING_DRY_RUN },
	{ "dryrun", '\0', NO, SETTING_DRY_RUN },
	{ "dr", '\0', NO, SETTING_DRY_RUN },
	{ "halt", '\0', YES, SETTING_HALT },
	{ "halt-on-error", '\0', YES, SETTING_HALT },
	{ "haltonerror", '\0', YES, SETTING_HALT },
	{ "timeout", '\0', YES, SETTING_JOB_TIMEOUT },
	{ "null", '0', NO, SETTING_NULL },
	{ "delimiter", 'd', YES, SETTING_DELIMITER },
	{ "arg-file", 'a', YES, SETTING_ARG_FILE },
	{ "argfile", '\0', YES, SETTING_ARG_FILE },
	{ "arg-sep", '\0', YES, PARALLEL_ARG_SEP },
	{ "argsep", '\0', YES, PARALLEL_ARG_SEP },
	{ "arg-file-sep", '\0', YES, PARALLEL_ARG_FILE_SEP },
	{ "argfilesep", '\0', YES, PARALLEL_ARG_FILE_SEP },
	{ "link", '\0', NO, SETTING_LINK },
	{ "xapply", '\0', NO, SETTING_LINK },
	{ "shuf", '\0', NO, SETTING_SHUF },
	{ "eof", 'e', MAYBE, PARALLEL_EOF },
	{ NULL, 'E', YES, SETTING_EOF },
	{ "no-run-if-empty", 'r', NO, SETTING_NO_EMPTY },
	{ "norunifempty", '\0', NO, SETTING_NO_EMPTY },
	{ "trim", '\0', YES, SETTING_TRIM },
	{ "colsep", 'C', YES, SETTING_COLSEP },
	{ "col-sep", '\0', YES, SETTING_COLSEP },
	{ "header", '\0', YES, SETTING_HEADER },
	{ "max-args", 'n', YES, SETTING_MAX_ARGS },
	{ "maxargs", '\0', YES, SETTING_MAX_ARGS },
	{ "max-replace-args", 'N', YES, SETTING_MAX_REPLACE_ARGS },
	{ "maxreplaceargs", '\0', YES, SETTING_MAX_REPLACE_ARGS },
	{ NULL, 'L', YES, SETTING_MAX_LINES },
	{ "max-lines", 'l', MAYBE, PARALLEL_MAX_LINES },
	{ "maxlines", '\0', MAYBE, PARALLEL_MAX_LINES },
	{ NULL, 'X', NO, SETTING_CONTEXT },
	{ NULL, 'm', NO, SETTING_MANY },
	{ "xargs", '\0', NO, PARALLEL_XARGS },
	{ "max-chars", 's', YES, SETTING_MAX_CHARS },
	{ "maxchars", '\0', YES, SETTING_MAX_CHARS },
	{ NULL, 'I', YES, SETTING_REPLACE },
	{ "replace", 'i', MAYBE, PARALLEL_REPLACE },
	{ "plus", '\0', NO, SETTING_PLUS },
	{ "quote", 'q', NO, SETTING_QUOTE },
	{ "rpl", '\0', YES, SETTING_RPL },
	{ "tmpdir", '\0', YES, PARALLEL_TMPDIR },
	{ "tempdir", '\0', YES, PARALLEL_TMPDIR },
	{ "plain", '\0', NO, PARALLEL_PLAIN },
	{ "citation", '\0', NO, PARALLEL_CITATION },
	{ "bibtex", '\0', NO, PARALLEL_CITATION },
	{ "will-cite", '\0', NO, PARALLEL_NOTHING },
	{ "willcite", '\0', NO, PARALLEL_NOTHING },
	{ "no-notice", '\0', NO, PARALLEL_NOTHING },
	{ "nonotice", '\0', NO, PARALLEL_NOTHING },
	{ "nn", '\0', NO, PARALLEL_NOTHING },
	{ "gnu", '\0', NO, PARALLEL_NOTHING },
	{ "env", '\0', YES, PARALLEL_NOTHING },
	{ "min-version", '\0', YES, PARALLEL_MINVERSION },
	{ "minversion", '\0', YES, PARALLEL_MINVERSION },
	{ "number-of-threads", '\0', NO, PARALLEL_CPUS },
	{ "max-line-length-allowed", '\0', NO, PARALLEL_MAX_CHARS },
	{ "help", 'h', NO, SETTING_HELP },
	{ "version", 'V', NO, SETTING_VERSION },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* What getopt_long(3) wants to know. */
struct grammar {
	struct option options[N_ROWS + 1];
	char letters[3 * N_ROWS + 3];
};

static void
make_grammar(struct grammar *grammar)
{
	char *letters = grammar->letters;
	size_t n = 0;

	*letters++ = '+'; /* options end at the first word */
	*letters++ = ':'; /* tell a missing value from an unknown option */
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].letter != '\0') {
			*letters++ = rows[i].letter;
			for (int v = NO; v < rows[i].has_value; v++)
				*letters++ = ':';
		}
		if (rows[i].name != NULL)
			grammar->options[n++] = (struct option){ rows[i].name,
				rows[i].has_value, NULL, rows[i].setting };
	}
	*letters = '\0';
	grammar->options[n] = (struct option){ NULL, 0, NULL, 0 };
}

/* The row of what getopt_long() returned: a setting, or a letter. */
static const struct spelling *
row_of(int found)
{
	size_t i = 0;

	while (i < N_ROWS - 1 &&
	    !(rows[i].name != NULL && rows[i].setting == found) &&
	    rows[i].letter != found)
		i++;
	return &rows[i];
}

static int
read_min_version(struct reading *reading, const char *value)
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

static int
read_separator(
    const struct reading *reading, const char *value, const char **ret)
{
	struct strvec *kept = &reading->options->kept;

	if (value[0] == '\0')
		return setting_bad(reading, value, "no separator");
	strvec_push(kept, value);
	*ret = kept->items[kept->len - 1];
	return 0;
}

static void
set_flag(struct parsing *parsing, int setting)
{
	struct options *options = parsing->reading->options;

	if (setting == PARALLEL_KEEP_ORDER)
		parsing->keep_order = true;
	else if (setting == PARALLEL_NO_KEEP_ORDER)
		parsing->keep_order = false;
	else if (setting == PARALLEL_PLAIN)
		parsing->plain = true;
	else if (setting == PARALLEL_XARGS)
		options->template.fill = parsing->xargs = true;
	else if (setting == PARALLEL_TRACE)
		options->nursery.trace = true;
	else if (setting == PARALLEL_ECHO)
		parsing->echo = true;
	else if (setting == PARALLEL_SILENT)
		parsing->silent = true;
	else if (setting == PARALLEL_CITATION)
		options->action = OPTIONS_NOTHING;
	else if (setting == PARALLEL_CPUS)
		options->action = OPTIONS_CPUS;
	else if (setting == PARALLEL_MAX_CHARS)
		options->action = OPTIONS_MAX_CHARS;
}

static int
apply(struct parsing *parsing, int setting, const char *value)
{
	struct reading *reading = parsing->reading;
	struct strvec *kept = &reading->options->kept;

	switch (setting) {
	case PARALLEL_MAX_LINES:
		return setting_read(reading, SETTING_MAX_LINES,
		    value == NULL || strcmp(value, "0") == 0 ? "1" : value);
	case PARALLEL_REPLACE:
		return value == NULL
		    ? 0
		    : setting_read(reading, SETTING_REPLACE, value);
	case PARALLEL_EOF:
		return value == NULL
		    ? 0
		    : setting_read(reading, SETTING_EOF, value);
	case PARALLEL_ARG_SEP:
		return read_separator(
		    reading, value, &parsing->separators.words);
	case PARALLEL_ARG_FILE_SEP:
		return read_separator(
		    reading, value, &parsing->separators.files);
	case PARALLEL_TMPDIR:
		strvec_push(kept, value);
		reading->options->nursery.output.tmpdir =
		    kept->items[kept->len - 1];
		return 0;
	case PARALLEL_MINVERSION:
		return read_min_version(reading, value);
	default:
		if (setting < SETTINGS_END)
			return setting_read(
			    reading, (enum setting)setting, value);
		set_flag(parsing, setting);
		return 0;
	}
}

/* getopt_long() did not know the option, or found no value. */
static int
say_error(int found, char *const *argv)
{
	char letter[3] = { '-', (char)optopt, '\0' };
	const char *word = argv[optind - 1];
	bool is_long = optopt == 0 || optopt >= 256 || found == 0;
	size_t len = strcspn(word, "=");
	char *safe = is_long ? msg_safe(word, len) : msg_safe(letter, 2);

	if (found == ':')
		msg_warn("%s: missing argument", safe);
	else
		msg_warn("%s: nursery, called as parallel, has no such option "
			 "(its manual says which it has)",
		    safe);
	free(safe);
	return -1;
}

/* -l takes a number that is the next word, too. */
static char *
value_of(const struct spelling *row, int argc, char *const *argv)
{
	int64_t n;

	if (optarg == NULL && row->letter == 'l' && optind < argc &&
	    parse_count(argv[optind], 0, INT_MAX, &n) == 0)
		return argv[optind++];
	return optarg;
}

int
grammar_read(
    struct parsing *parsing, int argc, char **argv, struct strvec *words)
{
	struct reading *reading = parsing->reading;
	struct grammar grammar;
	int found;

	make_grammar(&grammar);
	opterr = 0;
	optind = 0; /* start over, see getopt_long(3) */
	while ((found = getopt_long(argc, argv, grammar.letters,
		    grammar.options, NULL)) != -1) {
		const struct spelling *row = row_of(found);
		const char *value;

		if (found == '?' || found == ':')
			return say_error(found, argv);
		if (found > UCHAR_MAX)
			snprintf(reading->name, sizeof(reading->name), "--%s",
			    row->name);
		else
			snprintf(
			    reading->name, sizeof(reading->name), "-%c", found);
		value = value_of(row, argc, argv);
		if (apply(parsing, row->setting, value) < 0)
			return -1;
	}
	for (int i = optind; i < argc; i++)
		strvec_push(words, argv[i]);
	return 0;
}
