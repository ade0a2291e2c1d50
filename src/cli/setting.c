#include "setting.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exits.h"
#include "base/msg.h"
#include "options.h"
#include "sys/cpu.h"
#include "sys/loop.h"
#include "templating.h"

#define DEFAULT_SHELL "/bin/sh"
#define DEFAULT_BUFFER (INT64_C(64) * 1024 * 1024)
#define DEFAULT_GRACE (5 * NS_PER_S)

void
reading_init(struct reading *reading, struct options *ret)
{
	const char *tmpdir = getenv("TMPDIR");

	*reading = (struct reading){ .options = ret };
	*ret = (struct options){
		.failure = EXITS_NURSERY,
		.delimiter = '\n',
		.lines = true,
		.template.max_args = -1,
		.nursery = {
			.shell = DEFAULT_SHELL,
			.halt = HALT_INIT,
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

void
reading_release(struct reading *reading)
{
	strvec_release(&reading->args);
}

int
setting_bad(const struct reading *reading, const char *value, const char *what)
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
		return setting_bad(reading, value, PARSE_DURATION_WHY);
	return 0;
}

static int
read_delimiter(struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	if (parse_delimiter(value, &options->delimiter) < 0)
		return setting_bad(reading, value, PARSE_DELIMITER_WHY);
	options->lines = false;
	reading->delimited = true;
	return 0;
}

static int
read_halt(const struct reading *reading, const char *value)
{
	const char *why;

	if (halt_parse(value, &reading->options->nursery.halt, &why) < 0)
		return setting_bad(reading, value, why);
	return 0;
}

static int
read_signal(const struct reading *reading, const char *value)
{
	int signo;

	if (parse_signal(value, &signo) < 0)
		return setting_bad(reading, value, PARSE_SIGNAL_WHY);
	if (signo == SIGSTOP || signo == SIGTSTP || signo == SIGTTIN ||
	    signo == SIGTTOU || signo == SIGCONT || signo == SIGCHLD)
		return setting_bad(reading, value,
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
	return setting_bad(
	    reading, value, "none of kill, wait, fail and leave");
}

static int
read_shell(struct reading *reading, const char *value)
{
	struct options *options = reading->options;

	if (value[0] == '\0' ||
	    (strchr(value, '/') != NULL && access(value, X_OK) < 0))
		return setting_bad(reading, value,
		    "no shell that can be executed (try /bin/bash)");
	strvec_push(&options->kept, value);
	options->nursery.shell = options->kept.items[options->kept.len - 1];
	reading->have_shell = true;
	return 0;
}

static int
read_buffer(const struct reading *reading, const char *value)
{
	if (parse_size(value, &reading->options->nursery.output.buffer) < 0)
		return setting_bad(reading, value, PARSE_SIZE_WHY);
	return 0;
}

static int
read_jobs(struct reading *reading, const char *value)
{
	if (parse_jobs(value, &reading->jobs) < 0)
		return setting_bad(reading, value, PARSE_JOBS_WHY);
	reading->have_jobs = true;
	return 0;
}

static void
set_output_mode(struct options *options, enum setting setting)
{
	enum output_mode *mode = &options->nursery.output.mode;

	if (setting == SETTING_KEEP_ORDER)
		*mode = OUTPUT_KEEP_ORDER;
	else if (setting == SETTING_GROUP)
		*mode = OUTPUT_GROUP;
	else if (setting == SETTING_LINE_BUFFER)
		*mode = OUTPUT_LINE;
	else if (setting == SETTING_UNGROUP)
		*mode = OUTPUT_UNGROUP;
}

/* The options that take no value. */
static void
set_flag(struct reading *reading, enum setting setting)
{
	static const struct halt never = { .when = HALT_NEVER },
				 race = { HALT_NOW, HALT_SUCCESS, 1, false };
	struct options *options = reading->options;
	struct nursery_options *nursery = &options->nursery;

	if (setting == SETTING_HELP)
		options->action = OPTIONS_HELP;
	else if (setting == SETTING_VERSION)
		options->action = OPTIONS_VERSION;
	else if (setting == SETTING_DRY_RUN)
		options->action = OPTIONS_DRY_RUN;
	else if (setting == SETTING_KEEP_GOING)
		nursery->halt = never;
	else if (setting == SETTING_RACE)
		nursery->halt = race;
	else if (setting == SETTING_VERBOSE)
		nursery->report.verbose = true;
	else if (setting == SETTING_QUIET)
		nursery->report.quiet = true;
	else
		set_output_mode(options, setting);
}

/* -Wswitch-enum would have every setting named here. */
static int
read_scope(struct reading *reading, enum setting setting, const char *value)
{
	struct nursery_options *nursery = &reading->options->nursery;

	switch ((int)setting) {
	case SETTING_HALT:
		return read_halt(reading, value);
	case SETTING_TIMEOUT:
	case SETTING_FAIL_AFTER:
		return read_duration(reading, value, &nursery->timeout_ns);
	case SETTING_MOVE_ON:
		return read_duration(reading, value, &nursery->move_on_ns);
	case SETTING_JOB_TIMEOUT:
		return read_duration(reading, value, &nursery->job_timeout_ns);
	case SETTING_IDLE_TIMEOUT:
		return read_duration(reading, value, &nursery->idle_timeout_ns);
	case SETTING_SIGNAL:
		return read_signal(reading, value);
	case SETTING_KILL_AFTER:
		return read_duration(reading, value, &nursery->grace_ns);
	case SETTING_ORPHANS:
		return read_orphans(reading, value);
	default:
		set_flag(reading, setting);
		return 0;
	}
}

int
setting_read(struct reading *reading, enum setting setting, const char *value)
{
	if (setting >= SETTING_FIRST_OF_TEMPLATES)
		return templating_read(reading, setting, value);
	switch ((int)setting) {
	case SETTING_JOBS:
		return read_jobs(reading, value);
	case SETTING_NULL:
		return read_delimiter(reading, "\\0");
	case SETTING_DELIMITER:
		return read_delimiter(reading, value);
	case SETTING_SHELL:
		return read_shell(reading, value);
	case SETTING_BUFFER:
		return read_buffer(reading, value);
	default:
		return read_scope(reading, setting, value);
	}
}

int64_t
setting_jobs(const struct reading *reading, const struct jobs_limit *otherwise)
{
	const struct jobs_limit *jobs =
	    reading->have_jobs ? &reading->jobs : otherwise;

	return jobs_limit_resolve(
	    jobs, jobs->kind == JOBS_NUMBER ? 1 : cpu_count());
}

void
setting_respect_outer(struct options *options)
{
	struct nursery_options *nursery = &options->nursery;
	const char *grace = getenv("NURSERY_GRACE_MS");
	int64_t ms, given_ns = nursery->grace_ns;

	nursery->nested = getenv("NURSERY_PID") != NULL;
	if (grace != NULL &&
	    parse_count(grace, 0, NS_NEVER / NS_PER_MS, &ms) == 0)
		nursery->grace_ns =
		    given_ns < ms * NS_PER_MS ? given_ns : ms * NS_PER_MS;
	else if (given_ns == NS_NEVER)
		nursery->grace_ns = DEFAULT_GRACE;
}
