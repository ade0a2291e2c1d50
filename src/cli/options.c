#include "options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <popt.h>

#include "base/msg.h"
#include "input/command.h"
#include "parallel.h"
#include "setting.h"
#include "sys/loop.h"
#include "templating.h"

/* popt expands this inside an argument to the next operand, which it eats. */
#define POPT_MARKER "!#:+"

#define FLAG(name, letter, setting)                                            \
	{                                                                      \
		name, letter, POPT_ARG_NONE, NULL, setting, NULL, NULL         \
	}
#define VALUE(name, letter, setting)                                           \
	{                                                                      \
		name, letter, POPT_ARG_STRING, NULL, setting, NULL, NULL       \
	}
#define INCLUDE(table)                                                         \
	{                                                                      \
		NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)(table), 0, NULL,  \
		    NULL                                                       \
	}

static const struct poptOption input_table[] = {
	VALUE("jobs", 'j', SETTING_JOBS),
	VALUE(NULL, 'P', SETTING_JOBS),
	FLAG("null", '0', SETTING_NULL),
	VALUE("delimiter", 'd', SETTING_DELIMITER),
	VALUE("shell", '\0', SETTING_SHELL),
	FLAG("dry-run", '\0', SETTING_DRY_RUN),
	POPT_TABLEEND,
};

static const struct poptOption template_table[] = {
	VALUE("arg-file", 'a', SETTING_ARG_FILE),
	FLAG("link", '\0', SETTING_LINK),
	FLAG("xapply", '\0', SETTING_LINK),
	FLAG("shuf", '\0', SETTING_SHUF),
	VALUE(NULL, 'E', SETTING_EOF),
	FLAG("no-run-if-empty", 'r', SETTING_NO_EMPTY),
	VALUE("trim", '\0', SETTING_TRIM),
	VALUE("colsep", 'C', SETTING_COLSEP),
	VALUE("header", '\0', SETTING_HEADER),
	VALUE("max-args", 'n', SETTING_MAX_ARGS),
	VALUE("max-replace-args", 'N', SETTING_MAX_REPLACE_ARGS),
	VALUE("max-lines", 'L', SETTING_MAX_LINES),
	FLAG(NULL, 'X', SETTING_CONTEXT),
	FLAG(NULL, 'm', SETTING_MANY),
	VALUE("max-chars", 's', SETTING_MAX_CHARS),
	VALUE("replace", 'I', SETTING_REPLACE),
	FLAG("plus", '\0', SETTING_PLUS),
	FLAG("quote", 'q', SETTING_QUOTE),
	FLAG("argv", '\0', SETTING_ARGV),
	VALUE("rpl", '\0', SETTING_RPL),
	POPT_TABLEEND,
};

static const struct poptOption scope_table[] = {
	VALUE("halt", '\0', SETTING_HALT),
	FLAG("keep-going", 'K', SETTING_KEEP_GOING),
	FLAG("race", '\0', SETTING_RACE),
	VALUE("timeout", '\0', SETTING_TIMEOUT),
	VALUE("fail-after", '\0', SETTING_FAIL_AFTER),
	VALUE("move-on-after", '\0', SETTING_MOVE_ON),
	VALUE("job-timeout", '\0', SETTING_JOB_TIMEOUT),
	VALUE("idle-timeout", '\0', SETTING_IDLE_TIMEOUT),
	VALUE("signal", '\0', SETTING_SIGNAL),
	VALUE("kill-after", '\0', SETTING_KILL_AFTER),
	VALUE("orphans", '\0', SETTING_ORPHANS),
	POPT_TABLEEND,
};

static const struct poptOption output_table[] = {
	FLAG("keep-order", 'k', SETTING_KEEP_ORDER),
	FLAG("group", '\0', SETTING_GROUP),
	FLAG("line-buffer", '\0', SETTING_LINE_BUFFER),
	FLAG("lb", '\0', SETTING_LINE_BUFFER),
	FLAG("ungroup", 'u', SETTING_UNGROUP),
	FLAG("tag", '\0', SETTING_TAG),
	VALUE("tagstring", '\0', SETTING_TAGSTRING),
	VALUE("buffer", '\0', SETTING_BUFFER),
	FLAG("verbose", 'v', SETTING_VERBOSE),
	FLAG("quiet", '\0', SETTING_QUIET),
	POPT_TABLEEND,
};

static const struct poptOption option_table[] = {
	INCLUDE(input_table),
	INCLUDE(template_table),
	INCLUDE(scope_table),
	INCLUDE(output_table),
	FLAG("help", '\0', SETTING_HELP),
	FLAG("version", '\0', SETTING_VERSION),
	POPT_TABLEEND,
};

/* Writes "--jobs", or "-X", for the option that popt has just returned. */
static void
write_name(struct reading *reading, int setting)
{
	static const struct poptOption *const tables[] = { input_table,
		template_table, scope_table, output_table };
	const struct poptOption *found = NULL;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct poptOption *o = tables[i]; o->val != 0; o++)
			if (o->val == setting && found == NULL)
				found = o;
	if (found != NULL && found->longName != NULL)
		snprintf(reading->name, sizeof(reading->name), "--%s",
		    found->longName);
	else
		snprintf(reading->name, sizeof(reading->name), "-%c",
		    found != NULL ? found->shortName : '?');
}

static int
say_popt_error(poptContext popt, int error)
{
	const char *option = poptBadOption(popt, POPT_BADOPTION_NOALIAS);
	char *safe = msg_safe(option, strlen(option));

	if (error == POPT_ERROR_BADOPT)
		msg_warn("%s: unknown option (try 'nursery --help')", safe);
	else
		msg_warn(
		    "%s: %s (try 'nursery --help')", safe, poptStrerror(error));
	free(safe);
	return -1;
}

static int
read_options(struct reading *reading, poptContext popt)
{
	int setting;

	while ((setting = poptGetNextOpt(popt)) > 0) {
		char *value = poptGetOptArg(popt);
		int result;

		write_name(reading, setting);
		result = setting_read(reading, (enum setting)setting, value);
		free(value);
		if (result < 0)
			return -1;
	}
	return setting < -1 ? say_popt_error(popt, setting) : 0;
}

static size_t
count_markers(const char *const *words)
{
	size_t n = 0;

	for (; words != NULL && *words != NULL; words++)
		n += strstr(*words, POPT_MARKER) != NULL;
	return n;
}

static int
copy_words(struct options *options, poptContext popt, char **argv)
{
	const char **args = poptGetArgs(popt);

	if (count_markers((const char *const *)argv + 1) !=
	    count_markers((const char *const *)args)) {
		msg_warn("'%s' cannot be in the value of an option: popt(3) "
			 "would replace it",
		    POPT_MARKER);
		return -1;
	}
	for (; args != NULL && *args != NULL; args++)
		strvec_push(&options->words, *args);
	return 0;
}

/* Only bash takes functions and options from the environment. */
static bool
is_bash(const char *shell)
{
	char target[PATH_MAX];
	const char *name;

	if (realpath(shell, target) == NULL)
		return true;
	name = strrchr(target, '/');
	return name == NULL || strcmp(name + 1, "bash") == 0;
}

/* Options that each are right but not together. */
static int
check_together(const struct nursery_options *nursery)
{
	if (nursery->idle_timeout_ns == NS_NEVER ||
	    nursery->output.mode != OUTPUT_UNGROUP)
		return 0;
	msg_warn("--idle-timeout cannot see what jobs write under --ungroup "
		 "(try --line-buffer)");
	return -1;
}

/* What follows from options and operands together. */
static int
conclude(struct reading *reading)
{
	static const struct separators separators = SEPARATORS_INIT;
	static const struct jobs_limit all = { JOBS_NUMBER, 0 },
				       per_cpu = { JOBS_PERCENT, 100 };
	struct options *options = reading->options;
	struct nursery_options *nursery = &options->nursery;
	const struct strvec *words = &options->words;
	bool blank = false;

	if (check_together(nursery) < 0 ||
	    templating_conclude(reading, &separators, false) < 0)
		return -1;
	nursery->jobs =
	    setting_jobs(reading, reading->listed ? &all : &per_cpu);
	nursery->direct = !reading->have_shell && getenv("PATH") != NULL &&
	    (command_environment_plain(environ) || !is_bash(nursery->shell));
	for (size_t i = 0; i < words->len; i++)
		blank |= strpbrk(words->items[i], " \t\n") != NULL;
	nursery->report.hint_one_argument =
	    !options->templated && words->len > 1 && !blank;
	options->template.slots = nursery->jobs;
	options->template.environ = environ;
	setting_respect_outer(options);
	return 0;
}

int
options_parse(struct options *ret, int argc, char **argv)
{
	const char *no_popt = getenv("NURSERY_NO_POPT");
	struct reading reading;
	poptContext popt;
	int result;

	reading_init(&reading, ret);
	if (parallel_is_name(argv[0]))
		return parallel_parse(&reading, argc, argv);
	popt = poptGetContext("nursery", argc, (const char **)argv,
	    option_table, POPT_CONTEXT_POSIXMEHARDER);
	if (popt == NULL)
		msg_fatal("out of memory");
	if (no_popt == NULL || strcmp(no_popt, "1") != 0)
		poptReadDefaultConfig(popt, 0);
	result = read_options(&reading, popt);
	if (result == 0)
		result = copy_words(ret, popt, argv);
	poptFreeContext(popt);
	if (result == 0)
		result = conclude(&reading);
	reading_release(&reading);
	return result;
}

void
options_release(struct options *options)
{
	strvec_release(&options->words);
	strvec_release(&options->kept);
	free(options->sources);
}
