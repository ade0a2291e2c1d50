#include "slots.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "state.h"

void
slots_release(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	free(slots->free);
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
slots_give_back(struct scope *scope, int64_t slot)
{
	struct slots *slots = &scope->slots;

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
slots_lend(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	slots->lent++;
}

void
slots_unlend(struct scope *scope)
{
	struct slots *slots = &scope->slots;

	slots->lent--;
}

bool
slots_have_room(const struct scope *scope, int64_t limit)
{
	const struct slots *slots = &scope->slots;

	return limit == 0 || (int64_t)(slots->used - slots->lent) < limit;
}
