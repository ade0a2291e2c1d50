#include "running.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "report/event.h"

void
running_init(struct running *running)
{
	*running = (struct running){ .count = 0 };
}

void
running_release(struct running *running)
{
	free(running->slots);
	free(running->others);
}

static struct running_job *
place_of(struct running *running, const struct report_job *job)
{
	if (job->slot > 0)
		return (size_t)job->slot <= running->n_slots
		    ? &running->slots[job->slot - 1]
		    : NULL;
	for (size_t i = 0; i < running->n_others; i++)
		if (running->others[i].id == job->id)
			return &running->others[i];
	return NULL;
}

struct running_job *
running_find(struct running *running, const struct report_job *job)
{
	struct running_job *found = place_of(running, job);

	return found != NULL && found->id == job->id ? found : NULL;
}

/* Makes room up to that slot. */
static struct running_job *
add_slot(struct running *running, size_t slot)
{
	size_t n = running->n_slots * 2 > slot ? running->n_slots * 2 : slot;

	running->slots =
	    xreallocarray(running->slots, n, sizeof(*running->slots));
	memset(&running->slots[running->n_slots], 0,
	    (n - running->n_slots) * sizeof(*running->slots));
	running->n_slots = n;
	return &running->slots[slot - 1];
}

static struct running_job *
add_other(struct running *running)
{
	size_t n = running->n_others;
	struct running_job *others;

	others = xreallocarray(running->others, n + 1, sizeof(*others));
	others[n] = (struct running_job){ .number = n };
	running->others = others;
	running->n_others = n + 1;
	return &others[n];
}

struct running_job *
running_begin(
    struct running *running, const struct report_job *job, int64_t at_ns)
{
	struct running_job *place = place_of(running, job);

	if (place == NULL)
		place = job->slot > 0 ? add_slot(running, (size_t)job->slot)
				      : add_other(running);
	if (place->id != job->id)
		*place = (struct running_job){ .id = job->id,
			.number = place->number,
			.slot = job->slot > 0 };
	place->begin_ns = at_ns;
	place->waited_ns = place->waits_ns;
	place->waits_ns = 0;
	running->count += job->slot > 0;
	return place;
}

void
running_wait(struct running *running, struct running_job *job, int64_t at_ns)
{
	running->count -= job->slot ? 1 : 0;
	job->waits_ns = at_ns;
}

void
running_end(struct running *running, struct running_job *job)
{
	if (job->waits_ns == 0)
		running->count -= job->slot ? 1 : 0;
	job->waits_ns = 0;
	if (job->slot)
		job->id = 0;
}
