/*
 * The functions of src/base: one verb a call, whose result is printed.
 *
 * What the function refuses becomes "error: WHY" and status 1; status 99 says
 * that it refused and yet changed its result.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/parse.h"
#include "base/split.h"
#include "base/strvec.h"

#include "verbs.h"

static int
verb_duration(char **args)
{
	int64_t ns = -1;

	if (parse_duration(args[0], &ns) < 0)
		return ns == -1 ? verb_refused(PARSE_DURATION_WHY) : 99;
	return verb_number(ns);
}

static int
verb_size(char **args)
{
	int64_t bytes = -1;

	if (parse_size(args[0], &bytes) < 0)
		return bytes == -1 ? verb_refused(PARSE_SIZE_WHY) : 99;
	return verb_number(bytes);
}

static int
verb_multiple(char **args)
{
	int64_t n = -1;

	if (parse_multiple(args[0], &n) < 0)
		return n == -1 ? verb_refused("no number with units") : 99;
	return verb_number(n);
}

static int
verb_count(char **args)
{
	int64_t n = -1;

	if (parse_count(args[0], strtoll(args[1], NULL, 10),
		strtoll(args[2], NULL, 10), &n) < 0)
		return n == -1 ? verb_refused("out of range") : 99;
	return verb_number(n);
}

static int
verb_signal(char **args)
{
	char name[SIGNAL_NAME_MAX];
	int signo = -1;

	if (parse_signal(args[0], &signo) < 0)
		return signo == -1 ? verb_refused(PARSE_SIGNAL_WHY) : 99;
	printf("%d %s\n", signo, signal_name(signo, name, sizeof(name)));
	return 0;
}

static int
verb_signal_name(char **args)
{
	char name[SIGNAL_NAME_MAX];

	puts(signal_name(atoi(args[0]), name, sizeof(name)));
	return 0;
}

static int
verb_delimiter(char **args)
{
	struct delimiter delimiter = { .len = 0 };

	if (parse_delimiter(args[0], &delimiter) < 0)
		return delimiter.len == 0 ? verb_refused(PARSE_DELIMITER_WHY)
					  : 99;
	for (size_t i = 0; i < delimiter.len; i++)
		printf("%s%d", i > 0 ? " " : "",
		    (unsigned char)delimiter.bytes[i]);
	putchar('\n');
	return 0;
}

static int
verb_jobs(char **args)
{
	struct jobs_limit limit = { JOBS_NUMBER, -1 };

	if (parse_jobs(args[0], &limit) < 0)
		return limit.n == -1 ? verb_refused(PARSE_JOBS_WHY) : 99;
	return verb_number(jobs_limit_resolve(&limit, atoi(args[1])));
}

/* STRING CPUS: the load in thousandths. */
static int
verb_load(char **args)
{
	int64_t milli = -1;

	if (parse_load(args[0], atoi(args[1]), &milli) < 0)
		return milli == -1 ? verb_refused(PARSE_LOAD_WHY) : 99;
	return verb_number(milli);
}

static int
verb_format_duration(char **args)
{
	char buf[FORMAT_DURATION_MAX];

	format_duration(strtoll(args[0], NULL, 10), buf, sizeof(buf));
	puts(buf);
	return 0;
}

static int
verb_format_limit(char **args)
{
	char buf[FORMAT_DURATION_MAX];

	format_limit_duration(strtoll(args[0], NULL, 10), buf, sizeof(buf));
	puts(buf);
	return 0;
}

/* ARG...: pushes all, and each in brackets; then what a clear leaves. */
static int
verb_strvec(char **args)
{
	struct strvec v = STRVEC_INIT;
	char **items;

	strvec_push_all(&v, args);
	for (char **arg = args; *arg != NULL; arg++)
		strvec_pushf(&v, "[%s]", *arg);
	for (char **arg = v.items; arg != NULL && *arg != NULL; arg++)
		puts(*arg);
	printf("%zu\n", v.len);
	strvec_clear(&v);
	items = strvec_detach(&v);
	printf("%zu %s\n", v.len, items[0] == NULL ? "empty" : items[0]);
	free(items);
	strvec_release(&v);
	return 0;
}

/* STRING: its words in brackets, one a line. */
static int
verb_split(char **args)
{
	struct strvec v = STRVEC_INIT;
	int result = split_words(args[0], &v);

	for (size_t i = 0; result == 0 && i < v.len; i++)
		printf("[%s]\n", v.items[i]);
	strvec_release(&v);
	return result == 0 ? 0 : verb_refused("a quote has no end");
}

/* VALUE DECIMALS [TEXT]: the number, behind the text. */
static int
verb_decimal(char **args)
{
	struct buf out = BUF_INIT;

	if (args[2] != NULL)
		buf_printf(&out, "%s:%s", args[2], args[2]);
	buf_put_decimal(&out, strtoll(args[0], NULL, 10), atoi(args[1]));
	fwrite(out.data, 1, out.len, stdout);
	putchar('\n');
	buf_release(&out);
	return 0;
}

static const struct verb verbs[] = {
	{ "decimal", 2, 3, verb_decimal },
	{ "duration", 1, 1, verb_duration },
	{ "size", 1, 1, verb_size },
	{ "multiple", 1, 1, verb_multiple },
	{ "count", 3, 3, verb_count },
	{ "signal", 1, 1, verb_signal },
	{ "signal-name", 1, 1, verb_signal_name },
	{ "delimiter", 1, 1, verb_delimiter },
	{ "jobs", 2, 2, verb_jobs },
	{ "load", 2, 2, verb_load },
	{ "format-duration", 1, 1, verb_format_duration },
	{ "format-limit", 1, 1, verb_format_limit },
	{ "split", 1, 1, verb_split },
	{ "strvec", 0, VERB_ANY, verb_strvec },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
