#include "strays.h"

#include "job.h"
#include "members.h"
#include "state.h"

bool
strays_are_ending(const struct nursery *n)
{
	const struct job *strays = n->members.strays;

	return strays->state != JOB_LINGERING || strays->asked != 0;
}

void
strays_settle(struct nursery *n)
{
	struct job *strays = n->members.strays;

	if (strays->n_orphans > 0 || !strays_are_ending(n))
		return;
	loop_timer_clear(n->loop, &strays->timer);
	strays->state = JOB_LINGERING;
	strays->asked = 0;
	strays->below.len = 0;
	strays->warned = false;
}

/* --orphans=wait does not wait for those that came after all were asked. */
static enum job_event
event_for_strays(const struct nursery *n)
{
	if (n->options->job.orphans != ORPHANS_WAIT ||
	    n->urgency == URGENCY_NONE)
		return JOB_ORPHANED;
	return n->urgency == URGENCY_KILL ? JOB_KILL : JOB_STOP;
}

bool
strays_hold_scope(struct nursery *n)
{
	struct job *strays = n->members.strays;

	if (n->options->job.orphans != ORPHANS_WAIT || members_none_left())
		return false;
	members_scan(n);
	if (strays->n_orphans == 0)
		return false;
	if (!strays_are_ending(n))
		job_event(strays, event_for_strays(n));
	return true;
}

bool
strays_end(struct nursery *n)
{
	struct job *strays = n->members.strays;

	if (members_none_left() || n->members.gave_up ||
	    n->options->job.orphans == ORPHANS_LEAVE)
		return true;
	if (strays_are_ending(n))
		return false;
	members_sweep(n);
	if (members_none_left())
		return true;
	if (strays->n_orphans == 0)
		job_event(strays, JOB_KILL); /* unseen, or unreapable */
	else
		job_event(strays, event_for_strays(n));
	return false;
}
