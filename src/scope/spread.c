#include "spread.h"

#include <stdlib.h>

#include <sys/queue.h>

#include "base/xalloc.h"
#include "machine.h"
#include "machines.h"
#include "output/output.h"
#include "remote/host.h"
#include "slots.h"
#include "state.h"

/* While so many jobs wait for their machines no other command is taken. */
#define WAITING_MAX 1000

/* The jobs that wait for one machine. */
struct line {
	struct job_list jobs;
	/*
	 * The place behind those of its jobs, if what a machine's jobs write is
	 * to stay together; else NULL.
	 */
	struct capture *end;
};

struct spread {
	struct scope *scope;
	struct line *lines; /* one for each machine; owned */
	size_t n;
	uint64_t waiting; /* jobs in them */
	/*
	 * Called as GNU parallel: so many machines are busy at the same time,
	 * with one job each; 0: any number.
	 */
	int64_t most_busy;
	bool one_slot; /* all jobs have the same, as each is alone there */
	bool by_slot;  /* the jobs of a command have the slot of its text */
	int64_t slot;  /* that of one_slot, or of the command taken last */
};

struct spread *
spread_new(struct scope *scope, bool by_slot)
{
	const struct scope_options *options = scope->options;
	struct spread *spread;

	if (!options->machines.everywhere || scope->machines.n == 0)
		return NULL;
	spread = xcalloc(1, sizeof(*spread));
	spread->scope = scope;
	spread->n = scope->machines.n;
	spread->lines = xcalloc(spread->n, sizeof(*spread->lines));
	spread->one_slot = options->parallel.on;
	spread->by_slot = by_slot;
	spread->most_busy = options->parallel.on ? options->jobs : 0;
	for (size_t i = 0; i < spread->n; i++) {
		TAILQ_INIT(&spread->lines[i].jobs);
		if (options->parallel.on)
			spread->lines[i].end =
			    capture_place(scope->context.output, NULL);
	}
	return spread;
}

size_t
spread_machines(const struct spread *spread)
{
	return spread->n;
}

const char *
spread_host(const struct spread *spread, size_t machine)
{
	return spread->scope->machines.items[machine].host->shown;
}

int64_t
spread_slot(struct spread *spread)
{
	bool only = spread->one_slot && spread->slot > 0;

	if (!spread->one_slot && !spread->by_slot)
		return 1; /* it is in no text: each job takes its own */
	if (!only)
		spread->slot = slots_take(spread->scope);
	/* the only one is never free: one more has it than there are jobs */
	slots_share(spread->scope, spread->slot,
	    spread->one_slot ? spread->n : spread->n - 1);
	return spread->slot;
}

void
spread_slot_back(struct spread *spread)
{
	for (size_t i = 0; spread->slot > 0 && i < spread->n; i++)
		slots_give_back(spread->scope, spread->slot);
}

void
spread_add(struct spread *spread, size_t which, struct job *job)
{
	struct line *line = &spread->lines[which];

	machines_bind(spread->scope, which, job);
	job->slot = spread->slot;
	job->output.place =
	    capture_place(spread->scope->context.output, line->end);
	TAILQ_INSERT_TAIL(&line->jobs, job, link);
	spread->waiting++;
}

/* True if a job for that machine would not have to wait. */
static bool
is_open(const struct spread *spread, size_t i)
{
	const struct machine *machine = &spread->scope->machines.items[i];

	return machine->state == MACHINE_OUT || room_is_on(machine);
}

static bool
are_too_many_busy(const struct spread *spread)
{
	return !slots_have_room(spread->scope, spread->most_busy);
}

static struct job *
take(struct spread *spread, struct line *line)
{
	struct job *job = TAILQ_FIRST(&line->jobs);

	TAILQ_REMOVE(&line->jobs, job, link);
	spread->waiting--;
	return job;
}

/* Of the jobs that can start, that of the earliest command. */
struct job *
spread_next(struct spread *spread)
{
	struct line *best = NULL;
	uint64_t first = UINT64_MAX;
	struct job *job;

	if (spread->waiting == 0 || are_too_many_busy(spread))
		return NULL;
	for (size_t i = 0; i < spread->n; i++) {
		struct line *line = &spread->lines[i];

		job = TAILQ_FIRST(&line->jobs);
		if (job == NULL || job->family.id >= first ||
		    !is_open(spread, i))
			continue;
		best = line;
		first = job->family.id;
	}
	if (best == NULL)
		return NULL;
	job = take(spread, best);
	if (job->slot == 0)
		job->slot = slots_take(spread->scope);
	return job;
}

bool
spread_wants(const struct spread *spread)
{
	if (spread->waiting >= WAITING_MAX || are_too_many_busy(spread))
		return false;
	for (size_t i = 0; i < spread->n; i++)
		if (TAILQ_EMPTY(&spread->lines[i].jobs) && is_open(spread, i))
			return true;
	return false;
}

uint64_t
spread_waiting(const struct spread *spread)
{
	return spread->waiting;
}

void
spread_end(struct spread *spread)
{
	for (size_t i = 0; i < spread->n; i++) {
		struct line *line = &spread->lines[i];

		if (line->end != NULL)
			capture_leave(line->end);
		line->end = NULL;
	}
}

void
spread_close(struct spread *spread)
{
	struct job *job;

	spread_end(spread);
	for (size_t i = 0; i < spread->n; i++)
		TAILQ_FOREACH(job, &spread->lines[i].jobs, link)
			job_leave_place(job);
}

struct job *
spread_take_left(struct spread *spread)
{
	for (size_t i = 0; i < spread->n; i++)
		if (!TAILQ_EMPTY(&spread->lines[i].jobs))
			return take(spread, &spread->lines[i]);
	return NULL;
}

void
spread_free(struct spread *spread)
{
	struct job *job;

	if (spread == NULL)
		return;
	spread_end(spread);
	while ((job = spread_take_left(spread)) != NULL)
		job_drop(job);
	free(spread->lines);
	free(spread);
}
