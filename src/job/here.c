#include "here.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "contain/reach.h"
#include "contain/scan.h"
#include "ending.h"
#include "environment.h"
#include "executor.h"
#include "infile.h"
#include "job.h"
#include "launch.h"
#include "output/output.h"
#include "record/tree.h"
#include "report/report.h"
#include "retry.h"
#include "states.h"
#include "sys/process.h"
#include "tell.h"
#include "voice.h"

/* The variable that names the file for the input.  -1 with errno. */
static int
make_input_file(struct job *job, struct environment_job *ret)
{
	const struct input_file *file = &job->context->options->wrapping.input;

	if (!job->place.in_file)
		return 0;
	if (infile_make(job, file->fifo) < 0)
		return -1;
	ret->variable = file->variable;
	ret->value = job->place.input;
	return 0;
}

/* True if the job reads from its terminal what we write there. */
static bool
is_typed(const struct job *job)
{
	return job->inlet != NULL &&
	    job->context->options->input == JOB_INPUT_TYPED;
}

/* True if the job reads from a pipe what we write into it. */
static bool
has_pipe(const struct job *job)
{
	return job->inlet != NULL && !is_typed(job);
}

/*
 * A directory of the job's own need not be there.  If it cannot be made, it
 * cannot be entered: that is reported.
 */
static void
make_directory(const struct job *job)
{
	char *inside;

	if (job->place.directory == NULL)
		return;
	inside = xasprintf("%s/", job->place.directory);
	tree_make_folders(inside);
	free(inside);
}

/* Makes what the job needs.  -1 with errno if something is missing for it. */
static int
equip(struct job *job, struct process_request *request)
{
	struct job_context *context = job->context;

	struct environment_job told = { .id = job->family.id,
		.seq = job->seq,
		.slot = job->slot,
		.attempt = job->attempt.number + 1,
		.name = job->name };

	make_directory(job);
	request->fds[0] = request->fds[1] = request->fds[2] = context->null_fd;
	if (context->options->input == JOB_INPUT_OURS)
		request->fds[0] = STDIN_FILENO;
	if (make_input_file(job, &told) < 0 ||
	    (has_pipe(job) && inlet_open(job->inlet, &request->fds[0]) < 0))
		return -1;
	request->envp = environment_of_job(context->environment, &told);
	if (job->kind->voice == VOICE_ORDER &&
	    voice_open(job, &request->fds[1]) < 0)
		return -1;
	request->terminal = job->output.capture != NULL &&
	    output_gives_terminals(context->output);
	if (is_typed(job) &&
	    inlet_type(job->inlet, capture_terminal(job->output.capture)) < 0)
		return -1;
	if (job->hooks != NULL && job->hooks->equip != NULL &&
	    job->hooks->equip(job, request) < 0)
		return -1;
	if (request->terminal &&
	    (is_typed(job) ||
		(job->inlet == NULL &&
		    context->options->input == JOB_INPUT_DEFAULT)))
		request->fds[0] = request->fds[1];
	return 0;
}

/* The job has the end of the pipe that it reads, or will not get it. */
static void
close_input(const struct job *job, const struct process_request *request)
{
	int error = errno;

	if (has_pipe(job) && request->fds[0] != job->context->null_fd)
		close(request->fds[0]);
	errno = error;
}

static void
begin(struct job *job, const struct process *process)
{
	family_started(&job->family, process->pid, process->pidfd);
	job_began(job);
	if (job->inlet != NULL)
		inlet_begin(
		    job->inlet, !retry_wanted(job) || retry_is_last(job));
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

static int
start(struct job *job)
{
	struct job_context *context = job->context;
	/* a shell that has options gets every command: none is direct */
	char *const by_shell[] = { context->options->shell[0], (char *)"-c",
		job->command.text, NULL };
	struct process_request request = { .argv = job->command.argv,
		.fallback = job->command.direct ? by_shell : NULL,
		.directory = job->place.directory != NULL
		    ? job->place.directory
		    : context->options->directory,
		.nice = context->options->nice,
		.signals = context->signals,
		.nofile = context->nofile };
	struct process process = { 0 };
	struct outcome outcome;
	enum process_failure failure;

	if (equip(job, &request) < 0) {
		close_input(job, &request);
		is_short_of_files(job, errno);
		return errno;
	}
	failure = spawn(job, &request, &process);
	close_input(job, &request);
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
		ending_name_interpreter(job, &outcome);
	voice_begin(job);
	if (failure == PROCESS_OK)
		begin(job, &process);
	voice_print_command(job);
	if (failure != PROCESS_OK)
		job_end_unstarted(job, &outcome);
	return 0;
}

static void
ask(struct job *job, const struct stop *how)
{
	reach_ask(&job->family, how->signo);
}

static void
kill_all(struct job *job)
{
	reach_kill(&job->family);
}

static void
pass_on(struct job *job, int signo)
{
	reach_signal(&job->family, signo);
}

static void
give_up(struct job *job)
{
	scan_give_up(&job->family);
}

const struct executor executor_here = {
	.start = start,
	.ask = ask,
	.kill = kill_all,
	.signal = pass_on,
	.give_up = give_up,
};
