#include "step.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reading.h"

int
step_set_summary(struct reading *reading, const char *value)
{
	if (*value == '\0')
		return reading_bad(reading, value,
		    "no file (try --summary page.md, or --summary=none)");
	if (strcmp(value, "none") == 0)
		value = "";
	reading->options.scope.records.summary = reading_keep(reading, value);
	return 0;
}

/*
 * A job of another nursery leaves the page to that one.  The file may be out of
 * reach, as in a container: nobody has asked us for it.
 */
void
step_conclude(struct reading *reading)
{
	struct scope_options *scope = &reading->options.scope;
	struct record_options *records = &scope->records;
	const char *step = getenv("GITHUB_STEP_SUMMARY");

	if (step != NULL && step[0] != '\0' && records->summary == NULL &&
	    !scope->nested && !reading->options.parallel &&
	    access(step, W_OK) == 0) {
		records->summary = reading_keep(reading, step);
		records->summary_auto = true;
	}
	if (records->summary != NULL && records->summary[0] == '\0')
		records->summary = NULL;
	records->summary_appended = records->summary != NULL && step != NULL &&
	    strcmp(records->summary, step) == 0;
}
