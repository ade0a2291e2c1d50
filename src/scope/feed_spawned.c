#include "feed_spawned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/queue.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "contain/front.h"
#include "contain/origin.h"
#include "environment.h"
#include "spawn/backlog.h"
#include "spawn/inbox.h"
#include "state.h"
#include "sys/cpu.h"
#include "sys/rundir.h"

#define SOCKET_NAME "/socket"

/*
 * A process that waits for what it asked for.  Meanwhile its job lends its
 * place: it counts as not running.
 */
struct waiter {
	unsigned refs;               /* its requests, and who lists it */
	struct inbox_client *client; /* NULL: it has heard, or is gone */
	struct job *job;             /* that has lent its place, or NULL */
	struct errand *errand;       /* has commands left, or NULL */
	uint64_t running;            /* its jobs that are not over */
	int status;                  /* of the first of them to fail, or 0 */
	bool dropped;                /* one of them was cancelled */
	bool ended;                  /* it will ask no more */
	TAILQ_ENTRY(waiter) link;
};

TAILQ_HEAD(waiter_list, waiter);

struct spawn_queue {
	char path[RUNDIR_MAX + sizeof(SOCKET_NAME)];
	struct inbox *inbox;
	struct backlog backlog;
	struct errand *oldest; /* of the backlog: has commands left, or NULL */
	/*
	 * The last that came is served first: then those that wait are few,
	 * also where each job waits for more of its kind.
	 */
	struct waiter_list waiters;
	uint64_t waiters_left; /* commands that they have left */
	int64_t limit;         /* how many jobs may run; 0: any number */
};

static void
waiter_unref(struct waiter *waiter)
{
	if (waiter != NULL && --waiter->refs == 0)
		free(waiter);
}

static struct errand *
errand_new(const struct request *request, struct waiter *waiter)
{
	struct errand *errand = xcalloc(1, sizeof(*errand));

	errand->refs = 1;
	errand->request = *request;
	errand->waiter = waiter;
	if (waiter != NULL)
		waiter->refs++;
	return errand;
}

void
errand_unref(struct errand *errand)
{
	if (errand == NULL || --errand->refs > 0)
		return;
	waiter_unref(errand->waiter);
	request_release(&errand->request);
	free(errand->envp);
	free(errand);
}

/* The job goes on, or has ended. */
static void
give_place_back(struct nursery *n, struct waiter *waiter)
{
	if (waiter->job != NULL && --waiter->job->n_waits == 0)
		n->n_lent--;
	waiter->job = NULL;
}

static void
lend_place(struct nursery *n, struct waiter *waiter)
{
	struct family *family =
	    origin_above(n->contain, inbox_client_pid(waiter->client));
	struct job *job = family != NULL ? family->owner : NULL;

	if (job == NULL || !job->kind->takes_slot)
		return;
	waiter->job = job;
	if (job->n_waits++ == 0)
		n->n_lent++;
	n->starved = false; /* this one may have been the last to end */
}

static struct waiter *
waiter_new(struct nursery *n, struct inbox_client *client)
{
	struct waiter *waiter = xcalloc(1, sizeof(*waiter));

	waiter->refs = 1;
	waiter->client = client;
	*inbox_client_data(client) = waiter;
	TAILQ_INSERT_HEAD(&n->spawn_queue->waiters, waiter, link);
	return waiter;
}

/* Nobody waits there any more. */
static void
forget(struct nursery *n, struct waiter *waiter)
{
	if (waiter->errand != NULL) {
		n->spawn_queue->waiters_left -=
		    waiter->errand->request.n_commands;
		errand_unref(waiter->errand);
		waiter->errand = NULL;
	}
	give_place_back(n, waiter);
	waiter->client = NULL;
	TAILQ_REMOVE(&n->spawn_queue->waiters, waiter, link);
	waiter_unref(waiter);
}

static void
finish(struct nursery *n, struct waiter *waiter)
{
	bool over =
	    !waiter->dropped && waiter->errand == NULL && waiter->running == 0;

	inbox_finish(waiter->client,
	    over || waiter->status != 0 ? ANSWER_DONE : ANSWER_CLOSING,
	    waiter->status);
	forget(n, waiter);
}

static enum answer_kind
asked(
    void *arg, struct inbox_client *client, struct request *request, bool wait)
{
	struct nursery *n = arg;
	struct spawn_queue *queue = n->spawn_queue;
	struct waiter *waiter = *inbox_client_data(client);

	if (n->cause != CLOSE_NOT || n->stage != STAGE_OPEN ||
	    admission_is_drained(n))
		return ANSWER_CLOSING;
	if (!wait) {
		if (backlog_put(&queue->backlog, request) < 0)
			return ANSWER_NO_ROOM;
		request_release(request);
		return ANSWER_ACCEPTED;
	}
	if (waiter == NULL)
		waiter = waiter_new(n, client);
	if (waiter->job == NULL)
		lend_place(n, waiter);
	waiter->errand = errand_new(request, waiter);
	queue->waiters_left += request->n_commands;
	inbox_pause(client); /* it has commands that were not taken */
	return ANSWER_ACCEPTED;
}

static void
ended(void *arg, struct inbox_client *client)
{
	struct waiter *waiter = *inbox_client_data(client);

	(void)arg;
	waiter->ended = true;
}

/* It waits no more, but what it asked for runs all the same. */
static void
left(void *arg, struct inbox_client *client)
{
	struct nursery *n = arg;
	struct spawn_queue *queue = n->spawn_queue;
	struct waiter *waiter = *inbox_client_data(client);
	struct errand *errand = waiter->errand;

	if (errand != NULL && n->cause == CLOSE_NOT &&
	    backlog_put(&queue->backlog, &errand->request) < 0) {
		n->spawned_error = ENOSPC;
		closing_cancel(n, CLOSE_INPUT);
	}
	forget(n, waiter);
}

static bool
no_descriptor(void *arg)
{
	return admission_raise_files(arg, EMFILE);
}

/* The folder of the nursery around us, if there is one; the caller frees it. */
static char *
outer_folder(void)
{
	const char *socket = getenv("NURSERY_SOCKET");
	size_t len = socket != NULL ? strlen(socket) : 0;
	size_t tail = strlen(SOCKET_NAME);

	if (len <= tail || strcmp(socket + len - tail, SOCKET_NAME) != 0)
		return NULL;
	return xmemdup0(socket, len - tail);
}

void
spawned_init(struct nursery *n)
{
	static const struct inbox_events events = { .asked = asked,
		.ended = ended,
		.left = left,
		.no_descriptor = no_descriptor };
	struct spawn_queue *queue = xcalloc(1, sizeof(*queue));
	char *folder = front_rundir(n->front), *outer = outer_folder();
	int made;

	n->spawn_queue = queue;
	queue->limit = n->options->jobs;
	TAILQ_INIT(&queue->waiters);
	backlog_init(&queue->backlog, n->options->output.tmpdir);
	made = rundir_new(folder, outer);
	free(outer);
	if (made < 0)
		return;
	strlcpy(queue->path, folder, sizeof(queue->path));
	strlcat(queue->path, SOCKET_NAME, sizeof(queue->path));
	queue->inbox = inbox_new(n->loop, queue->path, &events, n);
}

void
spawned_release(struct nursery *n)
{
	struct spawn_queue *queue = n->spawn_queue;
	char *outer = outer_folder();

	inbox_free(queue->inbox);
	if (contain_is_empty())
		rundir_remove(front_rundir(n->front));
	else /* a nursery in there may have been left alone */
		rundir_leave(front_rundir(n->front));
	if (outer != NULL)
		rmdir(outer); /* where its nursery has left us alone */
	free(outer);
	errand_unref(queue->oldest);
	backlog_release(&queue->backlog);
	free(queue);
}

const char *
spawned_socket(const struct nursery *n)
{
	return n->spawn_queue->inbox != NULL ? n->spawn_queue->path : NULL;
}

uint64_t
spawned_waiting(const struct nursery *n)
{
	const struct spawn_queue *queue = n->spawn_queue;

	return queue->backlog.n_commands + queue->waiters_left +
	    (queue->oldest != NULL ? queue->oldest->request.n_commands : 0);
}

/*
 * True if one more may start.  Without -j there is no limit for commands that
 * were listed, but one for these: jobs that spawn jobs are soon very many.
 */
static bool
has_room(struct nursery *n)
{
	struct spawn_queue *queue = n->spawn_queue;
	int64_t listed = n->options->jobs_listed;

	if (queue->limit == 0 && listed > 0) {
		int64_t cpus = cpu_count();

		queue->limit = listed > cpus ? listed : cpus;
	}
	return admission_has_room(n, queue->limit);
}

/* The request whose turn it is, or NULL. */
static struct errand **
next_errand(struct nursery *n)
{
	struct spawn_queue *queue = n->spawn_queue;
	struct request request;
	struct waiter *waiter;

	TAILQ_FOREACH(waiter, &queue->waiters, link)
		if (waiter->errand != NULL)
			return &waiter->errand;
	if (queue->oldest != NULL)
		return &queue->oldest;
	if (queue->backlog.n_commands == 0)
		return NULL;
	if (backlog_take(&queue->backlog, &request) < 0) {
		n->spawned_error = errno;
		closing_cancel(n, CLOSE_INPUT);
		return NULL;
	}
	queue->oldest = errand_new(&request, NULL);
	return &queue->oldest;
}

static void
prepare(struct nursery *n, struct errand *errand)
{
	char **variable;

	if (errand->envp != NULL)
		return;
	errand->envp = environment_of_request(n->environment, &errand->request);
	errand->plain = command_environment_plain(errand->envp);
	for (variable = errand->envp; *variable != NULL; variable++)
		if (strncmp(*variable, "PATH=", 5) == 0)
			errand->path = *variable + 5;
}

static struct job *
new_job(struct nursery *n, struct errand *errand, const char *text, size_t len)
{
	struct job *job = job_new(n, KIND_ORDINARY, ++n->admitted, text, len);

	if (job->command.direct && (!errand->plain || errand->path == NULL)) {
		command_release(&job->command);
		command_init(
		    &job->command, text, len, n->options->job.shell, false);
	}
	n->work++;
	job->slot = admission_take_slot(n);
	job->errand = errand;
	errand->refs++;
	if (n->options->tag) {
		job->tag = job->command.text;
		job->tag_len = len;
	}
	return job;
}

struct job *
spawned_next(struct nursery *n)
{
	struct errand **from, *errand;
	struct job *job;
	const char *text;
	size_t len;

	if (spawned_waiting(n) == 0 || !has_room(n))
		return NULL;
	from = next_errand(n);
	if (from == NULL)
		return NULL;
	errand = *from;
	prepare(n, errand);
	text = request_next(&errand->request, &len);
	job = new_job(n, errand, text, len);
	if (errand->waiter != NULL) {
		errand->waiter->running++;
		n->spawn_queue->waiters_left--;
	}
	if (errand->request.n_commands > 0)
		return job;
	*from = NULL;
	if (errand->waiter != NULL)
		inbox_resume(errand->waiter->client);
	errand_unref(errand);
	return job;
}

/* All of it is over, or some of it will never run. */
static bool
is_over(const struct nursery *n, const struct waiter *waiter)
{
	if (waiter->dropped || n->urgency != URGENCY_NONE)
		return true;
	if (waiter->errand != NULL)
		return n->cause != CLOSE_NOT;
	return waiter->ended && waiter->running == 0;
}

/* The scope has closed: what has not been started never will be. */
static void
drop(struct nursery *n)
{
	struct spawn_queue *queue = n->spawn_queue;
	struct errand *errand = n->pending != NULL ? n->pending->errand : NULL;

	if (errand != NULL && errand->waiter != NULL)
		errand->waiter->dropped = true;
	n->dropped += spawned_waiting(n);
	errand_unref(queue->oldest);
	queue->oldest = NULL;
	backlog_clear(&queue->backlog);
}

void
spawned_answer(struct nursery *n)
{
	struct waiter *waiter, *next;

	if (n->cause != CLOSE_NOT)
		drop(n);
	TAILQ_FOREACH_SAFE(waiter, &n->spawn_queue->waiters, link, next)
		if (is_over(n, waiter))
			finish(n, waiter);
}

void
spawned_end(struct nursery *n)
{
	struct waiter *waiter, *next;

	drop(n);
	TAILQ_FOREACH_SAFE(waiter, &n->spawn_queue->waiters, link, next)
		finish(n, waiter);
}

void
spawned_judge(const struct job *job)
{
	struct waiter *waiter =
	    job->errand != NULL ? job->errand->waiter : NULL;

	if (waiter == NULL)
		return;
	if (!outcome_is_failure(&job->outcome))
		waiter->dropped |= job->outcome.kind == OUTCOME_CANCELLED;
	else if (waiter->status == 0)
		waiter->status = outcome_status(&job->outcome);
}

/* With none left it goes on, or asks for more; nobody else gets its place. */
static void
one_less(struct nursery *n, struct waiter *waiter)
{
	if (--waiter->running == 0 && waiter->errand == NULL)
		give_place_back(n, waiter);
}

void
spawned_job_over(struct nursery *n, const struct job *job)
{
	struct waiter *waiter;

	if (job->errand != NULL && job->errand->waiter != NULL)
		one_less(n, job->errand->waiter);
	if (job->n_waits > 0)
		TAILQ_FOREACH(waiter, &n->spawn_queue->waiters, link)
			if (waiter->job == job)
				give_place_back(n, waiter);
}
