#include "requests.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "closing.h"
#include "files.h"
#include "machine.h"
#include "machines.h"
#include "remote/message.h"
#include "spawn/inbox.h"
#include "state.h"
#include "waiter.h"

/* In place of the pid of a client on another machine: there is none such. */
#define NOBODY INT_MAX

static void
crowded(void *arg, struct inbox_client *client)
{
	waiter_park(arg, *inbox_client_data(client));
}

static enum answer_kind
rejoined(void *arg, struct inbox_client *client, uint64_t ticket)
{
	return waiter_rejoin(arg, client, ticket) ? ANSWER_ACCEPTED
						  : ANSWER_MALFORMED;
}

static bool
no_descriptor(void *arg)
{
	struct spawned *spawned = arg;

	return files_raise(spawned->scope, EMFILE) || waiter_park_one(spawned);
}

static bool
is_closed(const struct spawned *spawned)
{
	return closing_has_begun(spawned->scope) ||
	    closing_is_drained(spawned->scope);
}

/* Keeps a request that nobody waits for. */
static enum answer_kind
keep(struct spawned *spawned, struct request *request)
{
	if (backlog_put(&spawned->backlog, request) < 0 &&
	    (errno != EMFILE || !no_descriptor(spawned) ||
		backlog_put(&spawned->backlog, request) < 0))
		return errno == EMFILE ? ANSWER_LATER : ANSWER_NO_ROOM;
	request_release(request);
	return ANSWER_ACCEPTED;
}

/* Keeps a request that the client waits for. */
static void
keep_for(
    struct spawned *spawned, struct waiter *waiter, struct request *request)
{
	waiter->errand = errand_new(spawned, request, waiter);
	spawned->waiters_left += request->n_commands;
}

static enum answer_kind
asked(
    void *arg, struct inbox_client *client, struct request *request, bool wait)
{
	struct spawned *spawned = arg;
	struct waiter *waiter = *inbox_client_data(client);

	if (is_closed(spawned))
		return ANSWER_CLOSING;
	if (!wait)
		return keep(spawned, request);
	if (waiter == NULL)
		waiter = waiter_new(spawned, client);
	if (waiter->job == NULL)
		waiter_lend_slot(spawned, waiter, waiter_job(spawned, waiter));
	keep_for(spawned, waiter, request);
	inbox_pause(client); /* until these commands are taken */
	return ANSWER_ACCEPTED;
}

/*
 * As asked(), for a client on another machine, where it is paused until
 * waiter_go_on().
 */
static enum answer_kind
asked_there(struct spawned *spawned, struct machine *machine, uint32_t client,
    struct job *job, struct request *request, bool wait)
{
	struct waiter *waiter;

	if (is_closed(spawned))
		return ANSWER_CLOSING;
	if (!wait)
		return keep(spawned, request);
	waiter = waiter_find_there(spawned, machine, client);
	if (waiter != NULL && waiter->errand != NULL)
		return ANSWER_MALFORMED;
	if (waiter == NULL)
		waiter = waiter_new_there(spawned, machine, client);
	if (waiter->job == NULL)
		waiter_lend_slot(spawned, waiter, job);
	keep_for(spawned, waiter, request);
	return ANSWER_ACCEPTED;
}

static void
hear_request(void *arg, struct machine *machine, uint32_t client,
    struct job *job, const struct remote_spawn *spawn)
{
	enum answer_kind kind = ANSWER_MALFORMED;
	char *bytes = xmemdup0(spawn->bytes, spawn->len);
	struct request request;
	int error = 0;

	if (spawn->len > REQUEST_MAX ||
	    request_parse(bytes, spawn->len, &request) < 0) {
		free(bytes);
	} else {
		kind = asked_there(
		    arg, machine, client, job, &request, spawn->wait);
		if (kind == ANSWER_LATER)
			error = EMFILE;
		if (kind != ANSWER_ACCEPTED)
			request_release(&request);
	}
	machine_answer(machine, client, (int)kind, error);
}

static void
ended(void *arg, struct inbox_client *client)
{
	struct waiter *waiter = *inbox_client_data(client);

	(void)arg;
	waiter->ended = true;
}

/* The client is gone, but the commands that it asked for run all the same. */
static void
leave(struct spawned *spawned, struct waiter *waiter, pid_t pid)
{
	struct errand *errand = waiter->errand;

	if (errand != NULL &&
	    backlog_put(&spawned->backlog, &errand->request) < 0) {
		/*
		 * no room: the waiter keeps them as if its client were parked
		 */
		waiter_give_slot_back(spawned, waiter);
		waiter->pid = pid;
		waiter->client = NULL;
		waiter->machine = NULL;
		return;
	}
	waiter_forget(spawned, waiter);
}

static void
left_client(void *arg, struct inbox_client *client)
{
	leave(arg, *inbox_client_data(client), inbox_client_pid(client));
}

static void
hear_of_client(void *arg, struct machine *machine, uint32_t client, bool gone)
{
	struct waiter *waiter = waiter_find_there(arg, machine, client);

	if (waiter == NULL)
		return;
	if (gone)
		leave(arg, waiter, NOBODY);
	else
		waiter->ended = true;
}

/* The machine is gone, and all its clients with it. */
static void
lose_clients(void *arg, struct machine *machine)
{
	struct spawned *spawned = arg;
	struct waiter *waiter, *next;

	TAILQ_FOREACH_SAFE(waiter, &spawned->waiters, link, next)
		if (waiter->machine == machine)
			leave(spawned, waiter, NOBODY);
}

const struct inbox_events requests_events = { .asked = asked,
	.rejoined = rejoined,
	.crowded = crowded,
	.ended = ended,
	.left = left_client,
	.no_descriptor = no_descriptor };

void
requests_listen(struct spawned *spawned)
{
	machines_listen(spawned->scope,
	    &(struct machine_clients){ .asked = hear_request,
		.told = hear_of_client,
		.lost = lose_clients,
		.arg = spawned });
}
