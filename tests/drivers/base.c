/*
 * The pure modules as a program, for tests: one verb a call.
 *
 * Prints what the function returns; for what it refuses "error: WHY" and exits
 * with 1.  tests/unit.bats and tests/command.bats walk tables through it. Under
 * any other name than unit it is a command that prints its own argv.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>

#include "base/parse.h"
#include "base/strvec.h"
#include "job/command.h"
#include "scope/halt.h"
#include "scope/job.h"
#include "scope/pace.h"
#include "scope/retry.h"
#include "sys/cgroup.h"
#include "sys/cpu.h"
#include "sys/pressure.h"
#include "sys/signals.h"

static int
refuse(const char *why)
{
	printf("error: %s\n", why);
	return 1;
}

static int
show_number(int64_t number)
{
	printf("%" PRId64 "\n", number);
	return 0;
}

static int
verb_duration(char **args)
{
	int64_t ns = -1;

	if (parse_duration(args[0], &ns) < 0)
		return ns == -1 ? refuse(PARSE_DURATION_WHY) : 99;
	return show_number(ns);
}

static int
verb_size(char **args)
{
	int64_t bytes = -1;

	if (parse_size(args[0], &bytes) < 0)
		return bytes == -1 ? refuse(PARSE_SIZE_WHY) : 99;
	return show_number(bytes);
}

static int
verb_count(char **args)
{
	int64_t n = -1;

	if (parse_count(args[0], strtoll(args[1], NULL, 10),
		strtoll(args[2], NULL, 10), &n) < 0)
		return n == -1 ? refuse("out of range") : 99;
	return show_number(n);
}

static int
verb_signal(char **args)
{
	char name[SIGNAL_NAME_MAX];
	int signo = -1;

	if (parse_signal(args[0], &signo) < 0)
		return signo == -1 ? refuse(PARSE_SIGNAL_WHY) : 99;
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

/* An assert that fails. */
static int
verb_abort(char **args)
{
	struct rlimit no_core = { 0, 0 };
	struct signals sig;

	(void)args;
	setrlimit(RLIMIT_CORE, &no_core);
	signals_block(&sig);
	abort();
}

static int
verb_delimiter(char **args)
{
	struct delimiter delimiter = { .len = 0 };

	if (parse_delimiter(args[0], &delimiter) < 0)
		return delimiter.len == 0 ? refuse(PARSE_DELIMITER_WHY) : 99;
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
		return limit.n == -1 ? refuse(PARSE_JOBS_WHY) : 99;
	return show_number(jobs_limit_resolve(&limit, atoi(args[1])));
}

/* STRING CPUS */
static int
verb_load(char **args)
{
	int64_t milli = -1;

	if (parse_load(args[0], atoi(args[1]), &milli) < 0)
		return milli == -1 ? refuse(PARSE_LOAD_WHY) : 99;
	return show_number(milli);
}

/* ROOT: load and memory that the files below it say, "none" if they do not. */
static int
verb_pressure(char **args)
{
	int64_t load, memory;

	if (pressure_load(args[0], &load) == 0)
		printf("%" PRId64, load);
	else
		fputs("none", stdout);
	if (pressure_memory(args[0], &memory) == 0)
		printf(" %" PRId64 "\n", memory);
	else
		puts(" none");
	return 0;
}

/* ROOT LOAD MEMORY: whether a job has to wait. */
static int
verb_pressed(char **args)
{
	const struct pace_limits limits = {
		.load_milli = strtoll(args[1], NULL, 10),
		.memory = strtoll(args[2], NULL, 10),
	};

	puts(pace_is_pressed(&limits, args[0]) ? "wait" : "go");
	return 0;
}

/* DELAY ATTEMPTS */
static int
verb_retry_wait(char **args)
{
	return show_number(retry_wait_ns(
	    strtoll(args[0], NULL, 10), strtoll(args[1], NULL, 10)));
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

/* STRING FAILED SUCCEEDED TOTAL known|open */
static int
verb_halt(char **args)
{
	static const char *const whens[] = { "never", "soon", "now" };
	static const char *const whys[] = { "fail", "success", "done" };
	struct halt_counts counts = {
		.failed = strtoull(args[1], NULL, 10),
		.succeeded = strtoull(args[2], NULL, 10),
		.total = strtoull(args[3], NULL, 10),
		.total_known = strcmp(args[4], "known") == 0,
	};
	struct halt halt = HALT_INIT;
	const char *why = NULL;

	if (halt_parse(args[0], &halt, &why) < 0)
		return refuse(why);
	fputs(whens[halt.when], stdout);
	if (halt.when != HALT_NEVER)
		printf(",%s=%" PRId64 "%s", whys[halt.why], halt.limit,
		    halt.percent ? "%" : "");
	puts(halt_reached(&halt, &counts) ? " reached" : " open");
	return 0;
}

/* STRING: direct or shell, and argv, one a line. */
static int
verb_classify(char **args)
{
	struct command cmd;

	command_init(&cmd, args[0], strlen(args[0]), "/bin/sh", true);
	if (strcmp(cmd.text, args[0]) != 0)
		return 99;
	puts(cmd.direct ? "direct" : "shell");
	for (char **arg = cmd.argv; *arg != NULL; arg++)
		puts(*arg);
	command_release(&cmd);
	return 0;
}

/* Each line of stdin: what it is classified as, a tab, and the line. */
static int
verb_classify_lines(char **args)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	(void)args;
	while ((len = getline(&line, &room, stdin)) > 0) {
		struct command cmd;

		command_init(&cmd, line, (size_t)len - 1, "/bin/sh", true);
		printf("%s\t%s", cmd.direct ? "direct" : "shell", line);
		command_release(&cmd);
	}
	free(line);
	return 0;
}

/* SHELL STRING: the argv when direct execution is not allowed. */
static int
verb_shell_argv(char **args)
{
	struct command cmd;

	command_init(&cmd, args[1], strlen(args[1]), args[0], false);
	for (char **arg = cmd.argv; *arg != NULL; arg++)
		puts(*arg);
	command_release(&cmd);
	return 0;
}

/* A text with a NUL byte in it. */
static int
verb_nul(char **args)
{
	struct command cmd;

	(void)args;
	command_init(&cmd, "a\0b", 3, "/bin/sh", true);
	puts(!cmd.direct && cmd.len == 3 ? "shell" : "direct or cut");
	command_release(&cmd);
	return 0;
}

/* STRING: executes it as classified. */
static int
verb_exec(char **args)
{
	struct command cmd;
	int error;

	command_init(&cmd, args[0], strlen(args[0]), "/bin/sh", true);
	execvp(cmd.argv[0], cmd.argv);
	error = errno;
	command_release(&cmd);
	return error == ENOENT ? 127 : 126;
}

/* Each in brackets, for comparing what a command got. */
static int
verb_args(char **args)
{
	for (; *args != NULL; args++)
		printf("<%s>", *args);
	putchar('\n');
	return 0;
}

static int
verb_environment(char **args)
{
	(void)args;
	puts(command_environment_plain(environ) ? "plain" : "not plain");
	return 0;
}

static int
verb_cpumax(char **args)
{
	return show_number(cpu_parse_max(args[0]));
}

static int
verb_mountinfo(char **args)
{
	struct cgroup_mount mount;

	if (cgroup_parse_mountinfo(args[0], "cpu", &mount) < 0)
		return refuse("no cgroup with CPUs");
	printf("%s %s %s\n", mount.v2 ? "v2" : "v1", mount.root, mount.point);
	return 0;
}

static int
verb_cgroup(char **args)
{
	const char *path;
	bool v2;

	if (cgroup_parse_self(args[0], "cpu", &path, &v2) < 0)
		return refuse("no cgroup with CPUs");
	printf("%s %s\n", v2 ? "v2" : "v1", path);
	return 0;
}

static int
verb_cpus(char **args)
{
	(void)args;
	return show_number(cpu_count());
}

/* ROOT LIMIT: the quota that the files below ROOT say. */
static int
verb_quota(char **args)
{
	return show_number(cpu_quota(args[0], atoi(args[1])));
}

/* ARG...: each pushed three ways, then what is left after a clear. */
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

/* The state table of jobs as HACKING.md shows it. */
static int
verb_jobtable(char **args)
{
	(void)args;
	for (int state = 0; state < JOB_STATES; state++) {
		printf("| %s |", job_state_name((enum job_state)state));
		for (int event = 0; event < JOB_EVENTS; event++) {
			const char *name = job_action_name(
			    (enum job_state)state, (enum job_event)event);

			printf(" %s |", name != NULL ? name : "-");
		}
		putchar('\n');
	}
	return 0;
}

static const struct {
	const char *name;
	int args; /* -1: any number */
	int (*run)(char **args);
} verbs[] = {
	{ "duration", 1, verb_duration },
	{ "size", 1, verb_size },
	{ "count", 3, verb_count },
	{ "signal", 1, verb_signal },
	{ "signal-name", 1, verb_signal_name },
	{ "abort", 0, verb_abort },
	{ "delimiter", 1, verb_delimiter },
	{ "jobs", 2, verb_jobs },
	{ "load", 2, verb_load },
	{ "pressure", 1, verb_pressure },
	{ "pressed", 3, verb_pressed },
	{ "retry-wait", 2, verb_retry_wait },
	{ "format-duration", 1, verb_format_duration },
	{ "format-limit", 1, verb_format_limit },
	{ "halt", 5, verb_halt },
	{ "classify", 1, verb_classify },
	{ "classify-lines", 0, verb_classify_lines },
	{ "shell-argv", 2, verb_shell_argv },
	{ "nul", 0, verb_nul },
	{ "exec", 1, verb_exec },
	{ "environment", 0, verb_environment },
	{ "cpumax", 1, verb_cpumax },
	{ "mountinfo", 1, verb_mountinfo },
	{ "cgroup", 1, verb_cgroup },
	{ "cpus", 0, verb_cpus },
	{ "quota", 2, verb_quota },
	{ "strvec", -1, verb_strvec },
	{ "jobtable", 0, verb_jobtable },
};

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	if (strcmp(slash != NULL ? slash + 1 : argv[0], "unit") != 0)
		return verb_args(argv);
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
		    (verbs[i].args < 0 || verbs[i].args == argc - 2))
			return verbs[i].run(argv + 2);
	fputs("usage: unit VERB ARG...; see tests/lib/unit.c\n", stderr);
	return 125;
}
