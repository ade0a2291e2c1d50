#include "feed_spawned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/queue.h>
#include <sys/stat.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "closing.h"
#include "contain/front.h"
#include "contain/sweep.h"
#include "feed_agent.h"
#include "files.h"
#include "forward.h"
#include "job/environment.h"
#include "labels.h"
#include "proc/owner.h"
#include "remote/message.h"
#include "report/report.h"
#include "requests.h"
#include "slots.h"
#include "spawn/inbox.h"
#include "sys/cpu.h"
#include "sys/process.h"
#include "sys/rundir.h"
#include "tally.h"
#include "verdict.h"
#include "waiter.h"

/* Commands that were accepted cannot be kept: that is an error of the input. */
static void
fail(struct spawned *spawned, int error)
{
	free(spawned->error);
	spawned->error =
	    xasprintf("cannot store the commands that --spawn added: %s",
		strerror(error));
}

/*
 * The folder of the nursery that we are a job of, if there is one; the caller
 * frees it.  NURSERY_SOCKET may name anything: only a folder that a nursery of
 * this user has made, and that has its socket in it, is used.
 */
static char *
folder_around(void)
{
	const char *socket = getenv("NURSERY_SOCKET");
	size_t len = socket != NULL ? strlen(socket) : 0;
	size_t tail = strlen(SOCKET_NAME);
	struct stat st;
	char *folder;

	if (len <= tail || strcmp(socket + len - tail, SOCKET_NAME) != 0 ||
	    lstat(socket, &st) < 0 || !S_ISSOCK(st.st_mode))
		return NULL;
	folder = xmemdup0(socket, len - tail);
	if (rundir_is_one(folder))
		return folder;
	free(folder);
	return NULL;
}

/* Makes the private folder, and the socket in it. */
static void
open_socket(struct spawned *spawned)
{
	struct scope *scope = spawned->scope;
	char *folder = front_rundir(scope->front), *around = folder_around();
	int made = rundir_new(folder, around);
	struct owner owner;

	free(around);
	if (made < 0)
		return;
	if (owner_of(front_pid(scope->front), &owner) == 0)
		sweep(folder, &owner);
	strlcpy(spawned->path, folder, sizeof(spawned->path));
	strlcat(spawned->path, SOCKET_NAME, sizeof(spawned->path));
	if (scope->options->agent != NULL)
		spawned->forward =
		    forward_new(scope, spawned->path, feed_agent_number);
	else
		spawned->inbox = inbox_new(scope->context.loop, spawned->path,
		    &requests_events, spawned);
}

void
feed_spawned_close(struct feed *feed)
{
	struct spawned *spawned = feed->arg;
	const struct front *front = spawned->scope->front;
	char outer[RUNDIR_MAX];
	bool nested = rundir_outer(front_rundir(front), outer);

	inbox_free(spawned->inbox);
	spawned->inbox = NULL;
	if (spawned->forward != NULL)
		forward_close(spawned->forward);
	if (contain_is_empty(spawned->scope->context.contain))
		front_remove_rundir(front);
	else /* a nursery with its folder in ours may live on */
		front_leave_rundir(front);
	if (nested)
		rmdir(outer); /* its nursery may have ended and left it to us */
}

void
feed_spawned_free(struct feed *feed)
{
	struct spawned *spawned = feed->arg;
	struct waiter *waiter, *next;

	TAILQ_FOREACH_SAFE(waiter, &spawned->waiters, link, next)
		waiter_forget(spawned, waiter);
	forward_free(spawned->forward);
	errand_unref(spawned->oldest);
	backlog_release(&spawned->backlog);
	free(spawned->error);
	buf_release(&spawned->label);
	free(spawned);
}

const char *
feed_spawned_socket(const struct feed *feed)
{
	const struct spawned *spawned = feed->arg;

	return spawned->inbox != NULL || spawned->forward != NULL
	    ? spawned->path
	    : NULL;
}

/* Commands that wait to be taken. */
static uint64_t
count_waiting(const struct spawned *spawned)
{
	if (spawned->closed)
		return 0;
	return spawned->backlog.n_commands + spawned->waiters_left +
	    (spawned->oldest != NULL ? spawned->oldest->request.n_commands : 0);
}

/*
 * True if one more may start.  Without -j there is no limit for commands that
 * were listed, but one for spawned ones: these are soon very many.
 */
static bool
has_room(struct spawned *spawned)
{
	int64_t listed = spawned->scope->options->jobs_listed;

	if (spawned->limit == 0 && listed > 0) {
		int64_t cpus = cpu_count();

		spawned->limit = listed > cpus ? listed : cpus;
	}
	return slots_have_room(spawned->scope, spawned->limit);
}

/* The errand whose turn it is; NULL if there is none, or after an error. */
static struct errand **
next_errand(struct spawned *spawned)
{
	struct request request;
	struct waiter *waiter;

	TAILQ_FOREACH(waiter, &spawned->waiters, link)
		if (waiter->errand != NULL)
			return &waiter->errand;
	if (spawned->oldest != NULL)
		return &spawned->oldest;
	if (spawned->backlog.n_commands == 0)
		return NULL;
	if (backlog_take(&spawned->backlog, &request) < 0) {
		fail(spawned, errno);
		return NULL;
	}
	spawned->oldest = errand_new(spawned, &request, NULL);
	return &spawned->oldest;
}

static void
prepare(struct errand *errand)
{
	struct scope *scope = errand->spawned->scope;
	char **variable;

	if (errand->envp != NULL)
		return;
	errand->envp = environment_of_request(
	    scope->context.environment, &errand->request);
	errand->plain = command_environment_plain(errand->envp);
	for (variable = errand->envp; *variable != NULL; variable++)
		if (strncmp(*variable, "PATH=", 5) == 0)
			errand->path = *variable + 5;
}

/* The caller's directory and environment are those of the job. */
static int
equip(struct job *job, struct process_request *request)
{
	const struct errand *errand = job->owner;

	request->envp = errand->envp;
	request->directory = errand->request.directory;
	request->path = job->command.direct ? errand->path : NULL;
	return 0;
}

static void
judged(struct job *job)
{
	const struct errand *errand = job->owner;
	const struct outcome *outcome = &job->attempt.outcome;
	struct waiter *waiter = errand->waiter;

	if (waiter == NULL)
		return;
	if (!outcome_is_failure(outcome))
		waiter->dropped |= outcome->kind == OUTCOME_CANCELLED;
	else if (waiter->status == 0)
		waiter->status = outcome_status(outcome);
}

static void
equip_there(struct job *job, struct remote_run *run)
{
	const struct errand *errand = job->owner;
	const struct request *request = &errand->request;

	run->directory = (char *)(uintptr_t)request->directory;
	run->env = (char *)(uintptr_t)request->variables;
	run->env_len = (size_t)(request->commands - request->variables);
}

/* The waiter has its slot back when no job is left, whatever it does then. */
static void
over(struct job *job)
{
	struct errand *errand = job->owner;
	struct waiter *waiter = errand->waiter;

	if (waiter != NULL) {
		waiter->dropped |= !job->judged;
		if (--waiter->running == 0 && waiter->errand == NULL)
			waiter_give_slot_back(errand->spawned, waiter);
	}
	errand_unref(errand);
}

static struct job *
new_job(struct errand *errand, const char *text, size_t len)
{
	static const struct job_hooks hooks = { .equip = equip,
		.equip_there = equip_there,
		.judged = judged,
		.over = over };
	struct scope *scope = errand->spawned->scope;
	struct job *job = job_new(
	    &scope->context, KIND_ORDINARY, tally_number(scope), text, len);

	if (job->command.direct && (!errand->plain || errand->path == NULL)) {
		command_release(&job->command);
		command_init(
		    &job->command, text, len, scope->options->job.shell, false);
	}
	job->slot = slots_take(scope);
	job->hooks = &hooks;
	job->owner = errand;
	errand->refs++;
	if (scope->options->names.labelled)
		job->output.label = labels_by_name(
		    job, (unsigned)(job->seq - 1), &errand->spawned->label);
	labels_keep(job);
	return job;
}

static enum feed_answer
next(void *feed, bool room, struct job **ret_job)
{
	struct spawned *spawned = feed;
	struct errand **from, *errand;
	const char *text;
	size_t len;

	/* here there is a limit of our own */
	if (spawned->scope->machines.n == 0)
		room = has_room(spawned);
	if (count_waiting(spawned) == 0 || !room)
		return FEED_NONE;
	from = next_errand(spawned);
	if (from == NULL)
		return spawned->error != NULL ? FEED_BAD : FEED_NONE;
	errand = *from;
	prepare(errand);
	text = request_next(&errand->request, &len);
	*ret_job = new_job(errand, text, len);
	if (errand->waiter != NULL) {
		errand->waiter->running++;
		spawned->waiters_left--;
	}
	if (errand->request.n_commands > 0)
		return FEED_JOB;
	*from = NULL;
	if (errand->waiter != NULL)
		waiter_go_on(errand->waiter);
	errand_unref(errand);
	return FEED_JOB;
}

static bool
is_over(const void *feed)
{
	return count_waiting(feed) == 0;
}

static uint64_t
known(const void *feed, bool *ret_all)
{
	*ret_all = true;
	return count_waiting(feed);
}

/* True if all that was asked for is over, or some of it will never run. */
static bool
is_done(const struct scope *scope, const struct waiter *waiter)
{
	if (waiter->dropped || scope->ladder.urgency != URGENCY_NONE)
		return true;
	if (waiter->errand != NULL)
		return scope->closing.cause != CLOSE_NOT;
	return waiter->ended && waiter->running == 0;
}

/*
 * Drops commands that wait: they will never start.  They are kept to be told in
 * the end, if somebody wants to know and there is room.
 */
static void
drop(struct spawned *spawned)
{
	struct backlog *backlog = &spawned->backlog;
	const struct waiter *waiter;

	if (spawned->closed)
		return;
	spawned->dropped += count_waiting(spawned);
	spawned->closed = true;
	if (!report_wants(
		spawned->scope->context.report, REPORT_WANTS_NOT_STARTED)) {
		backlog_clear(backlog);
	} else {
		if (spawned->oldest != NULL)
			backlog_put(backlog, &spawned->oldest->request);
		TAILQ_FOREACH(waiter, &spawned->waiters, link)
			if (waiter->errand != NULL)
				backlog_put(backlog, &waiter->errand->request);
	}
	errand_unref(spawned->oldest);
	spawned->oldest = NULL;
}

void
feed_spawned_answer(struct feed *feed)
{
	struct spawned *spawned = feed->arg;
	struct waiter *waiter, *after;

	if (spawned->forward != NULL)
		forward_turn(spawned->forward);
	if (spawned->scope->closing.cause != CLOSE_NOT)
		drop(spawned);
	TAILQ_FOREACH_SAFE(waiter, &spawned->waiters, link, after)
		if (is_done(spawned->scope, waiter))
			waiter_finish(spawned, waiter);
}

static void
tell_not_started(struct spawned *spawned, const char *text, size_t len)
{
	const struct report_job job = { .work = true,
		.kind = "job",
		.state = "",
		.text = text,
		.text_len = len };

	report_tell(spawned->scope->context.report,
	    &(struct report_event){ .kind = REPORT_NOT_STARTED, .job = &job });
}

static bool
tell_left(void *feed)
{
	struct spawned *spawned = feed;
	struct request request;
	const char *text;
	size_t len;

	if (!spawned->closed || spawned->backlog.n_commands == 0 ||
	    backlog_take(&spawned->backlog, &request) < 0)
		return false;
	while ((text = request_next(&request, &len)) != NULL)
		tell_not_started(spawned, text, len);
	request_release(&request);
	return true;
}

static uint64_t
left(void *feed, bool *ret_all)
{
	const struct spawned *spawned = feed;

	*ret_all = true;
	return spawned->dropped;
}

static void
end(void *feed)
{
	struct spawned *spawned = feed;
	struct waiter *waiter, *after;

	drop(spawned);
	TAILQ_FOREACH_SAFE(waiter, &spawned->waiters, link, after)
		waiter_finish(spawned, waiter);
}

static bool
spare(void *feed)
{
	struct spawned *spawned = feed;

	if (spawned->forward != NULL)
		return forward_spare(spawned->forward);
	return waiter_park_one(spawned) ||
	    (spawned->inbox != NULL && inbox_spare(spawned->inbox));
}

static const char *
error(const void *feed)
{
	const struct spawned *spawned = feed;

	return spawned->error;
}

void
feed_spawned_job_over(struct feed *feed, const struct job *job)
{
	struct spawned *spawned = feed->arg;
	struct waiter *waiter;

	if (job->n_waits == 0)
		return;
	if (spawned->forward != NULL)
		forward_job_over(spawned->forward, job);
	TAILQ_FOREACH(waiter, &spawned->waiters, link)
		if (waiter->job == job)
			waiter_give_slot_back(spawned, waiter);
}

void
feed_spawned_answered(
    void *feed, uint32_t client, const struct remote_answer *answer)
{
	const struct spawned *spawned = ((const struct feed *)feed)->arg;

	if (spawned->forward != NULL)
		forward_answered(spawned->forward, client, answer);
}

struct feed
feed_spawned_new(struct scope *scope)
{
	static const struct feed_ops ops = { .next = next,
		.is_over = is_over,
		.known = known,
		.left = left,
		.tell_left = tell_left,
		.end = end,
		.error = error,
		.spare = spare };
	struct spawned *spawned = xcalloc(1, sizeof(*spawned));

	spawned->scope = scope;
	spawned->limit = scope->options->jobs;
	TAILQ_INIT(&spawned->waiters);
	backlog_init(&spawned->backlog, scope->options->output.tmpdir);
	open_socket(spawned);
	requests_listen(spawned);
	return (struct feed){ &ops, spawned };
}
