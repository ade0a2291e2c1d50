#include "operands.h"

#include <stdlib.h>
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

/*
 * The first n words are the command, and standard input is not read for
 * arguments: --nonall of GNU parallel, and sem.
 */
static void
take_no_arguments(struct reading *reading, size_t n)
{
	static char *none[] = { (char *)"", NULL };
	struct options *options = &reading->options;
	struct templated_options *template = &options->template;

	template->words = options->words.items;
	template->n_words = n;
	template->max_args = 0;
	options->sources = xcalloc(1, sizeof(*options->sources));
	template->arguments.sources = options->sources;
	add_source(
	    options, &(struct arguments_source){ .words = none, .n_words = 1 });
}

/*
 * True if there are to be no arguments.  Those behind a separator are a mistake
 * beside --nonall, and sem takes no notice of them: *ret_result is -1 or 0.
 */
static bool
forbids_arguments(struct reading *reading, size_t first, int *ret_result)
{
	const struct options *options = &reading->options;
	bool commands =
	    first == options->words.len && reading->arg_files.len == 0;

	*ret_result = 0;
	if (!options->sem.wanted && !options->scope.machines.bare)
		return false;
	if (!options->sem.wanted && !commands) {
		msg_warn("--nonall takes no arguments (try --onall)");
		*ret_result = -1;
		return true;
	}
	take_no_arguments(reading, first);
	return true;
}

/*
 * --tag: what it is short for.  GNU parallel has the machine instead with
 * --onall and --nonall, which know no --tagstring.
 */
static void
choose_tag(struct reading *reading, bool commands, bool always)
{
	struct templated_options *template = &reading->options.template;
	const struct machine_options *machines =
	    &reading->options.scope.machines;
	const char *what = template->syntax.replace;

	if (always && machines->everywhere) {
		template->tag = reading->tag ? "{host}" : NULL;
		return;
	}
	if (!reading->tag || reading->tagstring)
		return;
	if (commands && !always)
		what = "{name}";
	else if (what == NULL)
		what = "{}";
	if (machines->carrier != CARRIER_NONE && !always) {
		char *both = xasprintf("{host} %s", what);

		what = reading_keep(reading, both);
		free(both);
	}
	template->tag = what;
}

/*
 * --pipe-part: files are what jobs are given, all of them or, with --tee, the
 * first, and no sources of arguments.
 */
static void
take_parts(struct options *options)
{
	struct pipe_options *pipe = &options->template.pipe;
	size_t n = options->template.arguments.n_sources;

	pipe->paths = xcalloc(n + 1, sizeof(*pipe->paths));
	options->template.arguments.n_sources = 0;
	for (size_t i = 0; i < n; i++) {
		const struct arguments_source source = options->sources[i];

		if (source.path != NULL &&
		    (pipe->how != PIPE_TEE || pipe->n_paths == 0))
			pipe->paths[pipe->n_paths++] = source.path;
		else
			add_source(options, &source);
	}
}

/* --pipe: there need be no arguments, but a command. */
static int
conclude_pipe(struct reading *reading)
{
	struct options *options = &reading->options;
	const struct pipe_options *pipe = &options->template.pipe;
	bool none = options->template.arguments.n_sources == 0;
	const char *wrong = NULL;

	if (options->template.n_words == 0 && (none || pipe->file != NULL))
		wrong = "--pipe needs a command to give the input to (try "
			"--pipe 'wc -l')";
	else if (pipe->part && pipe->n_paths == 0)
		wrong =
		    "--pipe-part needs the file that is to be given to jobs "
		    "(add -a FILE)";
	else if (pipe->how == PIPE_TEE && none)
		wrong = "--tee gives all of the input to the job of each "
			"argument, and there is none (try --pipe --tee 'grep "
			"{}' ::: A B)";
	else if (pipe->part && pipe->how != PIPE_TEE && !none)
		wrong = "--pipe-part with arguments needs --tee: each job is "
			"given another part of the file";
	if (wrong != NULL) {
		msg_warn("%s", wrong);
		return -1;
	}
	if (none)
		add_source(options, &(struct arguments_source){ .n_words = 0 });
	return 0;
}

/*
 * GNU parallel looks for separators before the last word only: one that stands
 * there, with no words behind it, is as good as none.  So it reads standard
 * input if that was the only one.
 */
static void
drop_last_separator(const struct separators *separators, struct strvec *words)
{
	size_t first = find_separator(separators, words, 0);

	if (words->len > 0 && first == words->len - 1)
		strvec_pop(words);
}

/* Adds the sources of -a, and those behind the words of the command. */
static void
add_all_sources(struct reading *reading, size_t n_words)
{
	struct options *options = &reading->options;
	const struct strvec *files = &reading->arg_files;

	options->sources = xcalloc(
	    options->words.len + files->len + 1, sizeof(*options->sources));
	options->template.arguments.sources = options->sources;
	for (size_t i = 0; i < files->len; i++)
		add_source(options,
		    &(struct arguments_source){
			.path = reading_keep(reading, files->items[i]) });
	add_sources(options, &reading->separators, n_words);
	if (options->template.pipe.part)
		take_parts(options);
}

/* Where the command ends; after the above if nothing may stand behind it. */
static size_t
first_separator(
    const struct separators *separators, struct strvec *words, bool drop)
{
	if (drop)
		drop_last_separator(separators, words);
	return find_separator(separators, words, 0);
}

int
operands_split(struct reading *reading, bool always)
{
	const struct separators *separators = &reading->separators;
	struct options *options = &reading->options;
	struct templated_options *template = &options->template;
	struct strvec *words = &options->words;
	size_t first;
	bool commands;
	int result;

	first = first_separator(separators, words, always);
	commands = first == words->len && reading->arg_files.len == 0 &&
	    !template->pipe.given;
	choose_tag(reading, commands, always);
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
	if (always && forbids_arguments(reading, first, &result))
		return result;
	template->words = words->items;
	template->n_words = first;
	template->arguments.values.delimiter = options->delimiter;
	/* GNU parallel writes the words to a file, and reads that */
	template->arguments.values.cut_words =
	    always || reading->have_delimiter;
	add_all_sources(reading, first);
	if (template->pipe.given)
		return conclude_pipe(reading);
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
