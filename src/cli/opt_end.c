/*
 * Options for stopping early: which failures end the nursery, how long it and
 * its jobs may take, and how jobs are stopped.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "setting.h"
#include "sys/loop.h"

static int
set_halt(struct reading *reading, const char *value)
{
	const char *why;

	if (halt_parse(value, &reading->options.scope.halt, &why) < 0)
		return reading_bad(reading, value, why);
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
	int found = READING_CHOOSE(reading, value, names);

	if (found < 0)
		return -1;
	reading->options.scope.job.orphans = (enum orphans_policy)found;
	return 0;
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
		return reading_bad(reading, value, PARSE_SIGNAL_WHY);
	if (!ends_processes(signo))
		return reading_bad(reading, value,
		    "a signal that ends no process (try TERM, INT or KILL)");
	reading->options.scope.job.cancel_signal = signo;
	return 0;
}

/* Reads a number of milliseconds; NULL stands for one that is missing. */
static int
parse_pause(const char *word, int64_t *ret_ns)
{
	int64_t ms;

	if (word == NULL || parse_count(word, 0, INT32_MAX, &ms) < 0)
		return -1;
	*ret_ns = ms * NS_PER_MS;
	return 0;
}

/* How long after a sequence without KILL that follows all the same. */
#define KILL_AFTER_NS (5 * NS_PER_S)

/*
 * Reads SIGNAL,MS,SIGNAL,MS,...: the first signal asks a job to end, the others
 * follow after these pauses.  KILL ends the sequence; if there is none, it
 * follows all the same.  Returns 0, or -1 if this is something else.
 */
static int
parse_sequence(char *s, struct job_options *ret, struct stop_step *steps)
{
	int64_t at_ns = 0, pause_ns = 0, kill_ns = KILL_AFTER_NS;
	size_t n = 0;
	const char *word;

	ret->cancel_signal = 0;
	while ((word = strsep(&s, ",")) != NULL) {
		int signo;

		if (parse_signal(word, &signo) < 0 ||
		    (s != NULL && parse_pause(strsep(&s, ","), &pause_ns) < 0))
			return -1;
		if (signo == SIGKILL) {
			kill_ns = 0;
			break;
		}
		if (ret->cancel_signal == 0)
			ret->cancel_signal = signo;
		else
			steps[n++] = (struct stop_step){ signo, at_ns };
		if (__builtin_add_overflow(at_ns, pause_ns, &at_ns))
			return -1;
	}
	if (ret->cancel_signal == 0)
		ret->cancel_signal = SIGTERM;
	if (__builtin_add_overflow(at_ns, kill_ns, &ret->grace_ns))
		return -1;
	ret->steps = (struct stop_steps){ steps, n };
	return 0;
}

static int
set_sequence(struct reading *reading, const char *value)
{
	struct job_options *job = &reading->options.scope.job;
	struct stop_step *steps;
	char *copy = xstrdup(value);
	int result;

	free(job->steps.items);
	steps = xcalloc(strlen(value) / 2 + 1, sizeof(*steps));
	job->steps.items = steps;
	result = parse_sequence(copy, job, steps);
	free(copy);
	if (result < 0)
		return reading_bad(reading, value,
		    "no sequence of signals and milliseconds (try "
		    "TERM,200,TERM,100,KILL,25)");
	return 0;
}

/* --timeout of GNU parallel: a time, or a percentage of the median. */
static int
set_timeout(struct reading *reading, const char *value)
{
	struct scope_options *scope = &reading->options.scope;
	size_t len = strlen(value);
	char *copy = xstrdup(value);
	int result = -1;

	if (len > 0 && value[len - 1] == '%') {
		copy[len - 1] = '\0';
		result =
		    parse_scaled(copy, 1000, &scope->parallel.timeout_milli);
	} else if (parse_duration(value, &scope->job.timeout_ns) == 0) {
		result = 0;
		scope->parallel.timeout_milli = 0;
		if (scope->job.timeout_ns == 0)
			scope->job.timeout_ns = NS_NEVER;
	}
	free(copy);
	return result == 0 ? 0
			   : reading_bad(reading, value, PARSE_DURATION_WHY);
}

const struct setting opt_end_settings[] = {
	{ "halt", '\0', BOTH, CALL(VALUE, set_halt) },
	{ "halt-on-error", '\0', PARALLEL, CALL(VALUE, set_halt) },
	{ "haltonerror", '\0', PARALLEL, CALL(VALUE, set_halt) },
	{ "keep-going", 'K', NURSERY, CALL_WITH(set_halt, "never") },
	{ "race", '\0', NURSERY, CALL_WITH(set_halt, "now,success=1") },
	{ "orphans", '\0', NURSERY, CALL(VALUE, set_orphans) },
	{ "timeout", '\0', NURSERY,
	    TIME_LIMIT(options.scope.limits.timeout_ns) },
	{ "fail-after", '\0', NURSERY,
	    TIME_LIMIT(options.scope.limits.timeout_ns) },
	{ "move-on-after", '\0', NURSERY,
	    TIME_LIMIT(options.scope.limits.move_on_ns) },
	{ "job-timeout", '\0', NURSERY,
	    TIME_LIMIT(options.scope.job.timeout_ns) },
	{ "timeout", '\0', PARALLEL, CALL(VALUE, set_timeout) },
	{ "idle-timeout", '\0', NURSERY,
	    TIME_LIMIT(options.scope.job.idle_timeout_ns) },
	{ "signal", '\0', NURSERY, CALL(VALUE, set_signal) },
	{ "termseq", '\0', PARALLEL, CALL(VALUE, set_sequence) },
	{ "term-seq", '\0', PARALLEL, CALL(VALUE, set_sequence) },
	{ "kill-after", '\0', NURSERY, DURATION(options.scope.job.grace_ns) },
	{ "die-with-parent", '\0', NURSERY, SET_TRUE(options.die_with_parent) },
	SETTINGS_END,
};
