#include "tally.h"

#include "report/outcome.h"
#include "state.h"

uint64_t
tally_number(struct scope *scope)
{
	return ++scope->tally.numbered;
}

void
tally_work(struct scope *scope)
{
	scope->tally.work++;
}

void
tally_end(struct scope *scope, const struct outcome *outcome)
{
	struct report_counts *counts = &scope->tally.counts;

	if (outcome->kind == OUTCOME_SUCCEEDED)
		counts->succeeded++;
	else if (outcome->kind == OUTCOME_CANCELLED)
		counts->cancelled++;
	else
		counts->failed++;
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
tally_not_started(struct scope *scope)
{
	struct report_counts *counts = &scope->tally.counts;
	bool all;

	counts->not_started =
	    feeds_left(&scope->feeds, &all) + scope->admission.dropped;
	counts->more_not_started = counts->not_started > 0 && !all;
}

void
tally_running(struct scope *scope)
{
	struct report_counts *counts = &scope->tally.counts;

	counts->waiting = scope->roster.n_waiting;
	counts->running = scope->roster.n_jobs - counts->waiting;
}
