#include "waiter.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "contain/family.h"
#include "contain/origin.h"
#include "job/job.h"
#include "machine.h"
#include "slots.h"
#include "spawn/inbox.h"
#include "state.h"

static void
waiter_unref(struct waiter *waiter)
{
	if (waiter != NULL && --waiter->refs == 0)
		free(waiter);
}

struct errand *
errand_new(struct spawned *spawned, const struct request *request,
    struct waiter *waiter)
{
	struct errand *errand = xcalloc(1, sizeof(*errand));

	errand->spawned = spawned;
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

void
waiter_give_slot_back(struct spawned *spawned, struct waiter *waiter)
{
	struct job *job = waiter->job;

	waiter->job = NULL;
	if (job == NULL)
		return;
	slots_unlend(spawned->scope, job);
	if (job->n_waits == 0)
		room_count(job->place.machine, 1);
}

struct job *
waiter_job(const struct spawned *spawned, const struct waiter *waiter)
{
	struct family *family = origin_above(
	    spawned->scope->context.contain, inbox_client_pid(waiter->client));

	return family != NULL ? family->owner : NULL;
}

void
waiter_lend_slot(
    struct spawned *spawned, struct waiter *waiter, struct job *job)
{
	if (job == NULL || !job->kind->takes_slot)
		return;
	waiter->job = job;
	if (job->n_waits == 0)
		room_count(job->place.machine, -1);
	slots_lend(spawned->scope, job);
}

/* Drops the commands of the waiter that have not become jobs. */
static void
drop_errand(struct spawned *spawned, struct waiter *waiter)
{
	if (waiter->errand == NULL)
		return;
	spawned->waiters_left -= waiter->errand->request.n_commands;
	errand_unref(waiter->errand);
	waiter->errand = NULL;
}

void
waiter_forget(struct spawned *spawned, struct waiter *waiter)
{
	drop_errand(spawned, waiter);
	waiter_give_slot_back(spawned, waiter);
	waiter->client = NULL;
	waiter->machine = NULL;
	TAILQ_REMOVE(&spawned->waiters, waiter, link);
	waiter_unref(waiter);
}

/* Forgets waiters that were parked and whose clients are dead. */
static void
forget_dead(struct spawned *spawned)
{
	struct waiter *waiter, *next;

	TAILQ_FOREACH_SAFE(waiter, &spawned->waiters, link, next)
		if (waiter->client == NULL && waiter->machine == NULL &&
		    waiter->errand == NULL && waiter->running == 0 &&
		    kill(waiter->pid, 0) < 0 && errno == ESRCH)
			waiter_forget(spawned, waiter);
}

static struct waiter *
add(struct spawned *spawned)
{
	struct waiter *waiter = xcalloc(1, sizeof(*waiter));

	forget_dead(spawned);
	waiter->refs = 1;
	TAILQ_INSERT_HEAD(&spawned->waiters, waiter, link);
	return waiter;
}

struct waiter *
waiter_new(struct spawned *spawned, struct inbox_client *client)
{
	struct waiter *waiter = add(spawned);

	waiter->client = client;
	*inbox_client_data(client) = waiter;
	return waiter;
}

struct waiter *
waiter_new_there(
    struct spawned *spawned, struct machine *machine, uint32_t number)
{
	struct waiter *waiter = add(spawned);

	waiter->machine = machine;
	waiter->number = number;
	return waiter;
}

struct waiter *
waiter_find_there(const struct spawned *spawned, const struct machine *machine,
    uint32_t number)
{
	struct waiter *waiter;

	TAILQ_FOREACH(waiter, &spawned->waiters, link)
		if (waiter->machine == machine && waiter->number == number)
			return waiter;
	return NULL;
}

static void
answer_there(const struct waiter *waiter, enum answer_kind kind, int32_t detail)
{
	machine_answer(waiter->machine, waiter->number, kind, detail);
}

void
waiter_go_on(struct waiter *waiter)
{
	if (waiter->client != NULL)
		inbox_resume(waiter->client);
	else if (waiter->machine != NULL)
		answer_there(waiter, ANSWER_ACCEPTED, 0);
}

void
waiter_finish(struct spawned *spawned, struct waiter *waiter)
{
	bool over =
	    !waiter->dropped && waiter->errand == NULL && waiter->running == 0;

	if (waiter->machine != NULL) {
		answer_there(waiter,
		    over || waiter->status != 0 ? ANSWER_DONE : ANSWER_CLOSING,
		    waiter->status);
		waiter_forget(spawned, waiter);
		return;
	}
	if (waiter->client == NULL) {
		waiter->dropped |= !over;
		drop_errand(spawned, waiter);
		waiter_give_slot_back(spawned, waiter);
		return;
	}
	inbox_finish(waiter->client,
	    over || waiter->status != 0 ? ANSWER_DONE : ANSWER_CLOSING,
	    waiter->status);
	waiter_forget(spawned, waiter);
}

void
waiter_park(struct spawned *spawned, struct waiter *waiter)
{
	waiter->pid = inbox_client_pid(waiter->client);
	waiter->ticket = ++spawned->tickets;
	inbox_park(waiter->client, waiter->ticket);
	waiter->client = NULL;
}

bool
waiter_park_one(struct spawned *spawned)
{
	struct waiter *waiter;

	TAILQ_FOREACH_REVERSE(waiter, &spawned->waiters, waiter_list, link)
	{
		if (waiter->client != NULL) {
			waiter_park(spawned, waiter);
			return true;
		}
	}
	return false;
}

bool
waiter_rejoin(
    struct spawned *spawned, struct inbox_client *client, uint64_t ticket)
{
	struct waiter *waiter;

	TAILQ_FOREACH(waiter, &spawned->waiters, link)
		if (waiter->ticket == ticket && waiter->client == NULL &&
		    waiter->machine == NULL)
			break;
	if (waiter == NULL)
		return false;
	waiter->client = client;
	*inbox_client_data(client) = waiter;
	if (waiter->errand != NULL)
		inbox_pause(client);
	return true;
}
