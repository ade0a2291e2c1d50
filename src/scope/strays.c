#include "strays.h"

#include "contain/scan.h"
#include "job/states.h"
#include "state.h"

void
strays_init(struct scope *scope)
{
	scope->roster.strays = job_new(&scope->context, KIND_STRAYS, 0, "", 0);
	job_begin_lasting(scope->roster.strays);
	scope->context.contain->strays = &scope->roster.strays->family;
}

void
strays_release(struct scope *scope)
{
	family_leave_orphans(&scope->roster.strays->family);
	job_free(scope->roster.strays);
}

/* True if they were asked to end. */
static bool
are_ending(const struct job *strays)
{
	return strays->state != JOB_LINGERING || strays->family.asked != 0;
}

/* Strays that came after all jobs were asked get that, even if we wait. */
static enum job_event
event_for(const struct scope *scope)
{
	if (scope->options->job.orphans != ORPHANS_WAIT ||
	    scope->ladder.urgency == URGENCY_NONE)
		return JOB_ORPHANED;
	return scope->ladder.urgency == URGENCY_KILL ? JOB_KILL : JOB_STOP;
}

bool
strays_hold_scope(struct scope *scope)
{
	struct job *strays = scope->roster.strays;

	if (scope->options->job.orphans != ORPHANS_WAIT ||
	    contain_is_empty(scope->context.contain))
		return false;
	scan_look(scope->context.contain);
	if (strays->family.n_orphans == 0)
		return false;
	if (!are_ending(strays))
		job_event(strays, event_for(scope));
	return true;
}

bool
strays_end(struct scope *scope)
{
	struct job *strays = scope->roster.strays;

	if (contain_is_empty(scope->context.contain) ||
	    strays->family.gave_up ||
	    scope->options->job.orphans == ORPHANS_LEAVE)
		return true;
	if (are_ending(strays))
		return false;
	scan_sweep(scope->context.contain);
	if (contain_is_empty(scope->context.contain))
		return true;
	/* with none listed, what is left is unseen or cannot be reaped */
	job_event(strays,
	    strays->family.n_orphans == 0 ? JOB_KILL : event_for(scope));
	return false;
}
