#include "operands.h"

#include <string.h>

#include "advice.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "reading.h"
#include "unread.h"

/* What one word among the operands is. */
struct operand {
	bool separates; /* a separator; all else is false for other words */
	bool files;     /* what follows are files with arguments, as for :::: */
	bool linked;    /* it ends in +: side by side with the source before */
};

static struct operand
classify(const struct separators *separators, const char *word)
{
	size_t words = strlen(separators->words),
	       files = strlen(separators->files);
	struct operand operand = { .separates = true };

	if (strncmp(word, separators->files, files) == 0 &&
	    (word[files] == '\0' || strcmp(word + files, "+") == 0)) {
		operand.files = true;
		operand.linked = word[files] == '+';
	} else if (strncmp(word, separators->words, words) == 0 &&
	    (word[words] == '\0' || strcmp(word + words, "+") == 0)) {
		operand.linked = word[words] == '+';
	} else {
		operand.separates = false;
	}
	return operand;
}

static size_t
find_separator(
    const struct separators *separators, const struct strvec *words, size_t at)
{
	while (at < words->len &&
	    !classify(separators, words->items[at]).separates)
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

/*
 * Adds the sources that the separators make: one of all the words behind :::,
 * one of each word behind ::::.  The first separator is the operand number at.
 */
static void
add_sources(
    struct options *options, const struct separators *separators, size_t at)
{
	while (at < options->words.len) {
		struct operand operand =
		    classify(separators, options->words.items[at]);
		char **words = options->words.items + at + 1;
		size_t n;

		n = find_separator(separators, &options->words, at + 1) - at -
		    1;
		at += n + 1;
		if (!operand.files)
			add_source(options,
			    &(struct arguments_source){ .words = words,
				.n_words = n,
				.linked = operand.linked });
		for (size_t i = 0; operand.files && i < n; i++)
			add_source(options,
			    &(struct arguments_source){
				.path = words[i], .linked = operand.linked });
	}
}

/* Says that an option was given that only a template makes sense of. */
static void
say_no_template(const struct reading *reading)
{
	const struct strvec *words = &reading->options.words;
	struct buf line = BUF_INIT;

	if (words->len > 0 && unread_is_given()) {
		buf_puts(&line, " -a -");
		advice_add(&line, reading->given.items, reading->given.len);
		advice_add(&line, words->items, words->len);
	} else {
		buf_puts(&line,
		    " 'echo {}' ::: A B, -a FILE, or -a - for standard input");
	}
	msg_warn("%s needs a template (try nursery%.*s)%s",
	    reading->needs_template, (int)line.len, line.data,
	    strcmp(reading->needs_template, "--colsep") == 0
		? "; make's -C is 'cd DIR && make'"
		: "");
	buf_release(&line);
}

/*
 * True if an option was given that only a template makes sense of, and there is
 * none, because each operand or line is a whole command.  Some options also say
 * what is replaced in labels, which commands can have.
 */
static bool
lacks_template(const struct reading *reading, bool whole)
{
	static const char *const for_labels[] = { "--plus", "--replace", "-I",
		"--rpl" };
	const char *option = reading->needs_template;

	if (option[0] == '\0')
		return false;
	if (!reading->options.templated)
		return true;
	for (size_t i = 0; i < sizeof(for_labels) / sizeof(*for_labels); i++)
		if (strcmp(option, for_labels[i]) == 0)
			return false;
	return whole;
}

static int
check_together(const struct reading *reading, bool whole)
{
	const struct options *options = &reading->options;
	const struct templated_options *template = &options->template;

	if (lacks_template(reading, whole)) {
		say_no_template(reading);
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
operands_split(struct reading *reading, bool always)
{
	const struct separators *separators = &reading->separators;
	struct options *options = &reading->options;
	struct templated_options *template = &options->template;
	struct strvec *words = &options->words;
	size_t first = find_separator(separators, words, 0);
	bool commands = first == words->len && reading->arg_files.len == 0;

	if (reading->tag && !reading->tagstring)
		template->tag = commands && !always ? "{name}"
		    : template->syntax.replace != NULL
		    ? template->syntax.replace
		    : "{}";
	template->marks = !always;
	if (options->scope.output.mode == OUTPUT_UNGROUP)
		template->tag = NULL;
	reading->listed = commands && !always && words->len > 0;
	options->templated =
	    always || !commands || template->tag != NULL || template->shuffle;
	if (check_together(reading, commands && !always) < 0)
		return -1;
	if (!options->templated)
		return 0;
	template->words = words->items;
	template->n_words = first;
	template->arguments.values.delimiter = options->delimiter;
	template->arguments.values.cut_words = reading->have_delimiter;
	options->sources = xcalloc(
	    words->len + reading->arg_files.len + 1, sizeof(*options->sources));
	template->arguments.sources = options->sources;
	for (size_t i = 0; i < reading->arg_files.len; i++)
		add_source(options,
		    &(struct arguments_source){
			.path = reading_keep(
			    reading, reading->arg_files.items[i]) });
	add_sources(options, separators, first);
	if (!commands && template->arguments.n_sources == 0) {
		msg_warn("%s: no file (try '%s -' for standard input)",
		    words->items[first], separators->files);
		return -1;
	}
	/*
	 * Each operand, or each line of standard input, is a whole command.
	 * Since an option as --tag needs a template, it is an empty one, whose
	 * argument is the command.
	 */
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
