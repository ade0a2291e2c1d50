#include "stopping.h"

#include "job.h"

void
stopping_ask(struct job *job, const struct stop *how)
{
	const struct job_options *options = job->context->options;
	struct stopping *stopping = &job->attempt.stopping;
	bool is_last = how->signo != options->cancel_signal;

	if (job->state != JOB_STOPPING || job->family.asked != how->signo) {
		job->attempt.asked_ns = loop_now(job->context->loop);
		stopping->step = is_last ? options->steps.n : 0;
	}
	if (job->state != JOB_STOPPING)
		stopping->kill_ns =
		    job->family.asked != 0 ? job->timer.deadline_ns : NS_NEVER;
	if (how->deadline_ns < stopping->kill_ns)
		stopping->kill_ns = how->deadline_ns;
}

int64_t
stopping_next_ns(const struct job *job)
{
	const struct stop_steps *steps = &job->context->options->steps;
	const struct stopping *stopping = &job->attempt.stopping;
	int64_t next_ns = stopping->kill_ns, step_ns;

	if (stopping->step < steps->n) {
		step_ns = loop_after(
		    job->attempt.asked_ns, steps->items[stopping->step].at_ns);
		next_ns = step_ns < next_ns ? step_ns : next_ns;
	}
	return next_ns;
}

int
stopping_take(struct job *job)
{
	const struct stop_steps *steps = &job->context->options->steps;
	struct stopping *stopping = &job->attempt.stopping;

	if (loop_now(job->context->loop) >= stopping->kill_ns ||
	    stopping->step >= steps->n)
		return 0;
	return steps->items[stopping->step++].signo;
}
