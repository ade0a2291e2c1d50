#include "manager_status.h"

#include <stdio.h>
#include <string.h>

#include "closing.h"
#include "contain/front.h"
#include "feed_plan.h"
#include "job/job.h"
#include "state.h"
#include "verdict.h"

/* Makes one line of a text that may have names of files in it. */
static void
make_line(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ')
			*text = '?';
}

static void
describe(const struct scope *scope, char *buf, size_t size)
{
	const struct feed *plan = &scope->feeds.items[FEED_PLAN];
	const struct job *awaited = feed_plan_awaited(plan);
	char what[MANAGER_STATUS_MAX / 2];

	if (closing_has_begun(scope)) {
		verdict_describe(scope, what, sizeof(what));
		if (what[0] == '\0')
			verdict_describe_failure(scope, what, sizeof(what));
		make_line(what);
		snprintf(buf, size, "STOPPING=1\nSTATUS=stopping%s%s",
		    what[0] != '\0' ? ": " : "", what);
	} else if (awaited != NULL) {
		snprintf(what, sizeof(what), "%s", awaited->name);
		make_line(what);
		snprintf(buf, size, "STATUS=waiting for service %s to be ready",
		    what);
	} else if (!feed_plan_is_ready(plan)) {
		snprintf(buf, size, "STATUS=starting");
	} else {
		snprintf(buf, size, "READY=1\nSTATUS=all services are ready");
	}
}

void
manager_status_update(struct scope *scope)
{
	char *told = scope->overview.told, text[MANAGER_STATUS_MAX];

	if (!front_has_manager(scope->front))
		return;
	describe(scope, text, sizeof(text));
	if (strcmp(text, told) == 0)
		return;
	memcpy(told, text, sizeof(text));
	front_tell_manager(scope->front, text, strlen(text));
}
