#include "scope.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "base/msg.h"
#include "closing.h"
#include "contain/front.h"
#include "contain/scan.h"
#include "containment.h"
#include "control.h"
#include "delivery.h"
#include "feed_plan.h"
#include "feed_source.h"
#include "feed_spawned.h"
#include "job/environment.h"
#include "job/processes.h"
#include "job/states.h"
#include "job/tell.h"
#include "ladder.h"
#include "overview.h"
#include "report/report.h"
#include "roster.h"
#include "sections.h"
#include "shortage.h"
#include "slots.h"
#include "strays.h"
#include "sys/process.h"
#include "tally.h"
#include "verdict.h"

/* The feeds, in the order in which they are asked. */
enum {
	FEED_PLAN,
	FEED_SPAWNED,
	FEED_SOURCE,
};

/* What jobs tell the scope. */

static void
job_moved(struct job *job, enum job_state from)
{
	roster_moved(scope_of(job), job, from);
}

static void
job_judged(struct job *job)
{
	struct scope *scope = scope_of(job);

	if (!job->kind->counted)
		return;
	tell_event(job,
	    (struct report_event){
		.kind = REPORT_ENDED, .outcome = &job->attempt.outcome });
	sections_judged(scope, job);
	tally_end(scope, job->kind, &job->attempt.outcome);
	verdict_judge(scope, job);
}

static void
job_due(struct job *job)
{
	admission_due(scope_of(job), job);
}

static void
job_over(struct job *job)
{
	struct scope *scope = scope_of(job);

	roster_leave(scope, job);
	if (job->kind->takes_slot)
		slots_give_back(scope, job->slot);
	feed_spawned_job_over(&scope->feeds.items[FEED_SPAWNED], job);
	shortage_wake(scope);
}

static void
job_stopped(struct job *job, int signo)
{
	control_job_stopped(scope_of(job), job, signo);
}

static void
job_stuck(struct job *job)
{
	verdict_stuck(scope_of(job));
	closing_close(scope_of(job), CLOSE_CONTAINMENT);
}

static void
job_unread(struct job *job)
{
	verdict_output_unread(scope_of(job));
}

/* What the output tells the scope. */

static void
job_wrote(void *arg)
{
	struct job *job = arg;

	job_heard(job);
}

static void
drained(void *arg, int error)
{
	job_drained(arg, error);
}

static void
undeliverable(void *arg, int fd, int error, bool lost)
{
	struct scope *scope = arg;

	verdict_output_failed(scope, fd, error, lost);
	/* a message of ours that nobody reads is no reason to stop */
	if (lost)
		closing_cancel(scope, CLOSE_OUTPUT);
}

static void
init_context(struct scope *scope, const struct signals *signals)
{
	struct output_events events = { .wrote = job_wrote,
		.drained = drained,
		.undeliverable = undeliverable };
	const struct scope_options *options = scope->options;
	struct job_context *context = &scope->context;
	char why[PATH_MAX + 512];

	context->arg = scope;
	context->options = &options->job;
	context->signals = signals;
	context->events = (struct job_events){ .moved = job_moved,
		.judged = job_judged,
		.due = job_due,
		.over = job_over,
		.stopped = job_stopped,
		.stuck = job_stuck,
		.unread = job_unread };
	context->loop = loop_new();
	context->spawner = process_spawner_new();
	if (context->loop == NULL || context->spawner == NULL)
		msg_fatal("cannot start: %s", strerror(errno));
	context->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (context->null_fd < 0)
		msg_fatal("cannot open /dev/null: %s", strerror(errno));
	context->ungroup = options->output.mode == OUTPUT_UNGROUP;
	sections_init(scope, &events);
	context->output =
	    output_new(context->loop, &options->output, &events, scope);
	context->report = report_new(&options->report);
	context->contain = contain_new(context->loop, scope->front,
	    options->job.orphans == ORPHANS_LEAVE, &processes_events);
	scan_init(context->contain);
	if (!contain_set_limits(
		context->contain, &options->job.limits, why, sizeof(why)))
		msg_fatal("%s", why);
	containment_begin(scope);
}

/* The environment is made last: it names the socket that a feed has made. */
static void
init_feeds(struct scope *scope, struct source *source)
{
	const struct scope_options *options = scope->options;
	struct feed *items = scope->feeds.items;
	struct environment_facts facts = {
		.pid = front_pid(scope->front),
		.grace_ns = options->job.grace_ns,
		.limit_ns = options->timeout_ns < options->move_on_ns
		    ? options->timeout_ns
		    : options->move_on_ns,
		.parallel = options->parallel,
	};

	items[FEED_PLAN] = feed_plan_new(scope);
	items[FEED_SPAWNED] = feed_spawned_new(scope);
	items[FEED_SOURCE] = feed_source_new(scope, source);
	facts.socket = feed_spawned_socket(&items[FEED_SPAWNED]);
	scope->context.environment = environment_new(&facts);
}

static void
init(struct scope *scope, const struct scope_options *options,
    struct source *source, const struct signals *signals,
    const struct front *front)
{
	const struct report_event opened = { .kind = REPORT_OPENED };

	scope->options = options;
	scope->front = front;
	init_context(scope, signals);
	scope->started_ns = loop_now(scope->context.loop);
	msg_set_writer(output_note, scope->context.output);
	sections_open(scope);
	control_init(scope);
	strays_init(scope);
	init_feeds(scope, source);
	roster_init(scope);
	admission_init(scope);
	shortage_init(scope);
	pace_init(&scope->pace, &options->pace, scope->context.loop,
	    scope->context.report);
	closing_init(scope);
	ladder_init(scope);
	delivery_init(scope);
	overview_init(scope, source);
	report_tell(scope->context.report, &opened);
	feed_plan_adopt(&scope->feeds.items[FEED_PLAN]);
}

static void
release(struct scope *scope)
{
	struct job_context *context = &scope->context;
	struct feed *items = scope->feeds.items;
	struct job *job, *next;

	msg_set_writer(NULL, NULL);
	overview_release(scope);
	admission_release(scope);
	shortage_release(scope);
	TAILQ_FOREACH_SAFE(job, &scope->roster.jobs, link, next)
		job_drop(job); /* what it wrote was given up */
	pace_release(&scope->pace);
	feed_source_free(&items[FEED_SOURCE]);
	feed_plan_free(&items[FEED_PLAN]);
	feed_spawned_free(&items[FEED_SPAWNED]);
	slots_release(scope);
	environment_free(context->environment);
	strays_release(scope);
	contain_free(context->contain);
	control_release(scope);
	report_free(context->report);
	output_free(context->output);
	close(context->null_fd);
	process_spawner_free(context->spawner);
	loop_free(context->loop);
}

/* Tells if there are services, but nothing that they could serve. */
static void
tell_unserved(struct scope *scope)
{
	const struct report_event event = { .kind = REPORT_UNSERVED };
	bool services = false;

	for (size_t i = 0; i < scope->options->n_plan; i++)
		services |= scope->options->plan[i].kind == KIND_SERVICE;
	if (services && scope->tally.work == 0 &&
	    scope->closing.cause == CLOSE_NOT)
		report_tell(scope->context.report, &event);
}

/* The work is over: ends services, then strays.  True once none is left. */
static bool
end_work(struct scope *scope)
{
	if (scope->closing.stage == STAGE_OPEN) {
		if (strays_hold_scope(scope))
			return false;
		tell_unserved(scope);
		closing_end_work(scope);
		feeds_end(&scope->feeds);
	}
	return feed_plan_end_services(&scope->feeds.items[FEED_PLAN]) &&
	    strays_end(scope);
}

/* Turns the loop until no job will start and no process is left. */
static void
run_jobs(struct scope *scope)
{
	for (;;) {
		output_tell_errors(scope->context.output);
		/* who waited hears of it before a failure may cancel it */
		feed_spawned_answer(&scope->feeds.items[FEED_SPAWNED]);
		admission_run(scope);
		closing_check_halt(scope); /* the input may have ended */
		feed_spawned_answer(&scope->feeds.items[FEED_SPAWNED]);
		if (closing_is_drained(scope) && end_work(scope)) {
			if (scope->closing.stage != STAGE_CLEANUP) {
				closing_begin_cleanup(scope);
				continue;
			}
			if (scope->roster.n_jobs == 0 ||
			    scope->delivery.gave_up)
				return;
			delivery_limit(scope);
		}
		overview_run(scope);
		loop_turn(scope->context.loop, !scope->admission.again);
	}
}

static void
tell_finished(struct scope *scope)
{
	const struct scope_result result = verdict_result(scope);
	char cause[512];

	tally_not_started(
	    scope, feed_plan_final_left(&scope->feeds.items[FEED_PLAN]));
	verdict_describe(scope, cause, sizeof(cause));
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_FINISHED,
		.counts = &scope->tally.counts,
		.text = cause,
		.status = result.status,
		.signo = result.signo,
		.elapsed_ns =
		    loop_now(scope->context.loop) - scope->started_ns });
}

struct scope_result
scope_run(const struct scope_options *options, struct source *source,
    const struct signals *signals, const struct front *front)
{
	struct scope scope = { 0 };
	struct scope_result result;

	init(&scope, options, source, signals, front);
	run_jobs(&scope);
	overview_end(&scope);
	containment_end(&scope);
	delivery_finish(&scope);
	feed_spawned_close(&scope.feeds.items[FEED_SPAWNED]);
	tell_finished(&scope);
	sections_close(&scope);
	delivery_finish(&scope);
	overview_finish(&scope);
	delivery_close(&scope);
	result = verdict_result(&scope);
	release(&scope);
	return result;
}
