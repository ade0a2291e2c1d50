/* How many jobs there were and how they ended: for --halt and the summary. */
#ifndef SCOPE_TALLY_H
#define SCOPE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

struct job;
struct outcome;
struct scope;

/* Returns the number of a new job. */
uint64_t tally_number(struct scope *scope);

/* Counts a new job that matters to --halt. */
void tally_work(struct scope *scope);

/* Counts a job that has ended with the outcome. */
void tally_end(struct scope *scope, const struct outcome *outcome);

/*
 * True if --halt is reached.  The counts that reached it are kept: more jobs
 * may end in the same turn of the loop.
 */
bool tally_reaches_halt(struct scope *scope);

/* All is over: counts what will never start, as far as that is known. */
void tally_not_started(struct scope *scope);

/* Counts the jobs that run or wait, for a status. */
void tally_running(struct scope *scope);

#endif
