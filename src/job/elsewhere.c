#include "elsewhere.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "executor.h"
#include "job.h"
#include "output/output.h"
#include "remote/link.h"
#include "remote/message.h"
#include "report/report.h"
#include "retry.h"
#include "states.h"
#include "tell.h"
#include "voice.h"

/*
 * Makes the pipe from which the link reads what the job is to read there.
 * Returns 0, or an errno; *ret_fd is -1 if the job reads nothing.
 */
static int
open_input(const struct job *job, int *ret_fd)
{
	*ret_fd = -1;
	if (job->inlet == NULL || inlet_open(job->inlet, ret_fd) == 0)
		return 0;
	return errno;
}

static void
begin_input(const struct job *job, int fd)
{
	if (job->inlet == NULL)
		return;
	link_give(job->place.there, fd);
	inlet_begin(job->inlet, !retry_wanted(job) || retry_is_last(job));
}

/* The job has not started. */
static int
fail(int input_fd)
{
	int error = errno;

	if (input_fd >= 0)
		close(input_fd);
	return error;
}

static int
start(struct job *job)
{
	struct place *place = &job->place;
	struct remote_run run = { .seq = job->seq,
		.slot = (uint64_t)job->slot,
		.attempt = (uint64_t)job->attempt.number + 1,
		.name = (char *)job->name,
		.text = (char *)(uintptr_t)command_for_shell(&job->command),
		.input = job->inlet != NULL };
	int fds[2], input_fd, error;

	run.len = strlen(run.text);
	run.args.items = (char **)(uintptr_t)command_args(
	    &job->command, job->context->options->shell);
	if (place->link == NULL)
		return EHOSTDOWN;
	if (job->hooks != NULL && job->hooks->equip_there != NULL)
		job->hooks->equip_there(job, &run);
	error = open_input(job, &input_fd);
	if (error != 0)
		return error;
	if (voice_open(job, fds) < 0)
		return fail(input_fd);
	place->there = link_run(place->link, job, &run, fds);
	if (place->there == NULL)
		return fail(input_fd);
	place->killed = place->ebbing = false;
	place->pid = 0;
	job_begin_attempt(job);
	voice_begin(job);
	begin_input(job, input_fd);
	return 0;
}

static void
ask(struct job *job, const struct stop *how)
{
	int64_t grace_ns = how->deadline_ns - loop_now(job->context->loop);
	const struct remote_ask asked = { .signo = (uint32_t)how->signo,
		.grace_ns = grace_ns > 0 ? (uint64_t)grace_ns : 0 };

	job->family.asked = how->signo;
	if (job->place.there != NULL)
		link_ask(job->place.there, &asked);
}

static void
kill_there(struct job *job)
{
	struct place *place = &job->place;

	if (place->there != NULL && !place->killed)
		link_kill(place->there);
	place->killed = true;
}

static void
pass_on(struct job *job, int signo)
{
	if (job->place.there != NULL)
		link_signal(job->place.there, signo);
}

/* No process of the job is left; may free it. */
static void
end(struct job *job)
{
	job->place.there = NULL;
	if (!job->place.ebbing)
		job_event(job, JOB_LEADER_EXITED);
	job_event(job, JOB_GONE);
}

/* A job that has ended there is given up if nobody reads what it wrote. */
static void
give_up(struct job *job)
{
	if (!job->place.ebbing) {
		job->context->events.deaf(job);
		return;
	}
	tell_unread(job, "nobody has read it for too long");
	link_forget(job->place.there);
	end(job);
}

const struct executor executor_elsewhere = {
	.start = start,
	.ask = ask,
	.kill = kill_there,
	.signal = pass_on,
	.give_up = give_up,
};

bool
elsewhere_is(const struct job *job)
{
	return job->place.executor == &executor_elsewhere;
}

void
elsewhere_bind(struct job *job, void *machine, const char *host)
{
	job->place.bound = machine;
	job->place.host = host;
}

void
elsewhere_place(
    struct job *job, void *machine, const char *host, struct link *link)
{
	job->place.machine = machine;
	job->place.host = host;
	job->place.link = link;
}

void
elsewhere_unplace(struct job *job)
{
	job->place.machine = NULL;
	job->place.link = NULL;
}

void
elsewhere_keep(struct job *job, void *machine)
{
	job->place.kept = machine;
}

void
elsewhere_started(void *arg, int64_t pid)
{
	struct job *job = arg;

	job->place.pid = pid;
	if (job->state == JOB_RUNNING)
		job_began(job);
	tell_event(job, (struct report_event){ .kind = REPORT_STARTED });
	voice_print_command(job);
	if (job->hooks != NULL && job->hooks->started != NULL)
		job->hooks->started(job);
}

void
elsewhere_wrote(void *arg)
{
	job_heard(arg);
}

void
elsewhere_orphans(void *arg, const struct remote_orphans *orphans)
{
	tell_event(arg,
	    (struct report_event){ .kind = REPORT_ORPHANS,
		.count = (size_t)orphans->count,
		.at_least = orphans->at_least,
		.text = orphans->names });
}

/* Lets the job own the text that the outcome needs, if there is one. */
static const char *
keep_text(struct job *job, const char *text)
{
	struct command *command = &job->command;

	free(command->lacks);
	command->lacks = text != NULL ? xstrdup(text) : NULL;
	return command->lacks;
}

/* The agent had to kill it; if we did not tell it to, the grace ended there. */
static void
was_killed(struct job *job)
{
	job->attempt.outcome.killed = true;
	if (!job->place.killed && job->family.asked != 0)
		tell_event(job,
		    (struct report_event){ .kind = REPORT_KILLED,
			.signo = job->family.asked,
			.elapsed_ns = loop_now(job->context->loop) -
			    job->attempt.asked_ns });
}

/* Takes over what is known of the end of the job. */
static void
take_end(struct job *job, const struct remote_exit *there,
    const struct outcome *outcome)
{
	job->family.usage = (struct usage){ .user_ns = (int64_t)there->user_ns,
		.system_ns = (int64_t)there->system_ns,
		.max_rss = (int64_t)there->max_rss };
	/* not when its frames came: these may have been held up */
	if (there->started && !job->attempt.known)
		job->attempt.started_ns =
		    loop_now(job->context->loop) - (int64_t)there->elapsed_ns;
	if (outcome->kind == OUTCOME_SUCCEEDED ||
	    (outcome->kind == OUTCOME_EXITED && outcome->name == NULL))
		job_leader_status(job, CLD_EXITED, outcome->detail);
	else if (outcome->kind == OUTCOME_KILLED)
		job_leader_status(job, CLD_KILLED, outcome->detail);
	else
		job_set_outcome(job, outcome);
	if (there->killed)
		was_killed(job);
}

/* The outcome as the scope is to see it; its text is the job's. */
static struct outcome
outcome_of(struct job *job, const struct remote_exit *there)
{
	struct outcome outcome = { .kind = there->kind,
		.detail = (int)there->detail,
		.limit = (int64_t)there->limit };

	if (outcome.kind == OUTCOME_CANCELLED && !job->attempt.known)
		/* not by us: the machine is being taken from us */
		return (struct outcome){ .kind = OUTCOME_LOST,
			.name = job->place.host };
	if (there->name != NULL)
		outcome.name = keep_text(job, there->name);
	return outcome;
}

void
elsewhere_ebbing(void *arg, const struct remote_exit *there)
{
	struct job *job = arg;
	struct outcome outcome = outcome_of(job, there);

	take_end(job, there, &outcome);
	job->place.ebbing = true;
	job->family.leader.exited = true; /* so that nobody cancels it */
	job_event(job, JOB_LEADER_EXITED);
}

void
elsewhere_exited(void *arg, const struct remote_exit *there)
{
	struct job *job = arg;
	struct outcome outcome;

	job->place.there = NULL; /* it is freed */
	if (there->unread)
		tell_unread(job, "its machine says so");
	if (job->place.ebbing) {
		end(job);
		return;
	}
	outcome = outcome_of(job, there);
	if (!there->started && outcome_is_failure(&outcome)) {
		job_end_unstarted(job, &outcome);
		return;
	}
	take_end(job, there, &outcome);
	end(job);
}

void
elsewhere_lost(struct job *job, int64_t wait_ns)
{
	const struct outcome outcome = { .kind = OUTCOME_LOST,
		.name = job->place.host };

	if (job->place.ebbing)
		tell_unread(job, "its machine was lost meanwhile");
	link_forget(job->place.there);
	job->attempt.repeat_ns = wait_ns;
	job_set_outcome(job, &outcome);
	end(job);
}
