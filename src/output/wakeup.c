#include "wakeup.h"

#define LATER_NS (10 * NS_PER_MS)

void
wakeup_init(struct wakeup *wakeup, struct loop *loop,
    void (*fire)(struct loop_timer *timer), void *arg)
{
	*wakeup = (struct wakeup){ .loop = loop };
	loop_timer_init(&wakeup->timer, fire, arg);
}

void
wakeup_release(struct wakeup *wakeup)
{
	loop_timer_clear(wakeup->loop, &wakeup->timer);
}

/*
 * A nanosecond from now, so that it is not due in this turn: what is done when
 * it fires may ask for the next wakeup, and the loop must look at its signals
 * in between.
 */
void
wakeup_soon(struct wakeup *wakeup)
{
	loop_timer_set(
	    wakeup->loop, &wakeup->timer, loop_now(wakeup->loop) + 1);
}

void
wakeup_later(struct wakeup *wakeup)
{
	wakeup->unwatched = true;
	if (wakeup->timer.deadline_ns == NS_NEVER)
		loop_timer_set(wakeup->loop, &wakeup->timer,
		    loop_now(wakeup->loop) + LATER_NS);
}

bool
wakeup_take_unwatched(struct wakeup *wakeup)
{
	bool unwatched = wakeup->unwatched;

	wakeup->unwatched = false;
	return unwatched;
}
