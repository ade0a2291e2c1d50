/*
 * The functions of src/scope that need no running scope: one verb a call.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scope/halt.h"
#include "scope/pace.h"

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

	puts(pace_is_pressed(&limits, args[0]) ? "wait" : "go");
	return 0;
}

static const struct verb verbs[] = {
	{ "halt", 5, 5, verb_halt },
	{ "pressed", 3, 3, verb_pressed },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
