/* Options for the end: when it comes, what is left, how long all may take. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "options.h"
#include "setting.h"
#include "sys/loop.h"

static int
set_halt(struct reading *reading, const char *value)
{
	const char *why;

	if (halt_parse(value, &reading->options->scope.halt, &why) < 0)
		return setting_bad(reading, value, why);
	return 0;
}

static int
set_keep_going(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.halt = (struct halt){ .when = HALT_NEVER };
	return 0;
}

static int
set_race(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.halt =
	    (struct halt){ HALT_NOW, HALT_SUCCESS, 1, false };
	return 0;
}

static int
set_orphans(struct reading *reading, const char *value)
{
	static const char *const names[] = {
		[ORPHANS_KILL] = "kill",
		[ORPHANS_WAIT] = "wait",
		[ORPHANS_FAIL] = "fail",
		[ORPHANS_LEAVE] = "leave",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) == 0) {
			reading->options->scope.job.orphans =
			    (enum orphans_policy)i;
			return 0;
		}
	}
	return setting_bad(
	    reading, value, "none of kill, wait, fail and leave");
}

static int
read_duration(const struct reading *reading, const char *value, int64_t *ret)
{
	if (parse_duration(value, ret) < 0)
		return setting_bad(reading, value, PARSE_DURATION_WHY);
	return 0;
}

/* 0 is no limit, as for timeout(1). */
static int
read_limit(const struct reading *reading, const char *value, int64_t *ret)
{
	if (read_duration(reading, value, ret) < 0)
		return -1;
	if (*ret == 0)
		*ret = NS_NEVER;
	return 0;
}

static int
set_timeout(struct reading *reading, const char *value)
{
	return read_limit(reading, value, &reading->options->scope.timeout_ns);
}

static int
set_move_on_after(struct reading *reading, const char *value)
{
	return read_limit(reading, value, &reading->options->scope.move_on_ns);
}

static int
set_job_timeout(struct reading *reading, const char *value)
{
	return read_limit(
	    reading, value, &reading->options->scope.job.timeout_ns);
}

static int
set_idle_timeout(struct reading *reading, const char *value)
{
	return read_limit(
	    reading, value, &reading->options->scope.job.idle_timeout_ns);
}

static int
set_kill_after(struct reading *reading, const char *value)
{
	return read_duration(
	    reading, value, &reading->options->scope.job.grace_ns);
}

static bool
ends_processes(int signo)
{
	return signo != SIGSTOP && signo != SIGTSTP && signo != SIGTTIN &&
	    signo != SIGTTOU && signo != SIGCONT && signo != SIGCHLD;
}

static int
set_signal(struct reading *reading, const char *value)
{
	int signo;

	if (parse_signal(value, &signo) < 0)
		return setting_bad(reading, value, PARSE_SIGNAL_WHY);
	if (!ends_processes(signo))
		return setting_bad(reading, value,
		    "a signal that ends no process (try TERM, INT or KILL)");
	reading->options->scope.job.cancel_signal = signo;
	return 0;
}

static int
parse_delay(const char *word, int64_t *ret_ms)
{
	return word != NULL ? parse_count(word, 0, INT32_MAX, ret_ms) : -1;
}

/*
 * SIGNAL,MS,...,KILL[,MS]: one signal before KILL, maybe more than once, is a
 * polite one and its grace.  *ret_signo stays as it is if there is none.  What
 * stands behind KILL is checked, and means nothing: nobody outlives it.
 */
static int
parse_sequence(char *s, int *ret_signo, int64_t *ret_ms)
{
	int first = 0, signo;
	int64_t sum = 0, ms;
	const char *word;

	while ((word = strsep(&s, ",")) != NULL &&
	    parse_signal(word, &signo) == 0) {
		if (signo == SIGKILL) {
			if (s != NULL &&
			    (parse_delay(strsep(&s, ","), &ms) < 0 ||
				s != NULL))
				return -1;
			*ret_signo = first != 0 ? first : *ret_signo;
			*ret_ms = sum;
			return 0;
		}
		if (!ends_processes(signo) || (first != 0 && signo != first) ||
		    parse_delay(strsep(&s, ","), &ms) < 0)
			return -1;
		first = signo;
		sum += ms;
	}
	return -1;
}

static int
set_sequence(struct reading *reading, const char *value)
{
	struct scope_options *scope = &reading->options->scope;
	char *copy = xstrdup(value);
	int64_t ms;
	int result = parse_sequence(copy, &scope->job.cancel_signal, &ms);

	free(copy);
	if (result < 0)
		return setting_bad(reading, value,
		    "not supported (try TERM,200,KILL,25: one signal, then "
		    "KILL)");
	scope->job.grace_ns = ms * NS_PER_MS;
	return 0;
}

const struct setting ending_settings[] = {
	{ "halt", '\0', VALUE, BOTH, set_halt },
	{ "halt-on-error", '\0', VALUE, PARALLEL, set_halt },
	{ "haltonerror", '\0', VALUE, PARALLEL, set_halt },
	{ "keep-going", 'K', FLAG, NURSERY, set_keep_going },
	{ "race", '\0', FLAG, NURSERY, set_race },
	{ "orphans", '\0', VALUE, NURSERY, set_orphans },
	{ "timeout", '\0', VALUE, NURSERY, set_timeout },
	{ "fail-after", '\0', VALUE, NURSERY, set_timeout },
	{ "move-on-after", '\0', VALUE, NURSERY, set_move_on_after },
	{ "job-timeout", '\0', VALUE, NURSERY, set_job_timeout },
	{ "timeout", '\0', VALUE, PARALLEL, set_job_timeout },
	{ "idle-timeout", '\0', VALUE, NURSERY, set_idle_timeout },
	{ "signal", '\0', VALUE, NURSERY, set_signal },
	{ "termseq", '\0', VALUE, PARALLEL, set_sequence },
	{ "term-seq", '\0', VALUE, PARALLEL, set_sequence },
	{ "kill-after", '\0', VALUE, NURSERY, set_kill_after },
	SETTINGS_END,
};
