#include "roster.h"

#include "job/elsewhere.h"
#include "slots.h"
#include "state.h"

void
roster_init(struct scope *scope)
{
	TAILQ_INIT(&scope->roster.jobs);
}

void
roster_join(struct scope *scope, struct job *job)
{
	struct roster *roster = &scope->roster;

	TAILQ_INSERT_TAIL(&roster->jobs, job, link);
	if (!elsewhere_is(job))
		family_join(&job->family);
	roster->n_jobs++;
	roster->n_open += job->kind->holds_open;
	if (job->kind->takes_slot)
		slots_use(scope);
	job->attempt.started_ns = loop_now(scope->context.loop);
}

static void
count(
    struct roster *roster, const struct job *job, enum job_state state, int by)
{
	if (state == JOB_DRAINING && job->kind->holds_open)
		roster->n_draining += (size_t)by;
	if (state == JOB_WAITING && job->kind->holds_open)
		roster->n_waiting += (size_t)by;
}

void
roster_moved(struct scope *scope, struct job *job, enum job_state from)
{
	count(&scope->roster, job, from, -1);
	count(&scope->roster, job, job->state, 1);
}

void
roster_leave(struct scope *scope, struct job *job)
{
	struct roster *roster = &scope->roster;

	TAILQ_REMOVE(&roster->jobs, job, link);
	if (!elsewhere_is(job))
		family_leave(&job->family);
	roster->n_jobs--;
	roster->n_open -= job->kind->holds_open;
	if (job->kind->takes_slot)
		slots_unuse(scope);
	count(roster, job, job->state, -1);
}

bool
roster_is_drained(const struct scope *scope)
{
	return scope->roster.n_open == scope->roster.n_draining;
}
