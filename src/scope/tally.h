/* How many jobs there were and how they ended; what --halt looks at. */
#ifndef SCOPE_TALLY_H
#define SCOPE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

struct job;
struct outcome;
struct scope;

/* The number of the next job. */
uint64_t tally_number(struct scope *scope);

/* Another job that --halt counts. */
void tally_work(struct scope *scope);

/* A job has ended so. */
void tally_end(struct scope *scope, const struct outcome *outcome);

/*
 * True if --halt is reached.  The counts that reached it are kept: more jobs
 * may end in the same turn of the loop.
 */
bool tally_reaches_halt(struct scope *scope);

/* All is over: counts what will never start, as far as that is known. */
void tally_not_started(struct scope *scope);

/* Counts what runs, for a status. */
void tally_running(struct scope *scope);

#endif
