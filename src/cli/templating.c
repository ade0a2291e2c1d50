#include "templating.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "options.h"

/* Copies a value that must live as long as the options. */
static const char *
keep(struct options *options, const char *value)
{
	strvec_push(&options->kept, value);
	return options->kept.items[options->kept.len - 1];
}

static int
read_trim(const struct reading *reading, const char *value)
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
read_header(const struct reading *reading, const char *value)
{
	if (strcmp(value, ":") != 0)
		return setting_bad(reading, value,
		    "not supported (try ':', the first value names a column)");
	reading->options->template.arguments.header = true;
	return 0;
}

static int
read_max_args(
    const struct reading *reading, enum setting setting, const char *value)
{
	struct source_template *template = &reading->options->template;

	if (parse_count(value, 0, INT32_MAX, &template->max_args) < 0)
		return setting_bad(
		    reading, value, "not a number of arguments (try 1 or 10)");
	template->replace_args = setting != SETTING_MAX_ARGS;
	if (setting == SETTING_MAX_LINES)
		template->arguments.values.continued = true;
	return 0;
}

static int
read_max_chars(const struct reading *reading, const char *value)
{
	int64_t max;

	if (parse_size(value, &max) < 0 || max == 0)
		return setting_bad(
		    reading, value, "not a length (try 4000 or 100K)");
	reading->options->template.max_chars = (size_t)max;
	return 0;
}

static int
read_replace(const struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	if (value[0] == '\0')
		return setting_bad(
		    reading, value, "no replacement string (try '{}')");
	options->template.syntax.replace = keep(options, value);
	return 0;
}

/* What \t, \n, \r, \N and \NNN (octal) stand for in --tagstring. */
static void
unescape(char *s)
{
	static const char letters[] = "tnr", bytes[] = "\t\n\r";
	char *to = s;

	while (*s != '\0') {
		const char *letter = strchr(letters, s[1]);
		size_t digits = strspn(s + 1, "01234567");

		if (*s != '\\' || s[1] == '\0' ||
		    (letter == NULL && digits == 0)) {
			*to++ = *s++;
		} else if (letter != NULL) {
			*to++ = bytes[letter - letters];
			s += 2;
		} else {
			unsigned byte = 0;

			digits = digits >= 3 ? 3 : 1;
			for (size_t i = 1; i <= digits; i++)
				byte = byte * 8 + (unsigned)(s[i] - '0');
			if (byte != 0)
				*to++ = (char)byte;
			s += 1 + digits;
		}
	}
	*to = '\0';
}

static int
read_tagstring(struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	reading->tagstring = true;
	options->template.tag = NULL;
	if (value[0] == '\0')
		return 0;
	strvec_push(&options->kept, value);
	unescape(options->kept.items[options->kept.len - 1]);
	options->template.tag = options->kept.items[options->kept.len - 1];
	return 0;
}

/* The options that take no value. */
static void
set_flag(struct reading *reading, enum setting setting)
{
	struct source_template *template = &reading->options->template;

	if (setting == SETTING_TAG)
		reading->tag = true;
	else if (setting == SETTING_SHUF)
		template->shuffle = true;
	else if (setting == SETTING_NO_EMPTY)
		template->arguments.values.no_empty = true;
	else if (setting == SETTING_CONTEXT)
		template->fill = template->fill_context = true;
	else if (setting == SETTING_MANY)
		template->fill = true;
	else if (setting == SETTING_QUOTE)
		template->syntax.quote = true;
	else if (setting == SETTING_PLUS)
		template->syntax.plus = true;
	else if (setting == SETTING_LINK)
		template->arguments.link = true;
	else if (setting == SETTING_ARGV)
		template->argv = true;
}

int
templating_read(
    struct reading *reading, enum setting setting, const char *value)
{
	struct options *options = reading->options;

	if (setting >= SETTING_FIRST_IN_TEMPLATES)
		memcpy(reading->needs_template, reading->name,
		    sizeof(reading->name));
	switch ((int)setting) {
	case SETTING_ARG_FILE:
		strvec_push(&reading->args, value);
		return 0;
	case SETTING_TAGSTRING:
		return read_tagstring(reading, value);
	case SETTING_EOF:
		options->template.arguments.values.end_string =
		    keep(options, value);
		return 0;
	case SETTING_TRIM:
		return read_trim(reading, value);
	case SETTING_COLSEP:
		options->template.arguments.colsep = keep(options, value);
		return 0;
	case SETTING_HEADER:
		return read_header(reading, value);
	case SETTING_MAX_ARGS:
	case SETTING_MAX_REPLACE_ARGS:
	case SETTING_MAX_LINES:
		return read_max_args(reading, setting, value);
	case SETTING_MAX_CHARS:
		return read_max_chars(reading, value);
	case SETTING_REPLACE:
		return read_replace(reading, value);
	case SETTING_RPL:
		msg_warn("%s: nursery runs no Perl (try --plus, which has more "
			 "replacement strings, or --argv and what the shell "
			 "does with \"$1\")",
		    reading->name);
		return -1;
	default:
		set_flag(reading, setting);
		return 0;
	}
}

/* What a word is: a separator, maybe a linking one, or none. */
struct kind {
	bool separates, files, linked;
};

static struct kind
kind_of(const struct separators *separators, const char *word)
{
	size_t words = strlen(separators->words),
	       files = strlen(separators->files);
	struct kind kind = { .separates = true };

	if (strncmp(word, separators->files, files) == 0 &&
	    (word[files] == '\0' || strcmp(word + files, "+") == 0)) {
		kind.files = true;
		kind.linked = word[files] == '+';
	} else if (strncmp(word, separators->words, words) == 0 &&
	    (word[words] == '\0' || strcmp(word + words, "+") == 0)) {
		kind.linked = word[words] == '+';
	} else {
		kind.separates = false;
	}
	return kind;
}

static size_t
find_separator(
    const struct separators *separators, const struct strvec *words, size_t at)
{
	while (
	    at < words->len && !kind_of(separators, words->items[at]).separates)
		at++;
	return at;
}

static void
add_source(struct options *options, const struct arguments_source *source)
{
	size_t n = options->template.arguments.n_sources++;

	options->sources[n] = *source;
	if (n == 0)
		options->sources[n].linked = false;
}

/* The words behind the first separator, at which they start. */
static void
add_sources(
    struct options *options, const struct separators *separators, size_t at)
{
	while (at < options->words.len) {
		struct kind kind =
		    kind_of(separators, options->words.items[at]);
		char **words = options->words.items + at + 1;
		size_t n;

		n = find_separator(separators, &options->words, at + 1) - at -
		    1;
		at += n + 1;
		if (!kind.files)
			add_source(options,
			    &(struct arguments_source){ .words = words,
				.n_words = n,
				.linked = kind.linked });
		for (size_t i = 0; kind.files && i < n; i++)
			add_source(options,
			    &(struct arguments_source){
				.path = words[i], .linked = kind.linked });
	}
}

static int
check_together(const struct reading *reading)
{
	const struct options *options = reading->options;
	const struct source_template *template = &options->template;

	if (!options->templated && reading->needs_template[0] != '\0') {
		msg_warn("%s needs a template (try nursery 'echo {}' ::: A B, "
			 "or -a FILE)",
		    reading->needs_template);
		return -1;
	}
	if (template->argv &&
	    (template->syntax.replace != NULL || template->syntax.plus ||
		template->syntax.quote)) {
		msg_warn("--argv replaces nothing: it does not go together "
			 "with --replace, --plus and --quote");
		return -1;
	}
	return 0;
}

int
templating_conclude(
    struct reading *reading, const struct separators *separators, bool always)
{
	struct options *options = reading->options;
	struct source_template *template = &options->template;
	struct strvec *words = &options->words;
	size_t first = find_separator(separators, words, 0);
	bool commands = first == words->len && reading->args.len == 0;

	if (reading->tag && !reading->tagstring)
		template->tag = template->syntax.replace != NULL
		    ? template->syntax.replace
		    : "{}";
	if (options->nursery.output.mode == OUTPUT_UNGROUP)
		template->tag = NULL;
	reading->listed = commands && !always && words->len > 0;
	options->templated =
	    always || !commands || template->tag != NULL || template->shuffle;
	if (check_together(reading) < 0)
		return -1;
	if (!options->templated)
		return 0;
	template->words = words->items;
	template->n_words = first;
	template->arguments.values.delimiter = options->delimiter;
	template->arguments.values.cut_words = reading->delimited;
	options->sources = xcalloc(
	    words->len + reading->args.len + 1, sizeof(*options->sources));
	template->arguments.sources = options->sources;
	for (size_t i = 0; i < reading->args.len; i++)
		add_source(options,
		    &(struct arguments_source){
			.path = keep(options, reading->args.items[i]) });
	add_sources(options, separators, first);
	if (!commands && template->arguments.n_sources == 0) {
		msg_warn("%s: no file (try '%s -' for standard input)",
		    words->items[first], separators->files);
		return -1;
	}
	/* commands and an option that makes a template of them */
	if (commands && !always) {
		template->n_words = 0;
		template->arguments.values.no_empty = true;
		if (reading->listed)
			add_source(options,
			    &(struct arguments_source){
				.words = words->items, .n_words = words->len });
	}
	return 0;
}
