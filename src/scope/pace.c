#include "pace.h"

#include <stdio.h>

#include <sys/epoll.h>

#include "base/parse.h"
#include "report/report.h"
#include "sys/pressure.h"
#include "sys/semaphore.h"

/* How often the machine is looked at while a job waits for it. */
#define PAUSE_FIRST_NS (100 * NS_PER_MS)
#define PAUSE_MAX_NS (1 * NS_PER_S)
/* The first pause when somebody has perhaps left a class. */
#define PAUSE_NEWS_NS (1 * NS_PER_MS)
/* How long is waited for something until we say so. */
#define SAY_NS (5 * NS_PER_S)

/* Only wakes the loop; admission looks again. */
static void
timer_fired(struct loop_timer *timer)
{
	(void)timer;
}

/* Somebody has left a class, or will have in a moment. */
static void
news_came(struct loop_io *io, uint32_t events)
{
	struct pace *pace = io->arg;

	(void)events;
	semaphore_heed(pace->full->semaphore);
	pace->pause_ns = PAUSE_NEWS_NS;
	loop_timer_clear(pace->loop, &pace->timer);
}

void
pace_init(struct pace *pace, const struct pace_limits *limits,
    struct loop *loop, struct report *report)
{
	*pace = (struct pace){ .limits = limits,
		.loop = loop,
		.report = report,
		.delay_ns = limits->delay_ns,
		.pause_ns = PAUSE_FIRST_NS };
	loop_timer_init(&pace->timer, timer_fired, pace);
	pace->news =
	    (struct loop_io){ .ready = news_came, .arg = pace, .fd = -1 };
}

void
pace_release(struct pace *pace)
{
	loop_timer_clear(pace->loop, &pace->timer);
	loop_del(pace->loop, &pace->news);
}

enum pace_cause
pace_pressed(
    const struct pace_limits *limits, const char *root, int64_t *ret_found)
{
	if (limits->load_milli > 0 && pressure_load(root, ret_found) == 0 &&
	    *ret_found >= limits->load_milli)
		return PACE_LOAD;
	if (limits->memory > 0 && pressure_memory(root, ret_found) == 0 &&
	    *ret_found < limits->memory)
		return PACE_MEMORY;
	return PACE_NOTHING;
}

void
pace_describe(const struct pace *pace, char *buf, size_t size)
{
	const struct pace_limits *limits = pace->limits;
	char found[FORMAT_DURATION_MAX], wanted[FORMAT_DURATION_MAX];

	switch (pace->cause) {
	case PACE_NOTHING:
	case PACE_CAUSES:
		buf[0] = '\0';
		break;
	case PACE_DELAY:
		format_duration(
		    pace->next_ns - loop_now(pace->loop), found, sizeof(found));
		snprintf(buf, size, "the end of --delay: %s more", found);
		break;
	case PACE_LOAD:
		snprintf(buf, size, "a load below --load %.15g: it is %.15g",
		    (double)limits->load_milli / 1000,
		    (double)pace->found / 1000);
		break;
	case PACE_MEMORY:
		format_size(pace->found, found, sizeof(found));
		format_size(limits->memory, wanted, sizeof(wanted));
		snprintf(buf, size,
		    "free memory: --memfree wants %s, %s are free", wanted,
		    found);
		break;
	case PACE_CLASS:
		classes_describe(pace->full, buf, size);
		break;
	}
}

void
pace_tell(const struct pace *pace)
{
	char text[320];

	if (pace->cause == PACE_NOTHING)
		return;
	pace_describe(pace, text, sizeof(text));
	report_tell(pace->report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = text });
}

/*
 * A start has to wait.  --delay is known to the user and has an end; so has a
 * class that only our own jobs fill.
 */
static void
wait_for(struct pace *pace, enum pace_cause cause)
{
	int64_t now_ns = loop_now(pace->loop);

	if (pace->cause != cause)
		pace->since_ns = now_ns;
	pace->cause = cause;
	if (cause == PACE_DELAY || pace->said[cause] ||
	    (cause == PACE_CLASS && !classes_has_others(pace->full)) ||
	    now_ns - pace->since_ns < SAY_NS)
		return;
	pace->said[cause] = true;
	pace_tell(pace);
}

/* Nothing is as it should be now: it is looked at again after a pause. */
static void
pause_for(struct pace *pace, enum pace_cause cause)
{
	loop_timer_set(
	    pace->loop, &pace->timer, loop_now(pace->loop) + pace->pause_ns);
	if (pace->pause_ns < PAUSE_MAX_NS / 2)
		pace->pause_ns *= 2;
	else
		pace->pause_ns = PAUSE_MAX_NS;
	wait_for(pace, cause);
}

/* Nobody is sure to tell, so that it is looked at now and then as well. */
static void
watch_class(struct pace *pace)
{
	int fd = semaphore_fd(pace->full->semaphore);

	if (fd >= 0)
		loop_add(pace->loop, &pace->news, fd, EPOLLIN);
}

bool
pace_allows(struct pace *pace, size_t running)
{
	int64_t now_ns = loop_now(pace->loop);
	enum pace_cause cause;

	/* who runs again has kept its class while another waits for that */
	if (pace->timer.deadline_ns != NS_NEVER &&
	    (pace->cause != PACE_CLASS ||
		!classes_suffice(&pace->limits->classes, running)))
		return false;
	if (now_ns < pace->next_ns) {
		loop_timer_set(pace->loop, &pace->timer, pace->next_ns);
		wait_for(pace, PACE_DELAY);
		return false;
	}
	cause = pace_pressed(pace->limits, "", &pace->found);
	if (cause != PACE_NOTHING) {
		pause_for(pace, cause);
		return false;
	}
	loop_del(pace->loop, &pace->news);
	pace->full = classes_take(&pace->limits->classes, running);
	if (pace->full != NULL) {
		watch_class(pace);
		pause_for(pace, PACE_CLASS);
		return false;
	}
	loop_timer_clear(pace->loop, &pace->timer);
	pace->cause = PACE_NOTHING;
	pace->pause_ns = PAUSE_FIRST_NS;
	return true;
}

void
pace_settle(struct pace *pace, size_t running)
{
	if (classes_settle(&pace->limits->classes, running) &&
	    pace->cause == PACE_CLASS)
		loop_timer_set(pace->loop, &pace->timer, loop_now(pace->loop));
}

void
pace_started(struct pace *pace)
{
	if (pace->delay_ns > 0)
		pace->next_ns =
		    loop_after(loop_now(pace->loop), pace->delay_ns);
}

/* As in GNU parallel: 30 % more after a failure, 10 % less after a success. */
void
pace_judged(struct pace *pace, bool failed)
{
	if (!pace->limits->adapts || pace->delay_ns > NS_NEVER / 16)
		return;
	pace->delay_ns = pace->delay_ns / 10 * (failed ? 13 : 9);
}
