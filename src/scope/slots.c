#include "slots.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "job/job.h"
#include "shortage.h"
#include "state.h"

void
slots_release(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	free(slots->free);
	free(slots->shares);
}

int64_t
slots_take(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	if (slots->n_free > 0)
		return slots->free[--slots->n_free];
	return ++slots->made;
}

void
slots_share(struct scope *scope, int64_t slot, size_t n)
{
	struct slots *slots = &scope->slots;
	size_t old = slots->n_shares, len = (size_t)slot + 1;

	if (len > old) {
		slots->shares =
		    xreallocarray(slots->shares, len, sizeof(*slots->shares));
		memset(slots->shares + old, 0,
		    (len - old) * sizeof(*slots->shares));
		slots->n_shares = len;
	}
	slots->shares[slot] += n;
}

void
slots_give_back(struct scope *scope, int64_t slot)
{
	struct slots *slots = &scope->slots;

	if (slot > slots->made)
		return;
	if ((size_t)slot < slots->n_shares && slots->shares[slot] > 0) {
		slots->shares[slot]--;
		return;
	}
	if (slots->n_free == slots->cap) {
		slots->cap = slots->cap * 2 + 8;
		slots->free = xreallocarray(
		    slots->free, slots->cap, sizeof(*slots->free));
	}
	slots->free[slots->n_free++] = slot;
}

void
slots_use(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	slots->used++;
}

void
slots_unuse(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	slots->used--;
}

void
slots_lend(struct scope *scope, struct job *job)
{
	if (job->n_waits++ > 0)
		return;
	scope->slots.lent++;
	/* others may have waited for the end of this job */
	shortage_wake(scope);
}

void
slots_unlend(struct scope *scope, struct job *job)
{
	if (--job->n_waits == 0)
		scope->slots.lent--;
}

size_t
slots_running(const struct scope *scope)
{
	return scope->slots.used - scope->slots.lent;
}

bool
slots_have_room(const struct scope *scope, int64_t limit)
{
	return limit == 0 || (int64_t)slots_running(scope) < limit;
}
