/*
 * How much input one call of source_next() may still go through.
 *
 * A source may have to read a million records before it has a command: to skip
 * or to count them, or to shuffle them.  Signals and time limits cannot wait
 * for that, so whoever takes a record or reads bytes spends some of the budget,
 * and says SOURCE_AGAIN once it is spent.
 */
#ifndef INPUT_BUDGET_H
#define INPUT_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

struct budget {
	size_t records;
	size_t bytes;
};

/* What one call may go through; some milliseconds of work at most. */
#define BUDGET_OF_A_CALL ((struct budget){ 10000, 1024 * 1024 })

static inline bool
budget_is_spent(const struct budget *budget)
{
	return budget->records == 0 || budget->bytes == 0;
}

/* Takes what was used from the budget, or as much as is left of it. */
static inline void
budget_spend(struct budget *budget, size_t records, size_t bytes)
{
	budget->records -=
	    records < budget->records ? records : budget->records;
	budget->bytes -= bytes < budget->bytes ? bytes : budget->bytes;
}

#endif
