#include "sections.h"

#include "base/buf.h"
#include "feed_plan.h"
#include "job/tell.h"
#include "output/output.h"
#include "state.h"

/* Jobs that ran when time ran out are why it did, as far as anybody knows. */
static bool
shows(void *arg)
{
	const struct job *job = arg;
	const struct outcome *outcome = &job->attempt.outcome;

	if (scope_of(job)->options->output.show == OUTPUT_SHOW_ENDED)
		return true;
	return outcome_is_failure(outcome) ||
	    (outcome->kind == OUTCOME_CANCELLED &&
		scope_of(job)->closing.cause == CLOSE_TIMEOUT);
}

static void
make(void *arg, enum output_section which, bool empty, struct buf *before,
    struct buf *behind)
{
	const struct job *job = arg;
	const struct report_job shown = tell_show(job);
	const struct report_event event = { .kind = REPORT_ENDED,
		.job = &shown,
		.outcome = &job->attempt.outcome };
	struct markers *markers = &scope_of(job)->markers;

	switch (which) {
	case OUTPUT_SECTION_LIVE:
		markers_begin_live(markers, &event, before);
		break;
	case OUTPUT_SECTION_LIVE_END:
		markers_end_live(markers, &event, behind);
		break;
	case OUTPUT_SECTION_WHOLE:
		markers_whole(markers, &event, empty, before, behind);
		break;
	}
}

/* True if there may be jobs whose output is not in the order of the others. */
static bool
has_outsiders(const struct scope_options *options)
{
	for (size_t i = 0; i < options->plan.n; i++)
		if (kind_of(options->plan.items[i].kind)->voice != VOICE_ORDER)
			return true;
	return false;
}

void
sections_init(struct scope *scope, struct output_events *events)
{
	const struct scope_options *options = scope->options;

	markers_init(
	    &scope->markers, options->standin.sections, has_outsiders(options));
	events->shows = shows;
	if (markers_are_wanted(&scope->markers))
		events->section = make;
}

static void
say(struct scope *scope, struct buf *lines)
{
	if (lines->len > 0)
		output_say(scope->context.output, lines->data, lines->len);
	buf_release(lines);
}

void
sections_open(struct scope *scope)
{
	struct buf lines = BUF_INIT;

	markers_open(&scope->markers, &lines);
	say(scope, &lines);
}

void
sections_close(struct scope *scope)
{
	struct buf lines = BUF_INIT;

	markers_close(&scope->markers, &lines);
	say(scope, &lines);
}

void
sections_judged(struct scope *scope, const struct job *job)
{
	const struct report_job shown = tell_show(job);
	const struct report_event event = { .kind = REPORT_ENDED,
		.job = &shown,
		.outcome = &job->attempt.outcome };
	struct buf lines = BUF_INIT;

	if (job->output.capture != NULL ||
	    !outcome_is_failure(&job->attempt.outcome))
		return;
	markers_failure(&scope->markers, &event, &lines);
	say(scope, &lines);
}
