#include "delivery.h"

#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "output/output.h"
#include "state.h"
#include "verdict.h"

static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;

	scope->delivery.gave_up = true;
}

void
delivery_init(struct scope *scope)
{
	loop_timer_init(&scope->delivery.timer, timer_fired, scope);
}

void
delivery_limit(struct scope *scope)
{
	struct loop *loop = scope->context.loop;
	struct loop_timer *timer = &scope->delivery.timer;
	int64_t wait_ns = scope->options->job.grace_ns, until_ns;

	if (scope->closing.signo == 0)
		return;
	if (wait_ns < NS_PER_S || scope->ladder.urgency == URGENCY_KILL)
		wait_ns = NS_PER_S;
	until_ns = loop_after(loop_now(loop), wait_ns);
	if (until_ns < timer->deadline_ns)
		loop_timer_set(loop, timer, until_ns);
}

void
delivery_finish(struct scope *scope)
{
	struct job_context *context = &scope->context;

	while (!output_idle(context->output) && !scope->delivery.gave_up) {
		delivery_limit(scope);
		loop_turn(context->loop, true);
	}
	loop_turn(context->loop, false); /* tells an error on the last bytes */
}

void
delivery_close(struct scope *scope)
{
	struct output *output = scope->context.output;
	uint64_t waiting = output_waiting(output);
	int error, late;

	msg_set_writer(NULL, NULL);
	if (scope->delivery.gave_up && waiting > 0)
		msg_warn("%llu bytes of output could not be delivered",
		    (unsigned long long)waiting);
	if (scope->verdict.output_error != 0 || scope->delivery.gave_up)
		return;
	error = output_close(output, STDOUT_FILENO);
	if (error != 0)
		msg_warn(
		    "cannot write to standard output: %s", strerror(error));
	late = output_close(output, STDERR_FILENO);
	verdict_output_late(scope, error != 0 ? error : late);
}
