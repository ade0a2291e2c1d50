#include "forward.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include <sys/queue.h>

#include "base/xalloc.h"
#include "closing.h"
#include "contain/family.h"
#include "contain/origin.h"
#include "files.h"
#include "remote/agent.h"
#include "remote/message.h"
#include "slots.h"
#include "spawn/inbox.h"
#include "state.h"

/* While the controller has not answered requests of so many bytes no other is
 * passed on. */
#define BYTES_MAX ((size_t)4 * 1024 * 1024)

/* A client that has asked, as the controller knows it. */
struct asker {
	struct forward *forward;
	uint32_t id;
	struct inbox_client *client; /* NULL: parked, or gone */
	struct job *job; /* whose slot is lent while it waits; or NULL */
	size_t bytes;    /* of the request that has no answer yet; 0: none */
	bool wait;       /* it waits for a last answer */
	bool paused;     /* its commands were not taken yet */
	bool over;       /* the last answer has come: */
	struct remote_answer last;
	uint64_t ticket; /* with which it comes again, or 0: never parked */
	pid_t pid;       /* the client, once it was parked */
	TAILQ_ENTRY(asker) link;
};

TAILQ_HEAD(asker_list, asker);

struct forward {
	struct scope *scope;
	struct inbox *inbox;
	uint32_t (*number)(const struct job *job);
	struct asker_list askers;
	uint32_t last_id;
	uint64_t tickets;
	size_t bytes; /* of requests without an answer */
};

/* The job needs its slot itself again. */
static void
give_slot_back(struct asker *asker)
{
	if (asker->job != NULL)
		slots_unlend(asker->forward->scope, asker->job);
	asker->job = NULL;
}

static void
forget(struct asker *asker)
{
	struct forward *forward = asker->forward;

	give_slot_back(asker);
	forward->bytes -= asker->bytes;
	TAILQ_REMOVE(&forward->askers, asker, link);
	free(asker);
}

static struct asker *
find(struct forward *forward, uint32_t id)
{
	struct asker *asker;

	TAILQ_FOREACH(asker, &forward->askers, link)
		if (asker->id == id)
			return asker;
	return NULL;
}

/* Tells the controller that nobody waits any more. */
static void
give_up(struct asker *asker)
{
	if (!asker->over)
		agent_client(
		    asker->forward->scope->options->agent, asker->id, true);
	forget(asker);
}

/* Gives up clients that were parked and are dead. */
static void
forget_dead(struct forward *forward)
{
	struct asker *asker, *next;

	TAILQ_FOREACH_SAFE(asker, &forward->askers, link, next)
		if (asker->client == NULL && kill(asker->pid, 0) < 0 &&
		    errno == ESRCH)
			give_up(asker);
}

static struct asker *
new_asker(struct forward *forward, struct inbox_client *client)
{
	struct asker *asker = xcalloc(1, sizeof(*asker));

	forget_dead(forward);
	asker->forward = forward;
	asker->client = client;
	do
		asker->id = ++forward->last_id;
	while (asker->id == 0 || find(forward, asker->id) != NULL);
	*inbox_client_data(client) = asker;
	TAILQ_INSERT_HEAD(&forward->askers, asker, link);
	return asker;
}

/* What the inbox tells. */

static struct job *
job_of(const struct forward *forward, struct inbox_client *client)
{
	const struct family *family = origin_above(
	    forward->scope->context.contain, inbox_client_pid(client));

	return family != NULL ? family->owner : NULL;
}

static enum answer_kind
asked(
    void *arg, struct inbox_client *client, struct request *request, bool wait)
{
	struct forward *forward = arg;
	struct asker *asker = *inbox_client_data(client);
	struct remote_spawn spawn = {
		.wait = wait, .bytes = request->bytes, .len = request->len
	};

	struct job *job;

	if (closing_has_begun(forward->scope))
		return ANSWER_CLOSING;
	if (forward->bytes > 0 && forward->bytes + request->len > BYTES_MAX)
		return ANSWER_LATER;
	if (asker == NULL)
		asker = new_asker(forward, client);
	asker->wait = wait;
	asker->bytes = request->len;
	forward->bytes += asker->bytes;
	job = job_of(forward, client);
	spawn.job = job != NULL ? forward->number(job) : 0;
	/* as the controller does, which may send us a job in its place */
	if (wait && asker->job == NULL && spawn.job != 0) {
		slots_lend(forward->scope, job);
		asker->job = job;
	}
	agent_spawn(forward->scope->options->agent, asker->id, &spawn);
	return ANSWER_NOT_YET;
}

static enum answer_kind
rejoined(void *arg, struct inbox_client *client, uint64_t ticket)
{
	struct forward *forward = arg;
	struct asker *asker;

	TAILQ_FOREACH(asker, &forward->askers, link)
		if (asker->ticket == ticket && asker->client == NULL)
			break;
	if (asker == NULL)
		return ANSWER_MALFORMED;
	asker->client = client;
	*inbox_client_data(client) = asker;
	if (asker->paused)
		inbox_pause(client);
	return ANSWER_ACCEPTED;
}

static void
park(struct asker *asker)
{
	asker->pid = inbox_client_pid(asker->client);
	asker->ticket = ++asker->forward->tickets;
	inbox_park(asker->client, asker->ticket);
	asker->client = NULL;
}

static void
crowded(void *arg, struct inbox_client *client)
{
	(void)arg;
	park(*inbox_client_data(client));
}

static void
ended(void *arg, struct inbox_client *client)
{
	struct forward *forward = arg;
	const struct asker *asker = *inbox_client_data(client);

	if (asker != NULL)
		agent_client(forward->scope->options->agent, asker->id, false);
}

static void
left(void *arg, struct inbox_client *client)
{
	struct asker *asker = *inbox_client_data(client);

	(void)arg;
	if (asker != NULL)
		give_up(asker);
}

/* Parks a client that waits, and whose request was answered. */
static bool
park_one(struct forward *forward)
{
	struct asker *asker;

	TAILQ_FOREACH_REVERSE(asker, &forward->askers, asker_list, link)
	{
		if (asker->client == NULL || asker->bytes > 0)
			continue;
		park(asker);
		return true;
	}
	return false;
}

static bool
no_descriptor(void *arg)
{
	struct forward *forward = arg;

	return files_raise(forward->scope, EMFILE) || park_one(forward);
}

struct forward *
forward_new(struct scope *scope, const char *path,
    uint32_t (*number)(const struct job *job))
{
	static const struct inbox_events events = { .asked = asked,
		.rejoined = rejoined,
		.crowded = crowded,
		.ended = ended,
		.left = left,
		.no_descriptor = no_descriptor };
	struct forward *forward = xcalloc(1, sizeof(*forward));

	forward->scope = scope;
	forward->number = number;
	TAILQ_INIT(&forward->askers);
	forward->inbox = inbox_new(scope->context.loop, path, &events, forward);
	if (forward->inbox != NULL)
		return forward;
	free(forward);
	return NULL;
}

void
forward_close(struct forward *forward)
{
	inbox_free(forward->inbox);
	forward->inbox = NULL;
}

void
forward_free(struct forward *forward)
{
	struct asker *asker, *next;

	if (forward == NULL)
		return;
	TAILQ_FOREACH_SAFE(asker, &forward->askers, link, next) {
		asker->job = NULL; /* it may be gone */
		forget(asker);
	}
	free(forward);
}

/* The last answer, unless the client has to come for it first. */
static void
finish(struct asker *asker, struct remote_answer answer)
{
	struct inbox_client *client = asker->client;

	asker->over = true;
	asker->last = answer;
	give_slot_back(asker);
	if (client == NULL)
		return;
	forget(asker);
	inbox_finish(client, answer.kind, answer.detail);
}

/* Its commands were taken: it may ask again. */
static void
go_on(struct asker *asker)
{
	asker->paused = false;
	if (asker->client != NULL)
		inbox_resume(asker->client);
}

void
forward_answered(
    struct forward *forward, uint32_t id, const struct remote_answer *answer)
{
	struct asker *asker = forward->inbox != NULL ? find(forward, id) : NULL;
	bool first;

	if (asker == NULL || answer->kind == ANSWER_PARKED)
		return;
	first = asker->bytes > 0;
	forward->bytes -= asker->bytes;
	asker->bytes = 0;
	if (!first && answer->kind == ANSWER_ACCEPTED) {
		go_on(asker);
		return;
	}
	if (!first || answer->kind == ANSWER_DONE) {
		finish(asker, *answer);
		return;
	}
	asker->paused = asker->wait && answer->kind == ANSWER_ACCEPTED;
	/* without a client that waits, left() is told: nobody is to hear it */
	asker->over = !asker->wait || answer->kind != ANSWER_ACCEPTED;
	if (asker->wait && answer->kind == ANSWER_LATER)
		asker->over = false;
	if (answer->kind != ANSWER_ACCEPTED)
		give_slot_back(asker);
	inbox_reply(asker->client, answer->kind, answer->detail);
}

/* The controller will not answer any more. */
static void
close_askers(struct forward *forward)
{
	static const struct remote_answer closing = { ANSWER_CLOSING, 0 };
	struct asker *asker, *next;

	TAILQ_FOREACH_SAFE(asker, &forward->askers, link, next)
		if (!asker->over)
			finish(asker, closing);
}

void
forward_job_over(struct forward *forward, const struct job *job)
{
	struct asker *asker;

	TAILQ_FOREACH(asker, &forward->askers, link)
		if (asker->job == job)
			give_slot_back(asker);
}

void
forward_turn(struct forward *forward)
{
	struct asker *asker, *next;

	if (closing_has_begun(forward->scope))
		close_askers(forward);
	TAILQ_FOREACH_SAFE(asker, &forward->askers, link, next)
		if (asker->over && asker->client != NULL)
			finish(asker, asker->last);
}

bool
forward_spare(struct forward *forward)
{
	return park_one(forward) ||
	    (forward->inbox != NULL && inbox_spare(forward->inbox));
}
