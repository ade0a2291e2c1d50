#include "scope.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
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
#include "feed_agent.h"
#include "feed_plan.h"
#include "feed_source.h"
#include "feed_spawned.h"
#include "files.h"
#include "job/elsewhere.h"
#include "job/environment.h"
#include "job/here.h"
#include "job/processes.h"
#include "job/states.h"
#include "job/tell.h"
#include "jobsfile.h"
#include "ladder.h"
#include "machines.h"
#include "manager_status.h"
#include "median.h"
#include "memory.h"
#include "overview.h"
#include "readers.h"
#include "record/recorder.h"
#include "report/report.h"
#include "roster.h"
#include "sections.h"
#include "share.h"
#include "shortage.h"
#include "slots.h"
#include "standin.h"
#include "strays.h"
#include "sys/process.h"
#include "tally.h"
#include "verdict.h"

/* What jobs tell the scope. */

static void
job_moved(struct job *job, enum job_state from)
{
	roster_moved(scope_of(job), job, from);
	if (job->state != JOB_DRAINING)
		return;
	machines_unplace(job);
	median_note(scope_of(job), job);
	if (job->kind->paced)
		pace_judged(&scope_of(job)->pace,
		    outcome_is_failure(&job->attempt.outcome));
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
	if (outcome_is_failure(&job->attempt.outcome))
		machines_failed(job);
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
	const struct report_usage usage = tell_usage(job);

	if (job->judged && job->kind->counted)
		tell_event(job,
		    (struct report_event){ .kind = REPORT_OVER,
			.outcome = &job->attempt.outcome,
			.usage = &usage });
	roster_leave(scope, job);
	machines_forget(job);
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
job_killed(struct job *job)
{
	control_job_killed(scope_of(job));
}

static void
job_stuck(struct job *job)
{
	verdict_stuck(scope_of(job));
	closing_close(scope_of(job), CLOSE_CONTAINMENT);
}

static void
job_deaf(struct job *job)
{
	machines_give_up(job);
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
job_took(void *arg, int fd, const char *data, size_t len)
{
	standin_took(arg, fd, data, len);
	tell_output(arg, fd, data, len);
}

/* The controller that has sent the job is told what it wrote. */
static void
sent_job_took(void *arg, int fd, const char *data, size_t len)
{
	feed_agent_took(arg, fd, data, len);
}

static void
drained(void *arg, int error, const int64_t wrote[2])
{
	job_drained(arg, error, wrote);
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
	context->executor = &executor_here;
	context->placed = options->machines.carrier == CARRIER_NONE
	    ? &executor_here
	    : &executor_elsewhere;
	context->events = (struct job_events){ .moved = job_moved,
		.judged = job_judged,
		.due = job_due,
		.over = job_over,
		.stopped = job_stopped,
		.killed = job_killed,
		.stuck = job_stuck,
		.deaf = job_deaf,
		.unread = job_unread };
	context->loop = loop_new();
	context->spawner = process_spawner_new();
	if (context->loop == NULL || context->spawner == NULL)
		msg_fatal("cannot start: %s", strerror(errno));
	context->inlets.loop = context->loop;
	context->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (context->null_fd < 0)
		msg_fatal("cannot open /dev/null: %s", strerror(errno));
	context->ungroup = options->output.mode == OUTPUT_UNGROUP;
	sections_init(scope, &events);
	standin_init(scope, &events);
	context->report = report_new(&options->report, context->loop);
	readers_init(scope);
	if (report_wants(context->report, REPORT_WANTS_OUTPUT) ||
	    standin_wants_output(scope))
		events.took = job_took;
	if (options->agent != NULL)
		events.took = sent_job_took;
	context->output =
	    output_new(context->loop, &options->output, &events, scope);
	context->contain = contain_new(context->loop, scope->front,
	    options->job.orphans == ORPHANS_LEAVE, &processes_events);
	scan_init(context->contain);
	if (!contain_set_limits(
		context->contain, &options->job.limits, why, sizeof(why)))
		msg_fatal("%s", why);
	containment_begin(scope);
	machines_init(scope);
}

/* The environment is made last: it names the socket that a feed has made. */
static void
init_feeds(struct scope *scope, struct source *source)
{
	const struct scope_options *options = scope->options;
	const struct host_told here = { front_pid(scope->front), ":", ":" };
	struct feed *items = scope->feeds.items;
	struct environment_facts facts = {
		.pid = front_pid(scope->front),
		.grace_ns = options->job.grace_ns,
		.limit_ns = closing_time_left(scope),
		.host = options->machines.self,
		.parallel = options->parallel.on ? &here : NULL,
		.slot_variable = options->parallel.slot_variable,
	};

	if (options->machines.told.login != NULL)
		facts.parallel = &options->machines.told;
	items[FEED_PLAN] = feed_plan_new(scope);
	items[FEED_SPAWNED] = feed_spawned_new(scope);
	items[FEED_SOURCE] = options->agent != NULL
	    ? feed_agent_new(scope)
	    : feed_source_new(scope, source);
	if (options->agent != NULL)
		feed_agent_listen(&items[FEED_SOURCE], feed_spawned_answered,
		    &items[FEED_SPAWNED]);
	facts.socket = feed_spawned_socket(&items[FEED_SPAWNED]);
	share_init(scope, front_rundir(scope->front));
	facts.makeflags = share_makeflags(scope);
	facts.terminals = options->output.terminals;
	scope->context.environment = environment_new(&facts);
}

static void
tell_opened(struct scope *scope)
{
	tally_running(scope);
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_OPENED,
		.counts = &scope->tally.counts,
		.count = (size_t)scope->options->jobs,
		.pid = front_pid(scope->front) });
}

static void
init(struct scope *scope, const struct scope_options *options,
    struct source *source, const struct signals *signals,
    const struct front *front)
{
	scope->options = options;
	scope->front = front;
	files_init(scope);
	init_context(scope, signals);
	scope->context.started_ns = loop_now(scope->context.loop);
	msg_set_writer(output_note, scope->context.output);
	sections_open(scope);
	median_init(scope);
	memory_init(scope);
	control_init(scope);
	strays_init(scope);
	jobsfile_init(scope);
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
	files_check(scope);
	tell_opened(scope);
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
	if (scope->options->agent != NULL)
		feed_agent_free(&items[FEED_SOURCE]);
	else
		feed_source_free(&items[FEED_SOURCE]);
	feed_plan_free(&items[FEED_PLAN]);
	feed_spawned_free(&items[FEED_SPAWNED]);
	machines_release(scope);
	share_release(scope);
	jobsfile_release(scope);
	median_release(scope);
	memory_release(scope);
	slots_release(scope);
	environment_free(context->environment);
	strays_release(scope);
	contain_free(context->contain);
	control_release(scope);
	report_free(context->report);
	readers_release(scope);
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
	const struct plan_options *plan = &scope->options->plan;

	/* numbers without work: all was done by an earlier run */
	if (plan->n_services > 0 && !plan->alone && scope->tally.work == 0 &&
	    scope->tally.numbered == 0 && scope->closing.cause == CLOSE_NOT)
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
	    machines_end(scope) && strays_end(scope);
}

/* Turns the loop until no job will start and no process is left. */
static void
run_jobs(struct scope *scope)
{
	for (;;) {
		output_tell_errors(scope->context.output);
		machines_turn(scope);
		/* who waited hears of it before a failure may cancel it */
		feed_spawned_answer(&scope->feeds.items[FEED_SPAWNED]);
		admission_run(scope);
		share_settle(scope);
		pace_settle(&scope->pace, slots_running(scope));
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
		manager_status_update(scope);
		overview_run(scope);
		recorder_flush(scope->readers.recorder);
		loop_turn(scope->context.loop, !scope->admission.again);
	}
}

/* Tells of the commands that will never start, if somebody wants to know. */
static void
tell_left(struct scope *scope)
{
	if (!report_wants(scope->context.report, REPORT_WANTS_NOT_STARTED))
		return;
	while (feeds_tell_left(&scope->feeds))
		readers_wait_for_room(scope);
}

static void
tell_finished(struct scope *scope)
{
	struct scope_result result;
	char cause[512];

	verdict_records(scope);
	result = verdict_result(scope);
	tally_not_started(
	    scope, feed_plan_final_left(&scope->feeds.items[FEED_PLAN]));
	verdict_describe(scope, cause, sizeof(cause));
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_FINISHED,
		.counts = &scope->tally.counts,
		.text = cause,
		.cause = scope->closing.cause == CLOSE_HANGUP ? "hangup" : NULL,
		.status = result.status,
		.signo = result.signo,
		.elapsed_ns = loop_now(scope->context.loop) -
		    scope->context.started_ns });
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
	tell_left(&scope);
	tell_finished(&scope);
	readers_finish(&scope);
	sections_close(&scope);
	delivery_finish(&scope);
	overview_finish(&scope);
	if (options->agent != NULL)
		feed_agent_finish(&scope.feeds.items[FEED_SOURCE]);
	delivery_close(&scope);
	result = verdict_result(&scope);
	machines_count_failed(&scope, &result);
	release(&scope);
	return result;
}
