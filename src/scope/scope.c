#include "scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "contain/reach.h"
#include "contain/scan.h"
#include "feed_spawned.h"
#include "input/source.h"
#include "output/relay.h"
#include "state.h"
#include "strays.h"
#include "sys/process.h"

static void
job_wrote(void *arg)
{
	struct job *job = arg;

	job->wrote_ns = loop_now(job->nursery->loop);
}

static void
drained(void *arg)
{
	job_drained(arg);
}

static void
undeliverable(void *arg, int fd, int error)
{
	struct nursery *n = arg;

	if (n->output_error != 0)
		return;
	n->output_error = error;
	n->output_error_fd = fd;
	/* a message of ours that nobody reads is no reason to stop */
	if (output_lost(n->output) > 0)
		closing_cancel(n, CLOSE_OUTPUT);
}

static void
leader_exited(struct family *family, int code, int status)
{
	job_leader_status(family->owner, code, status);
	job_event(family->owner, JOB_LEADER_EXITED);
}

static void
orphaned(struct family *family)
{
	struct job *job = family->owner;

	/* strays are left alone until the end, unless all are being ended */
	if (job != job->nursery->strays || strays_are_ending(job->nursery))
		job_event(job, JOB_ORPHANED);
}

static void
gone(struct family *family)
{
	struct job *job = family->owner;

	if (job == job->nursery->strays)
		strays_settle(job->nursery);
	else
		job_event(job, JOB_GONE);
}

static void
progressed(struct family *family)
{
	job_progressed(family->owner);
}

/* By us for Ctrl-Z, or because it wants the terminal. */
static void
leader_stopped(struct family *family, int signo)
{
	struct job *job = family->owner;
	const struct outcome outcome = { .kind = OUTCOME_WANTS_TERMINAL,
		.detail = signo };

	if (job->nursery->suspending)
		control_leader_stopped(job->nursery);
	else if ((signo == SIGTTIN || signo == SIGTTOU) &&
	    job->state == JOB_RUNNING)
		job_fail(job, &outcome);
}

static void
stuck(struct family *family)
{
	struct job *job = family->owner;
	struct nursery *n = job->nursery;
	char names[256];

	reach_name_orphans(family, names, sizeof(names));
	n->containment_failed = true;
	closing_close(n, CLOSE_CONTAINMENT);
	if (!family->leader.exited)
		msg_warn("cannot end process %d of %s %llu",
		    family->leader.member.pid, job->kind->name,
		    (unsigned long long)job->seq);
	else
		msg_warn("cannot end what jobs left behind: %s", names);
}

static bool
owns_pipe(const struct family *family, dev_t dev, ino_t ino)
{
	const struct job *job = family->owner;

	return (job->capture != NULL &&
		   capture_has_pipe(job->capture, dev, ino)) ||
	    (job->relay != NULL && relay_has_pipe(job->relay, dev, ino));
}

static void
init_contain(struct nursery *n)
{
	const struct contain_events events = { .exited = leader_exited,
		.orphaned = orphaned,
		.gone = gone,
		.stopped = leader_stopped,
		.progressed = progressed,
		.stuck = stuck,
		.owns_pipe = owns_pipe };

	n->contain = contain_new(n->loop, n->front,
	    n->options->job.orphans == ORPHANS_LEAVE, &events);
	scan_init(n->contain);
	strays_init(n);
}

static void
init(struct nursery *n, const struct scope_options *options,
    struct source *source, const struct signals *sig, const struct front *front)
{
	const struct output_events events = { .wrote = job_wrote,
		.drained = drained,
		.undeliverable = undeliverable };

	n->options = options;
	n->source = source;
	n->signals = sig;
	n->front = front;
	n->loop = loop_new();
	n->spawner = process_spawner_new();
	if (n->loop == NULL || n->spawner == NULL)
		msg_fatal("cannot start: %s", strerror(errno));
	n->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (n->null_fd < 0)
		msg_fatal("cannot open /dev/null: %s", strerror(errno));
	n->started_ns = loop_now(n->loop);
	TAILQ_INIT(&n->jobs);
	n->output = output_new(n->loop, &options->output, &events, n);
	n->report = report_new(&options->report);
	msg_set_writer(output_note, n->output);
	control_init(n);
	init_contain(n);
	spawned_init(n);
	admission_init(n);
	closing_init(n);
	special_init(n);
}

static void
release(struct nursery *n)
{
	struct job *job, *next;

	msg_set_writer(NULL, NULL);
	TAILQ_FOREACH_SAFE(job, &n->jobs, link, next)
		job_free(job); /* what it wrote was given up */
	special_release(n);
	admission_release(n);
	spawned_release(n);
	strays_release(n);
	contain_free(n->contain);
	control_release(n);
	report_free(n->report);
	output_free(n->output);
	close(n->null_fd);
	process_spawner_free(n->spawner);
	loop_free(n->loop);
}

/* No work is left: what remains is to be ended.  True if that is done. */
static bool
end_work(struct nursery *n)
{
	if (n->stage == STAGE_OPEN && strays_hold_scope(n))
		return false;
	closing_end_work(n);
	return special_end_services(n) && strays_end(n);
}

/* Until no job will start, none is left, and no process at all. */
static void
run_jobs(struct nursery *n)
{
	for (;;) {
		bool more = admission_run(n);

		closing_check_halt(n); /* the input may have ended */
		spawned_answer(n);
		if (admission_is_drained(n) && end_work(n)) {
			if (n->stage != STAGE_CLEANUP) {
				n->stage = STAGE_CLEANUP;
				continue;
			}
			if (n->n_jobs == 0 || n->deliver_gave_up)
				return;
			closing_limit_delivery(n);
		}
		loop_turn(n->loop, !more);
	}
}

static void
deliver(struct nursery *n)
{
	while (!output_idle(n->output) && !n->deliver_gave_up) {
		closing_limit_delivery(n);
		loop_turn(n->loop, true);
	}
	loop_turn(n->loop, false); /* tells an error on the last bytes */
}

/* Counts what will never start, of what is known without reading on. */
static void
count_not_started(struct nursery *n)
{
	struct report_counts *counts = report_counts(n->report);

	counts->not_started = special_left(n);
	if (n->cause == CLOSE_NOT)
		return;
	counts->not_started += source_left(n->source) + n->dropped;
	counts->more_not_started =
	    counts->not_started > 0 && !source_ended(n->source);
}

static void
summarize(struct nursery *n)
{
	struct scope_result end = closing_verdict(n);
	bool failed = report_counts(n->report)->failed > 0; /* or a race won */
	char cause[512];

	count_not_started(n);
	closing_describe(n, cause, sizeof(cause));
	if (n->options->report.verbose || failed || end.status != 0 ||
	    end.signo != 0)
		report_summary(
		    n->report, cause, loop_now(n->loop) - n->started_ns);
}

/* What could not be told in the summary, because it came after. */
static void
tell_late_errors(struct nursery *n)
{
	uint64_t waiting = output_waiting(n->output);
	int error, late;

	msg_set_writer(NULL, NULL);
	if (n->deliver_gave_up && waiting > 0)
		msg_warn("%llu bytes of output could not be delivered",
		    (unsigned long long)waiting);
	if (n->output_error != 0 || n->deliver_gave_up)
		return;
	error = output_close(n->output, STDOUT_FILENO);
	if (error != 0)
		msg_warn(
		    "cannot write to standard output: %s", strerror(error));
	late = output_close(n->output, STDERR_FILENO);
	n->output_error = error != 0 ? error : late;
	n->late_error = n->output_error != 0;
}

struct scope_result
scope_run(const struct scope_options *options, struct source *source,
    const struct signals *sig, const struct front *front)
{
	struct nursery nursery = { 0 }, *n = &nursery;
	struct scope_result end;

	init(n, options, source, sig, front);
	run_jobs(n);
	deliver(n);
	summarize(n);
	deliver(n);
	tell_late_errors(n);
	end = closing_verdict(n);
	end.failed = end.halted ? n->halt_counts.failed
				: report_counts(n->report)->failed;
	end.total = end.halted ? halt_total(&n->halt_counts) : n->admitted;
	release(n);
	return end;
}
