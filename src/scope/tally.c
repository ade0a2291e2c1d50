#include "tally.h"

#include "report/outcome.h"
#include "state.h"

uint64_t
tally_number(struct scope *scope)
{
	tally_work(scope);
	return ++scope->tally.numbered;
}

void
tally_reserve(struct scope *scope, uint64_t numbers)
{
	if (scope->tally.numbered < numbers)
		scope->tally.numbered = numbers;
}

void
tally_work(struct scope *scope)
{
	scope->tally.work++;
}

void
tally_end(
    struct scope *scope, const struct kind *kind, const struct outcome *outcome)
{
	struct report_counts *counts = &scope->tally.counts;

	if (!kind->work)
		return;
	if (outcome->kind == OUTCOME_SUCCEEDED)
		counts->succeeded++;
	else if (outcome->kind == OUTCOME_CANCELLED)
		counts->cancelled++;
	else
		counts->failed++;
	counts->killed += outcome->kind == OUTCOME_CANCELLED && outcome->killed;
	tally_reaches_halt(scope);
}

bool
tally_reaches_halt(struct scope *scope)
{
	struct tally *tally = &scope->tally;
	struct halt_counts now = {
		.failed = tally->counts.failed,
		.succeeded = tally->counts.succeeded,
	};

	if (tally->halt_reached)
		return true;
	now.total = tally->work + feeds_known(&scope->feeds, &now.total_known);
	tally->halt_reached = halt_reached(&scope->options->halt, &now);
	tally->at_halt = now;
	return tally->halt_reached;
}

void
tally_not_started(struct scope *scope, uint64_t final_left)
{
	struct report_counts *counts = &scope->tally.counts;
	bool all;

	counts->not_started =
	    feeds_left(&scope->feeds, &all) + scope->admission.dropped;
	counts->more_not_started = counts->not_started > 0 && !all;
	counts->final_not_started = final_left;
}

void
tally_running(struct scope *scope)
{
	struct report_counts *counts = &scope->tally.counts;
	const struct job *job;
	bool all;

	counts->left = feeds_known(&scope->feeds, &all);
	counts->left += scope->admission.pending != NULL &&
	    scope->admission.pending->kind->work;
	counts->more_left = !all;
	counts->waiting = counts->running = 0;
	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		if (!job->kind->work)
			continue;
		if (job->state == JOB_WAITING)
			counts->waiting++;
		else
			counts->running++;
	}
}
