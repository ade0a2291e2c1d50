#include "strays.h"

#include "contain/scan.h"
#include "job.h"
#include "state.h"

void
strays_init(struct nursery *n)
{
	n->strays = job_new(n, KIND_STRAYS, 0, "", 0);
	n->strays->state = JOB_LINGERING;
	n->strays->family.leader.exited = true;
	n->strays->family.leader.reaped = true;
	n->contain->strays = &n->strays->family;
}

void
strays_release(struct nursery *n)
{
	family_leave_orphans(&n->strays->family);
	job_free(n->strays);
}

bool
strays_are_ending(const struct nursery *n)
{
	const struct job *strays = n->strays;

	return strays->state != JOB_LINGERING || strays->family.asked != 0;
}

void
strays_settle(struct nursery *n)
{
	struct job *strays = n->strays;

	if (strays->family.n_orphans > 0 || !strays_are_ending(n))
		return;
	loop_timer_clear(n->loop, &strays->timer);
	strays->state = JOB_LINGERING;
	strays->family.asked = 0;
	strays->family.doomed = false;
	strays->family.below.len = 0;
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
	struct job *strays = n->strays;

	if (n->options->job.orphans != ORPHANS_WAIT || contain_is_empty())
		return false;
	scan_look(n->contain);
	if (strays->family.n_orphans == 0)
		return false;
	if (!strays_are_ending(n))
		job_event(strays, event_for_strays(n));
	return true;
}

bool
strays_end(struct nursery *n)
{
	struct job *strays = n->strays;

	if (contain_is_empty() || n->strays->family.gave_up ||
	    n->options->job.orphans == ORPHANS_LEAVE)
		return true;
	if (strays_are_ending(n))
		return false;
	scan_sweep(n->contain);
	if (contain_is_empty())
		return true;
	if (strays->family.n_orphans == 0)
		job_event(strays, JOB_KILL); /* unseen, or unreapable */
	else
		job_event(strays, event_for_strays(n));
	return false;
}
