#include "readers.h"

#include <stdio.h>

#include "closing.h"
#include "delivery.h"
#include "record/recorder.h"
#include "report/report.h"
#include "state.h"
#include "verdict.h"

/* How long a reader is waited for until we say so. */
#define SAY_NS (5 * NS_PER_S)

/* What a message says of a reader. */
#define TEXT_MAX 320

static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;

	scope->readers.said = true;
	readers_tell(scope);
}

void
readers_init(struct scope *scope)
{
	struct readers *readers = &scope->readers;

	readers->recorder = recorder_new(&scope->options->records,
	    scope->context.report, scope->context.loop);
	loop_timer_init(&readers->timer, timer_fired, scope);
}

void
readers_release(struct scope *scope)
{
	loop_timer_clear(scope->context.loop, &scope->readers.timer);
	recorder_free(scope->readers.recorder);
}

/* A reader is waited for, or no longer. */
static void
wait_or_not(struct scope *scope, bool wait)
{
	struct readers *readers = &scope->readers;
	struct loop *loop = scope->context.loop;

	if (!wait)
		loop_timer_clear(loop, &readers->timer);
	else if (!readers->said && readers->timer.deadline_ns == NS_NEVER)
		loop_timer_set(loop, &readers->timer, loop_now(loop) + SAY_NS);
}

bool
readers_hold(struct scope *scope)
{
	bool hold = !closing_has_begun(scope) &&
	    recorder_holds(scope->readers.recorder);

	wait_or_not(scope, hold);
	return hold;
}

void
readers_describe(const struct scope *scope, char *buf, size_t size)
{
	char what[TEXT_MAX] = "";

	if (!closing_has_begun(scope) &&
	    recorder_holds(scope->readers.recorder))
		recorder_describe(scope->readers.recorder, what, sizeof(what));
	snprintf(
	    buf, size, "%s%s", what[0] != '\0' ? "waiting for " : "", what);
}

void
readers_tell(const struct scope *scope)
{
	const struct recorder *recorder = scope->readers.recorder;
	char what[TEXT_MAX];

	if (!recorder_holds(recorder) &&
	    !(closing_is_drained(scope) && recorder_is_behind(recorder)))
		return;
	recorder_describe(recorder, what, sizeof(what));
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = what });
}

/* Waits as long as a reader is not done; after a fatal signal not for long. */
static void
wait_until(struct scope *scope, bool (*is_waited_for)(const struct recorder *))
{
	struct recorder *recorder = scope->readers.recorder;

	for (;;) {
		recorder_flush(recorder);
		if (!is_waited_for(recorder) || scope->delivery.gave_up)
			break;
		wait_or_not(scope, true);
		delivery_limit(scope);
		loop_turn(scope->context.loop, true);
	}
	wait_or_not(scope, false);
}

/* A reader who never came is not waited for any longer. */
static bool
is_read_slowly(const struct recorder *recorder)
{
	return recorder_holds(recorder) && recorder_is_behind(recorder);
}

void
readers_wait_for_room(struct scope *scope)
{
	wait_until(scope, is_read_slowly);
	if (scope->delivery.gave_up)
		recorder_give_up(scope->readers.recorder);
}

void
readers_finish(struct scope *scope)
{
	wait_until(scope, recorder_is_behind);
	recorder_give_up(scope->readers.recorder);
	verdict_records(scope);
}
