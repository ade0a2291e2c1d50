#include "launch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "environment.h"
#include "job.h"
#include "output/output.h"
#include "output/relay.h"
#include "report/line.h"
#include "retry.h"
#include "states.h"
#include "sys/process.h"
#include "tell.h"

bool
launch_is_shortage(int error)
{
	return error == EAGAIN || error == EMFILE || error == ENFILE ||
	    error == ENOMEM || error == ENOSPC;
}

void
launch_fail(struct job *job, int error)
{
	const struct outcome outcome = outcome_of_start_error(error);

	job_end_unstarted(job, &outcome);
}

/* The bare command, as -t and -v of parallel print it. */
static void
print_command(const struct job *job)
{
	const struct job_options *options = job->context->options;
	char *line;

	if (!options->trace && !options->echo)
		return;
	line = xasprintf("%s\n", job->command.text);
	if (options->trace)
		output_note(job->context->output, line, strlen(line));
	if (options->echo && job->output.capture != NULL)
		capture_say(job->output.capture, line, strlen(line));
	free(line);
}

bool
launch_announce(struct job *job)
{
	struct job_context *context = job->context;
	char *line;

	if (!context->options->echo || !context->ungroup ||
	    job->kind->voice != VOICE_ORDER)
		return true;
	if (!job->attempt.announced) {
		line = xasprintf("%s\n", job->command.text);
		output_say(context->output, line, strlen(line));
		free(line);
	}
	job->attempt.announced = true;
	return output_said(context->output);
}

static int
open_capture(struct job *job, int ret_fds[2])
{
	struct job_output *output = &job->output;

	if (output->capture != NULL)
		return capture_again(output->capture, ret_fds);
	output->capture = capture_open(job->context->output, job,
	    output->label.text != NULL ? &output->label : NULL, ret_fds);
	if (output->capture == NULL)
		return -1;
	output->on_hold = retry_wanted(job);
	if (output->on_hold)
		capture_hold(output->capture);
	return 0;
}

/* Makes what the job needs.  -1 with errno if something is missing for it. */
static int
equip(struct job *job, struct process_request *request)
{
	struct job_context *context = job->context;

	request->envp = environment_of_job(context->environment,
	    &(struct environment_job){ .id = job->family.id,
		.seq = job->seq,
		.slot = job->slot,
		.attempt = job->attempt.number + 1,
		.name = job->name });
	request->fds[1] = request->fds[2] = context->null_fd;
	if (job->kind->voice == VOICE_ORDER &&
	    open_capture(job, &request->fds[1]) < 0)
		return -1;
	if (job->hooks == NULL || job->hooks->equip == NULL)
		return 0;
	return job->hooks->equip(job, request);
}

/* Says before what an attempt writes which one that is. */
static void
head_attempt(struct job *job)
{
	const struct job_options *options = job->context->options;
	struct report_job shown = tell_show(job);
	char who[LINE_JOB_MAX];
	char *text = msg_short(shown.text, shown.text_len), *safe, *line;
	struct buf out = BUF_INIT;
	size_t len;

	line = xasprintf("nursery: %s, attempt %" PRId64 " of %" PRId64 ": %s",
	    line_job(&shown, who, sizeof(who)), job->attempt.number,
	    options->retries + 1, text);
	safe = msg_safe(line, strlen(line), &len);
	buf_append(&out, safe, len);
	buf_puts(&out, "\n");
	capture_head(job->output.capture, out.data, out.len);
	buf_release(&out);
	free(safe);
	free(line);
	free(text);
}

/* Begins to read the output, which the last attempt does not keep back. */
static void
capture_attempt(struct job *job)
{
	struct job_output *output = &job->output;

	if (output->capture == NULL)
		return;
	capture_started(output->capture);
	if (job->context->options->show_attempts && retry_wanted(job))
		head_attempt(job);
	if (output->on_hold && retry_is_last(job)) {
		output->on_hold = false;
		capture_release(output->capture);
	}
}

static void
begin(struct job *job, const struct process *process)
{
	family_started(&job->family, process->pid, process->pidfd);
	job_began(job);
	if (job->kind->counted)
		tell_event(
		    job, (struct report_event){ .kind = REPORT_STARTED });
	if (job->hooks != NULL && job->hooks->started != NULL)
		job->hooks->started(job);
}

/* If descriptors are short: returns true, after freeing some of our own. */
static bool
is_short_of_files(struct job *job, int error)
{
	if (error != EMFILE && error != ENFILE)
		return false;
	contain_save_files(job->context->contain);
	errno = error;
	return true;
}

/*
 * Starts the leader in a cgroup of its own if it can have one; but not if that
 * would take the last descriptor.
 */
static enum process_failure
spawn(struct job *job, struct process_request *request, struct process *ret)
{
	struct process_spawner *spawner = job->context->spawner;
	enum process_failure failure = PROCESS_NO_PROCESS;

	request->cgroup_fd = family_open_leaf(&job->family);
	request->cgroup_only = contain_must_limit(job->context->contain);
	if (request->cgroup_fd >= 0 || !request->cgroup_only)
		failure = process_spawn(spawner, request, ret);
	family_close_leaf(&job->family, request->cgroup_fd,
	    failure == PROCESS_OK, ret->in_cgroup);
	if (failure == PROCESS_NO_PROCESS && is_short_of_files(job, errno) &&
	    request->cgroup_fd >= 0 && !request->cgroup_only) {
		request->cgroup_fd = -1;
		failure = process_spawn(spawner, request, ret);
	}
	/* clone(2) says ENOMEM, which would be waited for */
	if (failure == PROCESS_NO_PROCESS &&
	    contain_is_broken(job->context->contain))
		errno = ESRCH;
	return failure;
}

/* Ends the job unstarted if its maker refuses to have it started. */
static bool
is_refused(struct job *job)
{
	struct outcome outcome;

	if (job->hooks == NULL || job->hooks->refuses == NULL ||
	    !job->hooks->refuses(job, &outcome))
		return false;
	job_begin_attempt(job);
	job_end_unstarted(job, &outcome);
	return true;
}

int
launch(struct job *job)
{
	struct job_context *context = job->context;
	/* a shell that has options gets every command: none is direct */
	char *const by_shell[] = { context->options->shell[0], (char *)"-c",
		job->command.text, NULL };
	struct process_request request = { .argv = job->command.argv,
		.fallback = job->command.direct ? by_shell : NULL,
		.directory = context->options->directory,
		.fds[0] = context->null_fd,
		.signals = context->signals,
		.nofile = context->nofile };
	struct process process = { 0 };
	struct outcome outcome;
	enum process_failure failure;

	if (is_refused(job))
		return 0;
	if (equip(job, &request) < 0) {
		is_short_of_files(job, errno);
		return errno;
	}
	failure = spawn(job, &request, &process);
	if (failure != PROCESS_OK && launch_is_shortage(errno))
		return errno;
	outcome = outcome_of_exec_error(errno);
	if (failure == PROCESS_NO_DIRECTORY)
		outcome.kind = OUTCOME_NO_DIRECTORY;
	else if (failure != PROCESS_NO_EXEC)
		outcome.kind = OUTCOME_NOT_STARTABLE;
	job_begin_attempt(job);
	job->attempt.directory = request.directory;
	job->attempt.path = request.path;
	if (outcome.kind == OUTCOME_NOT_FOUND)
		job_name_interpreter(job, &outcome);
	capture_attempt(job);
	print_command(job);
	if (failure == PROCESS_OK)
		begin(job, &process);
	else
		job_end_unstarted(job, &outcome);
	return 0;
}

void
launch_undo(struct job *job)
{
	struct job_output *output = &job->output;

	if (output->capture != NULL)
		capture_cancel(output->capture);
	if (job->state == JOB_WAITING)
		return; /* what the last attempt wrote stays kept */
	output->capture = NULL;
	output->on_hold = false;
	relay_free(output->relay);
	output->relay = NULL;
}
