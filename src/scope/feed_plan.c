#include "feed_plan.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "contain/scan.h"
#include "job/name.h"
#include "job/states.h"
#include "job/tell.h"
#include "labels.h"
#include "ladder.h"
#include "proc/foreign.h"
#include "report/report.h"
#include "roster.h"
#include "service.h"
#include "slots.h"
#include "state.h"
#include "tally.h"

/* The pause before a process that cannot be watched is looked at again. */
#define WATCH_PAUSE_NS (50 * NS_PER_MS)

/* An item of the plan, and what has become of it. */
struct planned {
	const struct plan_item *item;
	const struct kind *kind;
	struct scope *scope;
	char *name;              /* owned */
	struct job *job;         /* from its making to its end; else NULL */
	struct service *service; /* of a service, once its job is made */
	bool begun;
	bool dropped;            /* begun, but never started */
	bool stopped;            /* told to end, because the work is over */
	bool told;               /* the report knows that it never started */
	struct loop_io io;       /* watches the pidfd of an adopted process */
	struct loop_timer timer; /* armed while that cannot be watched */
};

struct plan {
	struct scope *scope;
	struct planned *items; /* in the order of the options */
	size_t len;
	bool serves;         /* the work is to run the services */
	int64_t deadline_ns; /* when the services' grace is over; 0: not set */
	struct buf label;    /* of the job made last */
};

static bool
is_taken(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->len; i++)
		if (plan->items[i].name != NULL &&
		    strcmp(plan->items[i].name, name) == 0)
			return true;
	return false;
}

/* The name, with a number behind it if another has it. */
static char *
unique_name(const struct plan *plan, const char *name)
{
	char *numbered = xstrdup(name);

	for (int n = 2; is_taken(plan, numbered); n++) {
		free(numbered);
		numbered = xasprintf("%s %d", name, n);
	}
	return numbered;
}

/* Names each: as the user says, or by its program. */
static void
choose_names(struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_item *item = plan->items[i].item;

		if (item->name != NULL)
			plan->items[i].name = xstrdup(item->name);
	}
	for (size_t i = 0; i < plan->len; i++) {
		struct planned *planned = &plan->items[i];
		const struct plan_item *item = planned->item;
		char base[NAME_SIZE];

		if (planned->name != NULL)
			continue;
		if (item->command != NULL)
			name_of_command(
			    item->command, strlen(item->command), base);
		else
			snprintf(base, sizeof(base), "%d", (int)item->pid);
		planned->name = unique_name(plan, base);
	}
}

static bool
waits(struct job *job)
{
	const struct planned *planned = job->owner;

	return service_waits(planned->service);
}

static bool
refuses(struct job *job, struct outcome *ret)
{
	const struct planned *planned = job->owner;

	return service_refuses(planned->service, ret);
}

static bool
may_end(struct job *job)
{
	const struct planned *planned = job->owner;

	return service_may_end(planned->service);
}

static bool
may_repeat(const struct job *job)
{
	const struct planned *planned = job->owner;

	return service_may_repeat(planned->service);
}

static int64_t
repeat(struct job *job)
{
	const struct planned *planned = job->owner;

	return service_repeat(planned->service);
}

static int
equip(struct job *job, struct process_request *request)
{
	const struct planned *planned = job->owner;

	return service_equip(planned->service, request);
}

static void
started(struct job *job)
{
	const struct planned *planned = job->owner;

	service_started(planned->service);
}

static void
over(struct job *job)
{
	struct planned *planned = job->owner;

	loop_del(job->context->loop, &planned->io);
	loop_timer_clear(job->context->loop, &planned->timer);
	planned->dropped = job->attempt.number == 0 && !job->judged;
	planned->job = NULL;
	if (planned->service != NULL)
		service_over(planned->service);
}

/* Other colours than those of the first commands, as far as there are some. */
static unsigned
colour_of(const struct plan *plan, const struct planned *planned)
{
	return UINT_MAX - (unsigned)(planned - plan->items);
}

static struct job *
begin(struct plan *plan, struct planned *planned, const char *text)
{
	static const struct job_hooks hooks = { .over = over };
	static const struct job_hooks of_service = { .waits = waits,
		.refuses = refuses,
		.may_end = may_end,
		.may_repeat = may_repeat,
		.repeat = repeat,
		.equip = equip,
		.started = started,
		.over = over };
	struct scope *scope = plan->scope;
	struct job *job = job_new(
	    &scope->context, planned->item->kind, 0, text, strlen(text));

	job->name = planned->name;
	planned->begun = true;
	planned->job = job;
	job->hooks = planned->kind->vital ? &of_service : &hooks;
	job->owner = planned;
	if (planned->kind->takes_slot)
		job->slot = slots_take(scope);
	if (planned->kind->work)
		tally_work(scope);
	if (planned->kind->vital)
		planned->service = service_new(scope, planned->item, job,
		    planned->name, colour_of(plan, planned));
	else if (scope->options->names.labelled)
		job->output.label =
		    labels_by_name(job, colour_of(plan, planned), &plan->label);
	labels_keep(job);
	return job;
}

/*
 * waitid(2) reports only our children; an adopted process's end shows on its
 * pidfd.
 */
static void
adopted_ended(struct planned *planned)
{
	struct leader *leader = &planned->job->family.leader;
	int code = CLD_EXITED, status = 0;

	if (leader->exited)
		return;
	foreign_status(leader->pidfd, leader->member.pid, &code, &status);
	scan_leader_ended(&planned->job->family, code, status);
}

static void
pidfd_ready(struct loop_io *io, uint32_t events)
{
	struct planned *planned = io->arg;

	(void)events;
	loop_del(planned->scope->context.loop, io);
	adopted_ended(planned);
}

/* Watches the pidfd; if the kernel has no memory for that, looks repeatedly. */
static void
watch_adopted(struct loop_timer *timer)
{
	struct planned *planned = timer->arg;
	struct loop *loop = planned->scope->context.loop;
	struct pollfd pidfd = { .fd = planned->item->pidfd, .events = POLLIN };

	if (loop_add(loop, &planned->io, pidfd.fd, EPOLLIN) == 0)
		return;
	if (poll(&pidfd, 1, 0) > 0)
		adopted_ended(planned);
	else
		loop_timer_set(loop, timer, loop_now(loop) + WATCH_PAUSE_NS);
}

static void
adopt(struct plan *plan, struct planned *planned)
{
	const struct plan_item *item = planned->item;
	struct scope *scope = plan->scope;
	char name[32], *text;
	struct job *job;

	proctree_name(
	    scope->context.contain->proctree, item->pid, name, sizeof(name));
	text = xasprintf("%d %s", (int)item->pid, name);
	job = begin(plan, planned, text);
	free(text);
	family_started(&job->family, item->pid, item->pidfd);
	roster_join(scope, job);
	job_began(job);
	tell_event(job, (struct report_event){ .kind = REPORT_ADOPTED });
	planned->io.ready = pidfd_ready;
	planned->io.arg = planned;
	loop_timer_init(&planned->timer, watch_adopted, planned);
	watch_adopted(&planned->timer);
}

void
feed_plan_adopt(struct feed *feed)
{
	struct plan *plan = feed->arg;

	for (size_t i = 0; i < plan->len; i++)
		if (!plan->items[i].kind->child)
			adopt(plan, &plan->items[i]);
}

static bool
is_awaited(const struct planned *planned)
{
	return planned->service != NULL && !service_is_ready(planned->service);
}

/* The service that what comes next has to wait for, or NULL. */
static const struct planned *
find_awaited(const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++)
		if (is_awaited(&plan->items[i]))
			return &plan->items[i];
	return NULL;
}

const struct job *
feed_plan_awaited(const struct feed *feed)
{
	const struct planned *planned = find_awaited(feed->arg);

	return planned != NULL ? planned->job : NULL;
}

bool
feed_plan_is_ready(const struct feed *feed)
{
	const struct plan *plan = feed->arg;

	for (size_t i = 0; i < plan->len; i++)
		if (plan->items[i].kind->vital &&
		    (plan->items[i].service == NULL ||
			is_awaited(&plan->items[i])))
			return false;
	return true;
}

bool
feed_plan_is_awaited(const struct job *job)
{
	return job->kind->vital && is_awaited(job->owner);
}

const char *
feed_plan_why_awaited(const struct job *job)
{
	const struct planned *planned = job->owner;

	return service_status(planned->service);
}

/* The next that has not begun: of --finally (cleanup), or services first. */
static struct planned *
find_next(const struct plan *plan, bool cleanup)
{
	struct planned *found = NULL;

	for (size_t i = 0; i < plan->len; i++) {
		struct planned *planned = &plan->items[i];

		if (planned->begun || planned->kind->cleanup != cleanup)
			continue;
		if (found == NULL ||
		    (planned->kind->vital && !found->kind->vital))
			found = planned;
	}
	return found;
}

/* The commands of --finally run one by one. */
static enum feed_answer
next_cleanup(struct plan *plan, struct job **ret_job)
{
	struct scope *scope = plan->scope;
	struct planned *planned = find_next(plan, true);

	if (planned == NULL || scope->closing.abandoned ||
	    !roster_is_drained(scope))
		return FEED_HOLD;
	ladder_rest(
	    scope); /* the signals for the one before are not for this one */
	*ret_job = begin(plan, planned, planned->item->command);
	return FEED_JOB;
}

static enum feed_answer
next(void *feed, bool room, struct job **ret_job)
{
	struct plan *plan = feed;
	struct planned *planned;

	if (plan->scope->closing.stage == STAGE_CLEANUP)
		return next_cleanup(plan, ret_job);
	if (find_awaited(plan) != NULL)
		return FEED_HOLD;
	planned = find_next(plan, false);
	if (planned == NULL)
		return FEED_NONE;
	if (planned->kind->takes_slot && !room)
		return FEED_HOLD;
	*ret_job = begin(plan, planned, planned->item->command);
	return FEED_JOB;
}

static void
tell_waits(const void *feed)
{
	const struct plan *plan = feed;

	for (size_t i = 0; i < plan->len; i++) {
		const struct planned *planned = &plan->items[i];

		if (planned->service != NULL && planned->job != NULL &&
		    !service_is_ready(planned->service))
			tell_event(planned->job,
			    (struct report_event){ .kind = REPORT_WAITING,
				.text = service_status(planned->service) });
	}
}

/* True while a service runs, or is to start again. */
static bool
has_service(const struct plan *plan)
{
	for (size_t i = 0; i < plan->len; i++)
		if (plan->items[i].service != NULL &&
		    plan->items[i].job != NULL)
			return true;
	return false;
}

static bool
is_over(const void *feed)
{
	const struct plan *plan = feed;
	bool cleanup = plan->scope->closing.stage == STAGE_CLEANUP;

	if (plan->serves && !cleanup && has_service(plan))
		return false;
	return (cleanup && plan->scope->closing.abandoned) ||
	    find_next(plan, cleanup) == NULL;
}

static uint64_t
count_work_left(const struct plan *plan)
{
	uint64_t n = 0;

	for (size_t i = 0; i < plan->len; i++)
		n += !plan->items[i].begun && plan->items[i].kind->work;
	return n;
}

static uint64_t
known(const void *feed, bool *ret_all)
{
	*ret_all = true;
	return count_work_left(feed);
}

static uint64_t
left(void *feed, bool *ret_all)
{
	*ret_all = true;
	return count_work_left(feed);
}

static bool
tell_left(void *feed)
{
	struct plan *plan = feed;

	for (size_t i = 0; i < plan->len; i++) {
		struct planned *planned = &plan->items[i];
		const char *command = planned->item->command;

		if (planned->begun || planned->told)
			continue;
		planned->told = true;
		report_tell(plan->scope->context.report,
		    &(struct report_event){ .kind = REPORT_NOT_STARTED,
			.job =
			    &(struct report_job){ .kind = planned->kind->name,
				.work = planned->kind->work,
				.name = planned->name,
				.text = command,
				.text_len = strlen(command),
				.state = "" } });
	}
	return false;
}

uint64_t
feed_plan_final_left(const struct feed *feed)
{
	const struct plan *plan = feed->arg;
	uint64_t n = 0;

	for (size_t i = 0; i < plan->len; i++)
		n += plan->items[i].kind->cleanup &&
		    (!plan->items[i].begun || plan->items[i].dropped);
	return n;
}

/* How many services have not been told to end yet. */
static size_t
count_services(const struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->len; i++)
		n += plan->items[i].service != NULL &&
		    plan->items[i].job != NULL && !plan->items[i].stopped;
	return n;
}

/*
 * The grace of the next service.  After a signal or a cancel all services
 * together have one, of which each gets an equal part of what is left, so that
 * those that do not heed signals keep nobody waiting for longer.
 */
static int64_t
grace_of_next(struct plan *plan)
{
	const struct scope *scope = plan->scope;
	int64_t now_ns = loop_now(scope->context.loop), left_ns;
	int64_t grace_ns = scope->options->job.grace_ns;
	size_t n;

	if (scope->ladder.urgency == URGENCY_NONE)
		return grace_ns;
	if (plan->deadline_ns == 0)
		plan->deadline_ns = loop_after(now_ns, grace_ns);
	left_ns = plan->deadline_ns - now_ns;
	n = count_services(plan);
	return left_ns > 0 && n > 0 ? left_ns / (int64_t)n : 0;
}

bool
feed_plan_end_services(struct feed *feed)
{
	struct plan *plan = feed->arg;
	struct scope *scope = plan->scope;

	for (size_t i = plan->len; i-- > 0;) {
		struct planned *planned = &plan->items[i];

		if (planned->job == NULL || planned->kind->holds_open)
			continue;
		if (!planned->stopped)
			ladder_ask(scope, planned->job,
			    scope->options->job.cancel_signal,
			    grace_of_next(plan));
		planned->stopped = true;
		return false;
	}
	return true;
}

struct feed
feed_plan_new(struct scope *scope)
{
	static const struct feed_ops ops = { .next = next,
		.is_over = is_over,
		.known = known,
		.left = left,
		.tell_left = tell_left,
		.tell_waits = tell_waits };
	const struct scope_options *options = scope->options;
	struct plan *plan = xcalloc(1, sizeof(*plan));

	plan->scope = scope;
	plan->len = options->plan.n;
	plan->serves = options->plan.alone;
	plan->items = xcalloc(plan->len + 1, sizeof(*plan->items));
	for (size_t i = 0; i < plan->len; i++)
		plan->items[i] = (struct planned){
			.item = &options->plan.items[i],
			.kind = kind_of(options->plan.items[i].kind),
			.scope = scope,
			.io.fd = -1,
			.timer.deadline_ns = NS_NEVER,
		};
	for (size_t i = 0; i < plan->len; i++)
		plan->serves &= !plan->items[i].kind->work;
	choose_names(plan);
	return (struct feed){ &ops, plan };
}

void
feed_plan_free(struct feed *feed)
{
	struct plan *plan = feed->arg;

	for (size_t i = 0; i < plan->len; i++) {
		service_free(plan->items[i].service);
		free(plan->items[i].name);
	}
	free(plan->items);
	buf_release(&plan->label);
	free(plan);
}
