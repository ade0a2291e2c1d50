#include "options.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <popt.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "input/command.h"
#include "sys/cpu.h"
#include "sys/loop.h"

#define DEFAULT_SHELL "/bin/sh"
#define DEFAULT_BUFFER (INT64_C(64) * 1024 * 1024)
#define DEFAULT_GRACE (5 * NS_PER_S)

/* popt expands this inside an argument to the next operand, which it eats. */
#define POPT_MARKER "!#:+"

enum {
	OPT_HELP = 256,
	OPT_VERSION,
	OPT_JOBS,
	OPT_NULL,
	OPT_DELIMITER,
	OPT_SHELL,
	OPT_DRY_RUN,
	OPT_HALT,
	OPT_KEEP_GOING,
	OPT_RACE,
	OPT_TIMEOUT,
	OPT_FAIL_AFTER,
	OPT_MOVE_ON,
	OPT_JOB_TIMEOUT,
	OPT_IDLE_TIMEOUT,
	OPT_SIGNAL,
	OPT_KILL_AFTER,
	OPT_ORPHANS,
	OPT_KEEP_ORDER,
	OPT_GROUP,
	OPT_LINE_BUFFER,
	OPT_UNGROUP,
	OPT_BUFFER,
	OPT_VERBOSE,
	OPT_QUIET,
};

#define FLAG(name, letter, opt)                                                \
	{                                                                      \
		name, letter, POPT_ARG_NONE, NULL, opt, NULL, NULL             \
	}
#define VALUE(name, letter, opt)                                               \
	{                                                                      \
		name, letter, POPT_ARG_STRING, NULL, opt, NULL, NULL           \
	}
#define INCLUDE(table)                                                         \
	{                                                                      \
		NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)(table), 0, NULL,  \
		    NULL                                                       \
	}

static const struct poptOption input_table[] = {
	VALUE("jobs", 'j', OPT_JOBS),
	VALUE(NULL, 'P', OPT_JOBS),
	FLAG("null", '0', OPT_NULL),
	VALUE("delimiter", 'd', OPT_DELIMITER),
	VALUE("shell", '\0', OPT_SHELL),
	FLAG("dry-run", '\0', OPT_DRY_RUN),
	POPT_TABLEEND,
};

static const struct poptOption scope_table[] = {
	VALUE("halt", '\0', OPT_HALT),
	FLAG("keep-going", 'K', OPT_KEEP_GOING),
	FLAG("race", '\0', OPT_RACE),
	VALUE("timeout", '\0', OPT_TIMEOUT),
	VALUE("fail-after", '\0', OPT_FAIL_AFTER),
	VALUE("move-on-after", '\0', OPT_MOVE_ON),
	VALUE("job-timeout", '\0', OPT_JOB_TIMEOUT),
	VALUE("idle-timeout", '\0', OPT_IDLE_TIMEOUT),
	VALUE("signal", '\0', OPT_SIGNAL),
	VALUE("kill-after", '\0', OPT_KILL_AFTER),
	VALUE("orphans", '\0', OPT_ORPHANS),
	POPT_TABLEEND,
};

static const struct poptOption output_table[] = {
	FLAG("keep-order", 'k', OPT_KEEP_ORDER),
	FLAG("group", '\0', OPT_GROUP),
	FLAG("line-buffer", '\0', OPT_LINE_BUFFER),
	FLAG("lb", '\0', OPT_LINE_BUFFER),
	FLAG("ungroup", 'u', OPT_UNGROUP),
	VALUE("buffer", '\0', OPT_BUFFER),
	FLAG("verbose", 'v', OPT_VERBOSE),
	FLAG("quiet", '\0', OPT_QUIET),
	POPT_TABLEEND,
};

static const struct poptOption option_table[] = {
	INCLUDE(input_table),
	INCLUDE(scope_table),
	INCLUDE(output_table),
	FLAG("help", '\0', OPT_HELP),
	FLAG("version", '\0', OPT_VERSION),
	POPT_TABLEEND,
};

/* What is being read: the result, and what only counts at the end. */
struct reading {
	struct options *options;
	struct jobs_limit jobs;
	bool have_jobs;
	char name[40]; /* of the option at hand, as messages show it */
};

/* Says "--name: 'value' is what." and returns -1. */
static int
bad_value(const struct reading *reading, const char *value, const char *what)
{
	char *safe = msg_safe(value, strlen(value));

	msg_warn("%s: '%s' is %s", reading->name, safe, what);
	free(safe);
	return -1;
}

static int
read_duration(const struct reading *reading, const char *value, int64_t *ret)
{
	if (parse_duration(value, ret) < 0)
		return bad_value(reading, value, PARSE_DURATION_WHY);
	return 0;
}

static int
read_delimiter(const struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	if (parse_delimiter(value, &options->delimiter) < 0)
		return bad_value(reading, value, PARSE_DELIMITER_WHY);
	options->lines = false;
	return 0;
}

static int
read_halt(const struct reading *reading, const char *value)
{
	const char *why;

	if (halt_parse(value, &reading->options->nursery.halt, &why) < 0)
		return bad_value(reading, value, why);
	return 0;
}

static int
read_signal(const struct reading *reading, const char *value)
{
	int signo;

	if (parse_signal(value, &signo) < 0)
		return bad_value(reading, value, PARSE_SIGNAL_WHY);
	if (signo == SIGSTOP || signo == SIGTSTP || signo == SIGTTIN ||
	    signo == SIGTTOU || signo == SIGCONT || signo == SIGCHLD)
		return bad_value(reading, value,
		    "a signal that ends no process (try TERM, INT or KILL)");
	reading->options->nursery.cancel_signal = signo;
	return 0;
}

static int
read_orphans(const struct reading *reading, const char *value)
{
	static const char *const names[] = {
		[ORPHANS_KILL] = "kill",
		[ORPHANS_WAIT] = "wait",
		[ORPHANS_FAIL] = "fail",
		[ORPHANS_LEAVE] = "leave",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) == 0) {
			reading->options->nursery.orphans =
			    (enum orphans_policy)i;
			return 0;
		}
	}
	return bad_value(reading, value, "none of kill, wait, fail and leave");
}

static int
read_shell(const struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	if (value[0] == '\0' ||
	    (strchr(value, '/') != NULL && access(value, X_OK) < 0))
		return bad_value(reading, value,
		    "no shell that can be executed (try /bin/bash)");
	free(options->shell);
	options->shell = xstrdup(value);
	options->nursery.shell = options->shell;
	return 0;
}

static int
read_buffer(const struct reading *reading, const char *value)
{
	if (parse_size(value, &reading->options->nursery.output.buffer) < 0)
		return bad_value(reading, value, PARSE_SIZE_WHY);
	return 0;
}

static int
read_jobs(struct reading *reading, const char *value)
{
	if (parse_jobs(value, &reading->jobs) < 0)
		return bad_value(reading, value, PARSE_JOBS_WHY);
	reading->have_jobs = true;
	return 0;
}

static void
read_flag(struct options *options, int opt)
{
	static const struct halt never = { .when = HALT_NEVER },
				 race = { HALT_NOW, HALT_SUCCESS, 1, false };
	struct nursery_options *nursery = &options->nursery;

	switch (opt) {
	case OPT_HELP:
		options->action = OPTIONS_HELP;
		break;
	case OPT_VERSION:
		options->action = OPTIONS_VERSION;
		break;
	case OPT_DRY_RUN:
		options->action = OPTIONS_DRY_RUN;
		break;
	case OPT_NULL:
		options->delimiter = '\0';
		options->lines = false;
		break;
	case OPT_KEEP_GOING:
		nursery->halt = never;
		break;
	case OPT_RACE:
		nursery->halt = race;
		break;
	case OPT_KEEP_ORDER:
		nursery->output.mode = OUTPUT_KEEP_ORDER;
		break;
	case OPT_GROUP:
		nursery->output.mode = OUTPUT_GROUP;
		break;
	case OPT_LINE_BUFFER:
		nursery->output.mode = OUTPUT_LINE;
		break;
	case OPT_UNGROUP:
		nursery->output.mode = OUTPUT_UNGROUP;
		break;
	case OPT_VERBOSE:
		nursery->report.verbose = true;
		break;
	case OPT_QUIET:
		nursery->report.quiet = true;
		break;
	default:
		break;
	}
}

static int
read_value(struct reading *reading, int opt, const char *value)
{
	struct nursery_options *nursery = &reading->options->nursery;

	switch (opt) {
	case OPT_JOBS:
		return read_jobs(reading, value);
	case OPT_DELIMITER:
		return read_delimiter(reading, value);
	case OPT_SHELL:
		return read_shell(reading, value);
	case OPT_HALT:
		return read_halt(reading, value);
	case OPT_TIMEOUT:
	case OPT_FAIL_AFTER:
		return read_duration(reading, value, &nursery->timeout_ns);
	case OPT_MOVE_ON:
		return read_duration(reading, value, &nursery->move_on_ns);
	case OPT_JOB_TIMEOUT:
		return read_duration(reading, value, &nursery->job_timeout_ns);
	case OPT_IDLE_TIMEOUT:
		return read_duration(reading, value, &nursery->idle_timeout_ns);
	case OPT_SIGNAL:
		return read_signal(reading, value);
	case OPT_KILL_AFTER:
		return read_duration(reading, value, &nursery->grace_ns);
	case OPT_ORPHANS:
		return read_orphans(reading, value);
	case OPT_BUFFER:
		return read_buffer(reading, value);
	default:
		read_flag(reading->options, opt);
		return 0;
	}
}

/* "--jobs" for the option that popt has just returned. */
static const char *
name_of(int opt)
{
	static const struct poptOption *const tables[] = { input_table,
		scope_table, output_table };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct poptOption *o = tables[i]; o->val != 0; o++)
			if (o->val == opt && o->longName != NULL)
				return o->longName;
	return "?";
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
	int opt;

	while ((opt = poptGetNextOpt(popt)) > 0) {
		char *value = poptGetOptArg(popt);
		int result;

		snprintf(
		    reading->name, sizeof(reading->name), "--%s", name_of(opt));
		result = read_value(reading, opt, value);
		free(value);
		if (result < 0)
			return -1;
	}
	return opt < -1 ? say_popt_error(popt, opt) : 0;
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
	if (args == NULL)
		return 0;
	while (args[options->n_words] != NULL)
		options->n_words++;
	options->words = xcalloc(options->n_words + 1, sizeof(char *));
	for (size_t i = 0; i < options->n_words; i++)
		options->words[i] = xstrdup(args[i]);
	return 0;
}

static void
set_defaults(struct options *options)
{
	const char *tmpdir = getenv("TMPDIR");

	*options = (struct options){
		.delimiter = '\n',
		.lines = true,
		.nursery = {
			.shell = DEFAULT_SHELL,
			.halt = { HALT_NOW, HALT_FAIL, 1, false },
			.timeout_ns = NS_NEVER,
			.move_on_ns = NS_NEVER,
			.job_timeout_ns = NS_NEVER,
			.idle_timeout_ns = NS_NEVER,
			.cancel_signal = SIGTERM,
			.grace_ns = NS_NEVER,
			.output.buffer = DEFAULT_BUFFER,
			.output.tmpdir = tmpdir != NULL && *tmpdir != '\0' ?
			    tmpdir :
			    "/tmp",
		},
	};
}

/* An outer nursery leaves us a share of its grace, and no more. */
static void
respect_outer(struct nursery_options *nursery)
{
	const char *grace = getenv("NURSERY_GRACE_MS");
	int64_t ms, given_ns = nursery->grace_ns;

	nursery->nested = getenv("NURSERY_PID") != NULL;
	nursery->grace_ns = DEFAULT_GRACE;
	if (grace != NULL &&
	    parse_count(grace, 0, NS_NEVER / NS_PER_MS, &ms) == 0)
		nursery->grace_ns = ms * NS_PER_MS;
	if (given_ns < nursery->grace_ns ||
	    (given_ns != NS_NEVER && grace == NULL))
		nursery->grace_ns = given_ns;
}

/* Only bash takes functions and options from the environment. */
static bool
sh_is_bash(void)
{
	char target[PATH_MAX];
	const char *name;

	if (realpath(DEFAULT_SHELL, target) == NULL)
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
static void
conclude(struct reading *reading)
{
	static const struct jobs_limit all = { JOBS_NUMBER, 0 },
				       per_cpu = { JOBS_PERCENT, 100 };
	struct options *options = reading->options;
	struct nursery_options *nursery = &options->nursery;
	const struct jobs_limit *jobs = &reading->jobs;
	bool blank = false;

	if (!reading->have_jobs)
		jobs = options->n_words > 0 ? &all : &per_cpu;
	nursery->jobs = jobs_limit_resolve(
	    jobs, jobs->kind == JOBS_NUMBER ? 1 : cpu_count());
	nursery->direct = options->shell == NULL &&
	    (command_environment_plain(environ) || !sh_is_bash());
	for (size_t i = 0; i < options->n_words; i++)
		blank |= strpbrk(options->words[i], " \t\n") != NULL;
	nursery->report.hint_one_argument = options->n_words > 1 && !blank;
	respect_outer(nursery);
}

int
options_parse(struct options *ret, int argc, char **argv)
{
	const char *no_popt = getenv("NURSERY_NO_POPT");
	struct reading reading = { .options = ret };
	poptContext popt;
	int result;

	set_defaults(ret);
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
		result = check_together(&ret->nursery);
	if (result == 0)
		conclude(&reading);
	return result;
}

void
options_release(struct options *options)
{
	for (size_t i = 0; i < options->n_words; i++)
		free(options->words[i]);
	free(options->words);
	free(options->shell);
}
