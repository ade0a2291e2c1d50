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

/*
 * Reads SIGNAL,MS,...,KILL[,MS].  Only one signal may come before KILL, though
 * it may come more than once: it asks a job to end, and the sum of the pauses
 * is how long the job has for it.  If none comes before KILL *ret_signo is not
 * changed.  The pause behind KILL has no effect, since no process survives
 * KILL.  Returns 0; or -1 if this is something else, or the sum too large.
 */
static int
parse_sequence(char *s, int *ret_signo, int64_t *ret_grace_ns)
{
	int first = 0, signo;
	int64_t sum_ns = 0, ns;
	const char *word;

	while ((word = strsep(&s, ",")) != NULL &&
	    parse_signal(word, &signo) == 0) {
		if (signo == SIGKILL) {
			if (s != NULL &&
			    (parse_pause(strsep(&s, ","), &ns) < 0 ||
				s != NULL))
				return -1;
			*ret_signo = first != 0 ? first : *ret_signo;
			*ret_grace_ns = sum_ns;
			return 0;
		}
		if (!ends_processes(signo) || (first != 0 && signo != first) ||
		    parse_pause(strsep(&s, ","), &ns) < 0 ||
		    __builtin_add_overflow(sum_ns, ns, &sum_ns))
			return -1;
		first = signo;
	}
	return -1;
}

static int
set_sequence(struct reading *reading, const char *value)
{
	struct job_options *job = &reading->options.scope.job;
	char *copy = xstrdup(value);
	int result = parse_sequence(copy, &job->cancel_signal, &job->grace_ns);

	free(copy);
	if (result < 0)
		return reading_bad(reading, value,
		    "not supported (try TERM,200,KILL,25: one signal, then "
		    "KILL)");
	return 0;
}

const struct setting opt_end_settings[] = {
	{ "halt", '\0', BOTH, CALL(VALUE, set_halt) },
	{ "halt-on-error", '\0', PARALLEL, CALL(VALUE, set_halt) },
	{ "haltonerror", '\0', PARALLEL, CALL(VALUE, set_halt) },
	{ "keep-going", 'K', NURSERY, CALL_WITH(set_halt, "never") },
	{ "race", '\0', NURSERY, CALL_WITH(set_halt, "now,success=1") },
	{ "orphans", '\0', NURSERY, CALL(VALUE, set_orphans) },
	{ "timeout", '\0', NURSERY, TIME_LIMIT(options.scope.timeout_ns) },
	{ "fail-after", '\0', NURSERY, TIME_LIMIT(options.scope.timeout_ns) },
	{ "move-on-after", '\0', NURSERY,
	    TIME_LIMIT(options.scope.move_on_ns) },
	{ "job-timeout", '\0', NURSERY,
	    TIME_LIMIT(options.scope.job.timeout_ns) },
	{ "timeout", '\0', PARALLEL, TIME_LIMIT(options.scope.job.timeout_ns) },
	{ "idle-timeout", '\0', NURSERY,
	    TIME_LIMIT(options.scope.job.idle_timeout_ns) },
	{ "signal", '\0', NURSERY, CALL(VALUE, set_signal) },
	{ "termseq", '\0', PARALLEL, CALL(VALUE, set_sequence) },
	{ "term-seq", '\0', PARALLEL, CALL(VALUE, set_sequence) },
	{ "kill-after", '\0', NURSERY, DURATION(options.scope.job.grace_ns) },
	SETTINGS_END,
};
