#include "waiting.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "closing.h"
#include "output/output.h"
#include "pace.h"
#include "report/report.h"
#include "shortage.h"
#include "state.h"

static void
tell(const struct scope *scope, const char *what)
{
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = what });
}

/* Only the reader of our output is missing at the end. */
static void
tell_reader(const struct scope *scope)
{
	uint64_t bytes = output_waiting(scope->context.output);
	char shown[FORMAT_SIZE_MAX], text[80];

	if (bytes == 0 || !closing_is_drained(scope))
		return;
	format_size((int64_t)bytes, shown, sizeof(shown));
	snprintf(text, sizeof(text),
	    "the reader of its output: %s bytes are left", shown);
	tell(scope, text);
}

void
waiting_tell(const struct scope *scope)
{
	const struct admission *admission = &scope->admission;

	shortage_tell(scope);
	if (!closing_has_begun(scope)) {
		if (admission->pending != NULL || !TAILQ_EMPTY(&admission->due))
			pace_tell(&scope->pace);
		feeds_tell_waits(&scope->feeds);
	}
	tell_reader(scope);
}
