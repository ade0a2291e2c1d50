/*
 * The templates of src/input: prints commands, runs none.
 *
 *   input expand [OPTION...] WORD... [:::|::::|:::+|::::+ ARG...]...
 *   input count ...          how many commands, and how many bytes in all
 *   input known ...          how many commands are known to come, and are left
 *   input quote ARG...       each quoted, a line each
 *   input procfile           name and command of each line of standard input
 *   input envfile            the variables of standard input, each in <>
 *   input random N SEED FILE N values, NUL behind each, to the file; quoted,
 *                            with blanks between, to standard output
 *
 *   input cut RULE=VALUE...  where standard input is cut, see cut.h
 *
 * The options are those of GNU parallel, so that one command line serves both;
 * without a separator arguments are lines of standard input.  For each command
 * its text is printed and a newline; with --tagstring the tag and a tab before,
 * with --argv each argument in <> behind.  Errors: "error: WHY", status 1.
 */
#include <err.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/parse.h"
#include "base/slurp.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "input/cut.h"
#include "input/envfile.h"
#include "input/procfile.h"
#include "input/quote.h"
#include "input/source.h"
#include "input/templated.h"

#include "verbs.h"

#define MAX_SOURCES 64

struct request {
	struct templated_options options;
	struct arguments_source sources[MAX_SOURCES];
};

static const char *
value_of(char ***args)
{
	if (*++*args == NULL)
		errx(2, "an option needs a value");
	return **args;
}

static enum trim
trim_of(const char *s)
{
	return strcmp(s, "n") == 0 ? TRIM_NONE
	    : strcmp(s, "l") == 0  ? TRIM_LEFT
	    : strcmp(s, "r") == 0  ? TRIM_RIGHT
				   : TRIM_BOTH;
}

static bool
read_flag(const char *name, struct templated_options *options)
{
	struct values_options *values = &options->arguments.values;

	if (strcmp(name, "-0") == 0)
		values->delimiter = (struct delimiter){ 1, "" };
	else if (strcmp(name, "-X") == 0)
		options->fill = options->fill_context = true;
	else if (strcmp(name, "-m") == 0)
		options->fill = true;
	else if (strcmp(name, "-q") == 0)
		options->syntax.quote = true;
	else if (strcmp(name, "-r") == 0)
		values->no_empty = true;
	else if (strcmp(name, "--plus") == 0)
		options->syntax.plus = options->syntax.host = true;
	else if (strcmp(name, "--link") == 0)
		options->arguments.link = true;
	else if (strcmp(name, "--shuf") == 0)
		options->shuffle = true;
	else if (strcmp(name, "--argv") == 0)
		options->argv = true;
	else
		return false;
	return true;
}

static bool
read_value(char ***args, struct request *r)
{
	struct templated_options *options = &r->options;
	struct values_options *values = &options->arguments.values;
	const char *name = **args;

	if (strcmp(name, "-d") == 0) {
		if (parse_delimiter(value_of(args), &values->delimiter) < 0)
			errx(2, "-d: bad");
		values->cut_words = true;
	} else if (strcmp(name, "-I") == 0) {
		options->syntax.replace = value_of(args);
	} else if (strcmp(name, "-E") == 0) {
		values->end_string = value_of(args);
	} else if (strcmp(name, "-n") == 0 || strcmp(name, "-N") == 0 ||
	    strcmp(name, "-L") == 0) {
		options->replace_args = name[1] != 'n';
		values->continued = name[1] == 'L';
		options->max_args = atoi(value_of(args));
	} else if (strcmp(name, "-s") == 0) {
		options->length.max_chars = (size_t)atoi(value_of(args));
	} else if (strcmp(name, "-j") == 0) {
		options->slots = atoi(value_of(args));
	} else if (strcmp(name, "--colsep") == 0) {
		options->arguments.colsep = value_of(args);
	} else if (strcmp(name, "--trim") == 0) {
		options->arguments.trim = trim_of(value_of(args));
	} else if (strcmp(name, "--header") == 0) {
		options->arguments.header = value_of(args) != NULL;
	} else if (strcmp(name, "--tagstring") == 0) {
		options->tag = value_of(args);
	} else if (strcmp(name, "-a") == 0) {
		r->sources[options->arguments.n_sources++].path =
		    value_of(args);
	} else {
		return false;
	}
	return true;
}

static bool
is_separator(const char *s)
{
	return s != NULL && strncmp(s, ":::", 3) == 0 && strspn(s, ":") <= 4 &&
	    (s[strspn(s, ":")] == '\0' || strcmp(s + strspn(s, ":"), "+") == 0);
}

static void
read_sources(char **args, struct request *r)
{
	struct arguments_options *options = &r->options.arguments;

	while (*args != NULL) {
		const char *separator = *args++;
		bool linked = strchr(separator, '+') != NULL;
		size_t n = 0;

		while (args[n] != NULL && !is_separator(args[n]))
			n++;
		if (strncmp(separator, "::::", 4) != 0)
			r->sources[options->n_sources++] =
			    (struct arguments_source){ .words = args,
				    .n_words = n,
				    .linked = linked };
		else
			for (size_t i = 0; i < n; i++)
				r->sources[options->n_sources++] =
				    (struct arguments_source){ .path = args[i],
					    .linked = linked };
		args += n;
	}
}

static struct source *
open_source(char **args, struct request *r)
{
	struct source *source;
	char *error = NULL;

	*r = (struct request){ .options = { .max_args = -1,
				   .slots = 2,
				   .length.environ = environ } };
	r->options.arguments.values.delimiter = DELIMITER_NEWLINE;
	r->options.arguments.sources = r->sources;
	for (; *args != NULL && **args == '-'; args++)
		if (!read_flag(*args, &r->options) && !read_value(&args, r))
			break;
	r->options.words = args;
	while (*args != NULL && !is_separator(*args)) {
		args++;
		r->options.n_words++;
	}
	read_sources(args, r);
	source = templated_new(&r->options, &error);
	if (source == NULL)
		printf("error: %s\n", error);
	free(error);
	return source;
}

static void
print_command(const struct source *source, const char *text, size_t len)
{
	size_t tag_len;
	const char *tag = source_tag(source, &tag_len);
	char *const *args = source_args(source);

	if (tag != NULL) {
		fwrite(tag, 1, tag_len, stdout);
		putchar('\t');
	}
	fwrite(text, 1, len, stdout);
	for (; args != NULL && *args != NULL; args++)
		printf(" <%s>", *args);
	putchar('\n');
}

static int
expand(char **args, bool print)
{
	struct request request;
	struct source *source = open_source(args, &request);
	uint64_t seq = 0, bytes = 0;

	if (source == NULL)
		return 1;
	for (;;) {
		struct pollfd input = { .events = POLLIN };
		const char *text;
		size_t len;

		switch (source_next(source, seq + 1, 1, &text, &len)) {
		case SOURCE_RECORD:
			seq++;
			bytes += len;
			if (print)
				print_command(source, text, len);
			break;
		case SOURCE_AGAIN:
			break;
		case SOURCE_WAIT:
			input.fd = source_fd(source, NULL);
			poll(&input, 1, -1);
			break;
		case SOURCE_END:
			if (!print)
				printf("%" PRIu64 " %" PRIu64 "\n", seq, bytes);
			source_free(source);
			return 0;
		case SOURCE_ERROR:
			printf("error: %s\n", source_error(source));
			source_free(source);
			return 1;
		}
	}
}

static int
verb_expand(char **args)
{
	return expand(args, true);
}

static int
verb_count(char **args)
{
	return expand(args, false);
}

/* How many commands are known to come, before any was taken. */
static int
verb_known(char **args)
{
	struct request request;
	struct source *source = open_source(args, &request);

	if (source == NULL)
		return 1;
	printf("%s%" PRIu64, source_ended(source) ? "" : "unknown ",
	    source_known(source));
	printf(" %" PRIu64 "\n", source_left(source));
	source_free(source);
	return 0;
}

static int
verb_quote(char **args)
{
	struct buf out = BUF_INIT;

	for (; *args != NULL; args++) {
		out.len = 0;
		quote_shell(&out, *args, strlen(*args));
		if (out.len != quote_shell_length(*args, strlen(*args)))
			errx(3, "the length is wrong: %s", *args);
		buf_append(&out, "\n", 1);
		fwrite(out.data, 1, out.len, stdout);
	}
	buf_release(&out);
	return 0;
}

/* N random values, NUL behind each, to the file; quoted, to standard output. */
static int
verb_random(char **args)
{
	static const char often[] = "''\"\"\\\\$`*? \n\t!-=~#&;|(){}[]<>a";
	struct buf out = BUF_INIT;
	FILE *file = fopen(args[2], "w");
	int n = atoi(args[0]);

	if (file == NULL)
		err(2, "%s", args[2]);
	srand((unsigned int)atoi(args[1]));
	while (n-- > 0) {
		char value[32];
		size_t len = (size_t)rand() % sizeof(value);

		for (size_t i = 0; i < len; i++)
			value[i] = rand() % 2 != 0
			    ? often[(size_t)rand() % (sizeof(often) - 1)]
			    : (char)(rand() % 255 + 1);
		fwrite(value, 1, len, file);
		putc('\0', file);
		buf_append(&out, " ", 1);
		quote_shell(&out, value, len);
	}
	fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	return fclose(file) == 0 ? 0 : 1;
}

/* Reads all of standard input. */
static void
read_all(struct buf *ret)
{
	ssize_t n;

	do {
		buf_reserve(ret, 65536);
		n = read(STDIN_FILENO, ret->data + ret->len, 65536);
		ret->len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
}

/* What a word as records=3 says. */
static void
read_cut(const char *word, struct cut_options *options)
{
	const char *value = strchr(word, '=');

	if (value == NULL)
		errx(2, "%s: no value", word);
	value++;
	if (strncmp(word, "start=", 6) == 0)
		options->start = value;
	else if (strncmp(word, "end=", 4) == 0)
		options->end = value;
	else if (strncmp(word, "regexp=", 7) == 0)
		options->regexp = atoi(value) != 0;
	else if (strncmp(word, "records=", 8) == 0)
		options->records = atoi(value);
	else if (strncmp(word, "lines=", 6) == 0)
		options->lines = atoi(value);
	else if (strncmp(word, "blind=", 6) == 0)
		options->blind_start = atoi(value) != 0;
	else if (strncmp(word, "column=", 7) == 0)
		options->column = atoi(value);
	else if (strncmp(word, "csv=", 4) == 0)
		options->csv = atoi(value) != 0;
	else
		errx(2, "%s: no such rule", word);
}

/* The lengths of the blocks that standard input is cut into; what is left. */
static int
verb_cut(char **args)
{
	struct cut_options options = { .colsep = "\t" };
	struct buf all = BUF_INIT, stripped = BUF_INIT;
	struct cut *cut;
	char *error;
	size_t at = 0, n;

	for (; *args != NULL; args++)
		read_cut(*args, &options);
	cut = cut_new(&options, &error);
	if (cut == NULL) {
		printf("error: %s\n", error);
		return 1;
	}
	read_all(&all);
	for (; (n = cut_block(cut, all.data + at, all.len - at, false)) > 0;
	     at += n)
		printf("%zu ", n);
	if (options.csv || options.lines > 0)
		printf(
		    "then %zu, ", cut_part(cut, all.data + at, all.len - at));
	cut_strip(cut, all.data, all.len, &stripped);
	n = cut_start(cut, all.data, all.len);
	printf("left %zu, starts at %zd, stripped %zu\n", all.len - at,
	    n == SIZE_MAX ? (ssize_t)-1 : (ssize_t)n, stripped.len);
	buf_release(&all);
	buf_release(&stripped);
	cut_free(cut);
	return 0;
}

/* Parses standard input, and prints what was found in <>. */
static int
parse_file(int (*parse)(const char *text, size_t len, struct strvec *ret,
    size_t *ret_line, const char **ret_why))
{
	struct buf text = BUF_INIT;
	struct strvec found = STRVEC_INIT;
	const char *why = NULL;
	size_t line;
	int result;

	if (slurp(stdin, 1 << 20, &text) < 0)
		err(2, "standard input");
	result = parse(text.data, text.len, &found, &line, &why);
	for (size_t i = 0; i < found.len; i++)
		printf("<%s>\n", found.items[i]);
	if (result < 0)
		printf("error: %zu: %s\n", line, why);
	buf_release(&text);
	strvec_release(&found);
	return result < 0 ? 1 : 0;
}

static int
verb_procfile(char **args)
{
	(void)args;
	return parse_file(procfile_parse);
}

static int
verb_envfile(char **args)
{
	(void)args;
	return parse_file(envfile_parse);
}

static const struct verb verbs[] = {
	{ "cut", 0, VERB_ANY, verb_cut },
	{ "expand", 0, VERB_ANY, verb_expand },
	{ "count", 0, VERB_ANY, verb_count },
	{ "known", 0, VERB_ANY, verb_known },
	{ "quote", 0, VERB_ANY, verb_quote },
	{ "procfile", 0, 0, verb_procfile },
	{ "envfile", 0, 0, verb_envfile },
	{ "random", 3, 3, verb_random },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
