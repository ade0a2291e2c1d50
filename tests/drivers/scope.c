/*
 * The functions of src/scope that need no running scope, and a scope whose
 * events are printed: one verb a call.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "contain/front.h"
#include "input/source.h"
#include "input/words.h"
#include "report/line.h"
#include "report/outcome.h"
#include "scope/halt.h"
#include "scope/pace.h"
#include "scope/restart.h"
#include "scope/scope.h"
#include "sys/loop.h"
#include "sys/signals.h"

#include "verbs.h"

/* STRING FAILED SUCCEEDED TOTAL known|open: reached by these counts? */
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
		return verb_refused(why);
	fputs(whens[halt.when], stdout);
	if (halt.when != HALT_NEVER)
		printf(",%s=%" PRId64 "%s", whys[halt.why], halt.limit,
		    halt.percent ? "%" : "");
	puts(halt_reached(&halt, &counts) ? " reached" : " open");
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

	int64_t found;

	puts(pace_pressed(&limits, args[0], &found) != PACE_NOTHING ? "wait"
								    : "go");
	return 0;
}

static void
hear(void *arg, const struct report_event *event)
{
	static const char *const names[] = {
		[REPORT_STARTED] = "started",
		[REPORT_READY] = "ready",
		[REPORT_NOT_READY] = "not ready",
		[REPORT_RETRY] = "retry",
		[REPORT_ASKED] = "asked",
		[REPORT_KILLED] = "killed",
		[REPORT_INTERRUPTED] = "interrupted",
		[REPORT_ORPHANS] = "orphans",
		[REPORT_UNFED] = "unfed",
		[REPORT_UNREAD] = "unread",
		[REPORT_STUCK] = "stuck",
		[REPORT_ENDED] = "ended",
		[REPORT_SHORTAGE] = "shortage",
		[REPORT_WAITING] = "waiting",
		[REPORT_STOPPED] = "stopped",
		[REPORT_READS] = "reads",
		[REPORT_STATUS] = "status",
		[REPORT_OPENED] = "opened",
		[REPORT_CLOSED] = "closed",
		[REPORT_UNSERVED] = "unserved",
		[REPORT_TOTALS] = "totals",
		[REPORT_FINISHED] = "finished",
	};

	char what[160], who[LINE_JOB_MAX];

	if (event->kind >= sizeof(names) / sizeof(names[0]) ||
	    names[event->kind] == NULL)
		return; /* the tests of --events see it */
	printf("%s", names[event->kind]);
	if (event->job != NULL)
		printf(" %s", line_job(event->job, who, sizeof(who)));
	if (event->job != NULL && event->job->attempt > 1)
		printf(" attempt %" PRId64, event->job->attempt);
	if (event->outcome != NULL) {
		outcome_describe(event->outcome, what, sizeof(what));
		printf(": %s", what);
	}
	if (event->signo != 0)
		printf(": signal %d", event->signo);
	puts("");
	fflush(arg);
}

/* OPTION... COMMAND...: runs them as nursery does, and prints what it tells. */
static int
verb_events(char **args)
{
	const struct report_listener listener = { .hear = hear, .arg = stdout };
	struct options options;
	struct signals signals;
	struct scope_result result;
	struct source *source;
	const struct front_options how = { .at_end = NULL };
	struct front *front;
	int argc = 1;
	char *argv[64] = { (char *)"nursery" };

	for (; *args != NULL && argc < 63; args++)
		argv[argc++] = *args;
	if (options_parse(&options, argc, argv) < 0)
		return 125;
	options.scope.report.listeners = &listener;
	options.scope.report.n_listeners = 1;
	signals_begin(&signals);
	signals_block(&signals);
	front = front_split(&signals, &how);
	source = words_new(options.words.items, options.words.len);
	result = scope_run(&options.scope, source, &signals, front);
	source_free(source);
	options_release(&options);
	front_end(front, result.status, result.signo);
}

/* TEXT N SECONDS: may it start again after N restarts, the last so healthy? */
static int
verb_restart(char **args)
{
	static const char *const whens[] = { "never", "on-failure", "always" };
	struct restart_policy policy;
	int64_t restarts = restart_count(
	    strtoll(args[1], NULL, 10), strtoll(args[2], NULL, 10) * NS_PER_S);

	if (restart_parse(args[0], &policy) < 0)
		return verb_refused(RESTART_WHY);
	printf("%s", whens[policy.when]);
	if (restart_may(&policy, restarts))
		printf(" %" PRId64 "ms", restart_wait_ns(restarts) / NS_PER_MS);
	puts("");
	return 0;
}

static const struct verb verbs[] = {
	{ "events", 1, VERB_ANY, verb_events },
	{ "halt", 5, 5, verb_halt },
	{ "pressed", 3, 3, verb_pressed },
	{ "restart", 3, 3, verb_restart },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
