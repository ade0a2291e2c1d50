#include "pace.h"

#include "sys/pressure.h"

/* How often the machine is looked at while a job waits for it. */
#define PAUSE_FIRST_NS (100 * NS_PER_MS)
#define PAUSE_MAX_NS (1 * NS_PER_S)

/* Only wakes the loop; admission looks again. */
static void
timer_fired(struct loop_timer *timer)
{
	(void)timer;
}

void
pace_init(
    struct pace *pace, const struct pace_limits *limits, struct loop *loop)
{
	*pace = (struct pace){
		.limits = limits, .loop = loop, .pause_ns = PAUSE_FIRST_NS
	};
	loop_timer_init(&pace->timer, timer_fired, pace);
}

void
pace_release(struct pace *pace)
{
	loop_timer_clear(pace->loop, &pace->timer);
}

bool
pace_is_pressed(const struct pace_limits *limits, const char *root)
{
	int64_t load, memory;

	if (limits->load_milli > 0 && pressure_load(root, &load) == 0 &&
	    load >= limits->load_milli)
		return true;
	return limits->memory > 0 && pressure_memory(root, &memory) == 0 &&
	    memory < limits->memory;
}

bool
pace_allows(struct pace *pace)
{
	int64_t now_ns = loop_now(pace->loop);

	if (pace->timer.deadline_ns != NS_NEVER)
		return false;
	if (now_ns < pace->next_ns) {
		loop_timer_set(pace->loop, &pace->timer, pace->next_ns);
		return false;
	}
	if (pace_is_pressed(pace->limits, "")) {
		loop_timer_set(
		    pace->loop, &pace->timer, now_ns + pace->pause_ns);
		if (pace->pause_ns < PAUSE_MAX_NS / 2)
			pace->pause_ns *= 2;
		else
			pace->pause_ns = PAUSE_MAX_NS;
		return false;
	}
	pace->pause_ns = PAUSE_FIRST_NS;
	return true;
}

int64_t
pace_wait_ns(const struct pace *pace)
{
	int64_t now_ns = loop_now(pace->loop);

	if (pace->timer.deadline_ns == NS_NEVER ||
	    pace->timer.deadline_ns < now_ns)
		return 0;
	return pace->timer.deadline_ns - now_ns;
}

void
pace_started(struct pace *pace)
{
	if (pace->limits->delay_ns > 0)
		pace->next_ns =
		    loop_after(loop_now(pace->loop), pace->limits->delay_ns);
}
