/* Commands become jobs: from the source, as far as slots allow. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>

#include "base/xalloc.h"
#include "contain/front.h"
#include "environment.h"
#include "feed_spawned.h"
#include "input/source.h"
#include "output/relay.h"
#include "retry.h"
#include "service.h"
#include "state.h"
#include "sys/fd.h"
#include "sys/process.h"

/* Starts in one turn of the loop; signals must not wait for more. */
#define STARTS_A_TURN 16
#define RETRY_NS (50 * NS_PER_MS)

/* Its turn of the loop is all that is wanted. */
static void
retry_fired(struct loop_timer *timer)
{
	(void)timer;
}

static void
source_ready(struct loop_io *io, uint32_t events)
{
	struct nursery *n = io->arg;

	(void)events;
	loop_del(n->loop, io); /* admission_run() reads, and waits again */
}

void
admission_init(struct nursery *n)
{
	n->source_io.ready = source_ready;
	n->source_io.arg = n;
	n->source_io.fd = -1;
	loop_timer_init(&n->retry_timer, retry_fired, n);
	pace_init(&n->pace, &n->options->pace, n->loop);
	n->environment =
	    environment_new(front_pid(n->front), n->options, spawned_socket(n));
}

void
admission_release(struct nursery *n)
{
	loop_del(n->loop, &n->source_io);
	pace_release(&n->pace);
	job_free(n->pending);
	environment_free(n->environment);
	free(n->free_slots);
}

int64_t
admission_take_slot(struct nursery *n)
{
	if (n->n_free_slots > 0)
		return n->free_slots[--n->n_free_slots];
	return ++n->slots_made;
}

static void
give_slot_back(struct nursery *n, int64_t slot)
{
	if (n->n_free_slots == n->free_slots_cap) {
		n->free_slots_cap = n->free_slots_cap * 2 + 8;
		n->free_slots = xreallocarray(
		    n->free_slots, n->free_slots_cap, sizeof(*n->free_slots));
	}
	n->free_slots[n->n_free_slots++] = slot;
}

bool
admission_has_room(const struct nursery *n, int64_t limit)
{
	return limit == 0 || (int64_t)(n->n_slots - n->n_lent) < limit;
}

/* The command's slot is the job's from now on: it may be in the text. */
static struct job *
new_job(struct nursery *n, int64_t slot, const char *text, size_t len)
{
	struct job *job = job_new(n, KIND_ORDINARY, ++n->admitted, text, len);
	char *const *args = source_args(n->source);

	n->work++;
	job->slot = slot;
	job->tag = source_tag(n->source, &job->tag_len);
	if (args != NULL) {
		command_release(&job->command);
		command_init_argv(
		    &job->command, text, len, n->options->job.shell, args);
	}
	return job;
}

/* Makes the next command the pending job.  False if there is none yet. */
static bool
take_command(struct nursery *n)
{
	const char *text;
	size_t len;
	int64_t slot;
	enum source_state state;

	if (n->source_io.fd >= 0)
		return false; /* still waiting to be readable */
	slot = admission_take_slot(n);
	state = source_next(n->source, n->admitted + 1, slot, &text, &len);
	if (state != SOURCE_RECORD)
		give_slot_back(n, slot);
	switch (state) {
	case SOURCE_RECORD:
		n->pending = new_job(n, slot, text, len);
		return true;
	case SOURCE_AGAIN: /* in the next turn of the loop, at once */
		loop_timer_set(n->loop, &n->retry_timer, loop_now(n->loop));
		return false;
	case SOURCE_WAIT:
		/* refused for want of memory: asked again after a while */
		if (loop_add(n->loop, &n->source_io, source_fd(n->source),
			EPOLLIN) < 0)
			loop_timer_set(n->loop, &n->retry_timer,
			    loop_now(n->loop) + RETRY_NS);
		return false;
	case SOURCE_END:
		n->exhausted = true;
		return false;
	case SOURCE_ERROR:
		closing_cancel(n, CLOSE_INPUT);
		return false;
	}
	return false;
}

/* Makes the next job of any kind the pending one.  False if none may start. */
static bool
take_next(struct nursery *n)
{
	bool room = admission_has_room(n, n->options->jobs), wait;

	if (n->stage == STAGE_SERVICES ||
	    (n->stage == STAGE_OPEN && n->cause != CLOSE_NOT))
		return false;
	if (n->pending != NULL)
		return room || !n->pending->kind->takes_slot;
	n->pending = special_next(n, room, &wait);
	if (n->pending != NULL || wait)
		return n->pending != NULL;
	n->pending = spawned_next(n);
	return n->pending != NULL || (!n->exhausted && room && take_command(n));
}

void
admission_join(struct nursery *n, struct job *job)
{
	TAILQ_INSERT_TAIL(&n->jobs, job, link);
	n->n_jobs++;
	n->n_slots += job->kind->takes_slot;
	n->n_open += job->kind->holds_open;
	job->started_ns = loop_now(n->loop);
}

static void
leave(struct nursery *n, struct job *job)
{
	TAILQ_REMOVE(&n->jobs, job, link);
	n->n_jobs--;
	n->n_slots -= job->kind->takes_slot;
	n->n_open -= job->kind->holds_open;
}

void
admission_drain(struct job *job)
{
	if (job->capture != NULL) {
		capture_drain(job->capture);
		return;
	}
	if (job->relay != NULL)
		relay_drain(job->relay);
	admission_job_over(job->nursery, job);
}

void
admission_fail(struct job *job, int error)
{
	const struct outcome outcome = { .kind = OUTCOME_NOT_STARTABLE,
		.detail = error };

	job_end_unstarted(job, &outcome);
}

bool
admission_raise_files(struct nursery *n, int error)
{
	if ((error != EMFILE && error != ENFILE) || n->nofile != NULL ||
	    fd_raise_limit(&n->nofile_original) <= 0)
		return false;
	n->nofile = &n->nofile_original;
	return true;
}

static bool
is_shortage(int error)
{
	return error == EAGAIN || error == EMFILE || error == ENFILE ||
	    error == ENOMEM || error == ENOSPC;
}

/*
 * No pipe or process to be had: later, if that is a shortage and something runs
 * that will end.
 */
static bool
starve(struct nursery *n, struct job *job, int error)
{
	if (job->capture != NULL)
		capture_cancel(job->capture);
	job->capture = NULL;
	job->on_hold = false;
	relay_free(job->relay);
	job->relay = NULL;
	leave(n, job);
	if (admission_raise_files(n, error))
		return false;
	if (is_shortage(error) && n->n_open > n->n_lent) {
		n->starved = true;
		return false;
	}
	admission_join(n, job);
	admission_fail(job, error);
	return true;
}

/* -t and -v of parallel: the bare command. */
static void
tell_command(struct nursery *n, const struct job *job)
{
	char *line;

	if (!n->options->job.trace && !n->options->job.echo)
		return;
	line = xasprintf("%s\n", job->command.text);
	if (n->options->job.trace)
		output_note(n->output, line, strlen(line));
	if (n->options->job.echo && job->capture != NULL)
		capture_say(job->capture, line, strlen(line));
	free(line);
}

/*
 * -v without capture: the job itself writes next to where its command goes, so
 * it may start once that has gone there.
 */
static bool
announce(struct nursery *n, struct job *job)
{
	if (!n->options->job.echo ||
	    n->options->output.mode != OUTPUT_UNGROUP ||
	    job->kind->voice != VOICE_ORDER)
		return true;
	if (!job->announced) {
		char *line = xasprintf("%s\n", job->command.text);

		output_say(n->output, line, strlen(line));
		free(line);
	}
	job->announced = true;
	return output_said(n->output);
}

static void
running(struct nursery *n, struct job *job, const struct process *spawned)
{
	struct report_job shown;

	job->leader.pid = spawned->pid;
	job->pidfd = spawned->pidfd;
	members_add_leader(n, job);
	job_began(job);
	shown = job_for_report(job);
	if (job->kind->counted)
		report_started(n->report, &shown);
	if (job->kind->vital)
		service_started(job->service);
}

static int
open_capture(struct nursery *n, struct job *job, int ret_fds[2])
{
	if (job->capture != NULL)
		return capture_again(job->capture, ret_fds);
	job->capture =
	    capture_open(n->output, job, job->tag, job->tag_len, ret_fds);
	if (job->capture == NULL)
		return -1;
	job->on_hold = retry_wanted(job);
	if (job->on_hold)
		capture_hold(job->capture);
	return 0;
}

/* What the job gets by its kind.  -1 with errno if there is none left. */
static int
equip(struct nursery *n, struct job *job, struct process_request *request)
{
	request->envp = environment_of_job(
	    n->environment, job->seq, job->slot, job->attempt + 1);
	request->directory = n->options->job.directory;
	if (job->errand != NULL) {
		request->envp = job->errand->envp;
		request->directory = job->errand->request.directory;
		request->path = job->command.direct ? job->errand->path : NULL;
	}
	request->fds[1] = request->fds[2] = n->null_fd;
	switch (job->kind->voice) {
	case VOICE_ORDER:
		return open_capture(n, job, &request->fds[1]);
	case VOICE_ERRORS:
		return service_equip(job->service, request);
	case VOICE_NONE:
		break;
	}
	return 0;
}

/* True unless the pace forbids it for now, or what is said first must wait. */
static bool
may_start(struct nursery *n, struct job *job)
{
	return (!job->kind->paced || pace_allows(&n->pace)) && announce(n, job);
}

/* What the last attempt writes is not held. */
static void
capture_attempt(struct job *job)
{
	if (job->capture == NULL)
		return;
	capture_started(job->capture);
	if (job->on_hold && retry_is_last(job)) {
		job->on_hold = false;
		capture_release(job->capture);
	}
}

/*
 * Begins an attempt of a job, which may be over and freed by that.  Returns 0,
 * or the errno of what there was not for it: no attempt has begun then.
 */
static int
launch(struct nursery *n, struct job *job)
{
	struct process spawned;
	char *const by_shell[] = { (char *)n->options->job.shell, (char *)"-c",
		job->command.text, NULL };
	struct process_request request = { .argv = job->command.argv,
		.fallback = job->command.direct ? by_shell : NULL,
		.fds[0] = n->null_fd,
		.signals = n->signals,
		.nofile = n->nofile };
	struct outcome outcome;
	enum process_failure failure;

	if (equip(n, job, &request) < 0)
		return errno;
	failure = process_spawn(n->spawner, &request, &spawned);
	if (failure == PROCESS_NO_PROCESS && is_shortage(errno))
		return errno;
	outcome = outcome_of_exec_error(errno);
	if (job->kind->paced)
		pace_started(&n->pace);
	if (failure == PROCESS_NO_DIRECTORY)
		outcome.kind = OUTCOME_NO_DIRECTORY;
	job_begin_attempt(job);
	job->announced = false;
	capture_attempt(job);
	tell_command(n, job);
	if (failure == PROCESS_OK)
		running(n, job, &spawned);
	else
		job_end_unstarted(job, &outcome);
	return 0;
}

/* Starts a job.  False if it must wait: nothing has changed then. */
static bool
start(struct nursery *n, struct job *job)
{
	int error;

	admission_join(n, job);
	error = launch(n, job);
	return error == 0 || starve(n, job, error);
}

enum restart
admission_restart(struct job *job, int *ret_error)
{
	struct nursery *n = job->nursery;
	int error;

	if (n->suspending || !may_start(n, job))
		return RESTART_LATER;
	if (++n->n_restarted > STARTS_A_TURN)
		return RESTART_SOON;
	error = launch(n, job);
	if (error == 0)
		return RESTARTED;
	capture_cancel(job->capture);
	if (admission_raise_files(n, error) ||
	    n->n_open > n->n_draining + n->n_waiting + n->n_lent)
		return RESTART_LATER;
	*ret_error = error;
	return RESTART_FAILED;
}

bool
admission_run(struct nursery *n)
{
	struct job *job;

	n->n_restarted = 0;
	spawned_answer(n);
	for (int started = 0; started < STARTS_A_TURN; started++) {
		closing_check_halt(n); /* a start may have failed */
		if (n->suspending || n->starved ||
		    n->retry_timer.deadline_ns != NS_NEVER || !take_next(n) ||
		    !may_start(n, n->pending))
			return false;
		job = n->pending;
		n->pending = NULL;
		if (!start(n, job))
			n->pending = job;
		if (n->starved)
			return false;
	}
	return true;
}

void
admission_start_probe(struct nursery *n, struct job *job)
{
	if (start(n, job))
		return;
	n->starved = false; /* it is asked for again anyway */
	service_job_over(job->service, job);
	job_free(job);
}

void
admission_job_over(struct nursery *n, struct job *job)
{
	leave(n, job);
	n->n_draining -= job->kind->holds_open;
	n->starved = false;
	if (job->kind->takes_slot)
		give_slot_back(n, job->slot);
	if (job->service != NULL)
		service_job_over(job->service, job);
	special_job_over(n, job);
	spawned_job_over(n, job);
	job_free(job);
}

bool
admission_is_over(const struct nursery *n)
{
	if (n->stage == STAGE_CLEANUP)
		return n->pending == NULL && !special_has_cleanup(n);
	return n->stage == STAGE_SERVICES || n->cause != CLOSE_NOT ||
	    (n->exhausted && n->pending == NULL && spawned_waiting(n) == 0);
}

bool
admission_is_drained(const struct nursery *n)
{
	return admission_is_over(n) && n->n_open == n->n_draining;
}

void
admission_end(struct nursery *n)
{
	if (n->pending == NULL)
		return;
	n->dropped++;
	special_job_over(n, n->pending);
	job_free(n->pending);
	n->pending = NULL;
}
