/* How many jobs there were and how they ended: for --halt and the summary. */
#ifndef SCOPE_TALLY_H
#define SCOPE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

struct kind;
struct outcome;
struct scope;

/* Returns the number of a new command, and counts it as work. */
uint64_t tally_number(struct scope *scope);

/* Numbers up to this are given away by others: tally_number() goes on there. */
void tally_reserve(struct scope *scope, uint64_t numbers);

/* Counts a new job that is work but has no number. */
void tally_work(struct scope *scope);

/* A job has ended with the outcome: counts it if its kind is work. */
void tally_end(struct scope *scope, const struct kind *kind,
    const struct outcome *outcome);

/*
 * True if --halt is reached.  The counts that reached it are kept: more jobs
 * may end in the same turn of the loop.
 */
bool tally_reaches_halt(struct scope *scope);

/*
 * All is over: counts what will never start, as far as that is known.
 * final_left: commands of --finally among it, which are no work.
 */
void tally_not_started(struct scope *scope, uint64_t final_left);

/* Counts the jobs that run, wait or are still to come, for a status. */
void tally_running(struct scope *scope);

#endif
