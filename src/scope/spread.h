/*
 * --onall: each command runs once on each machine.  Its jobs are made together
 * and have their places in the order of the output then, and each waits for
 * room on its machine, so that a slow one holds back only its own.
 */
#ifndef SCOPE_SPREAD_H
#define SCOPE_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;
struct scope;
struct spread;

/*
 * Returns one for the machines of the scope; or NULL: there is no --onall.
 * by_slot: the text of a command depends on its slot.
 */
struct spread *spread_new(struct scope *scope, bool by_slot);

/* Frees it, with the jobs that wait; NULL is allowed. */
void spread_free(struct spread *spread);

/* How many machines there are: so many jobs each command has. */
size_t spread_machines(const struct spread *spread);

/* What the machine is called, from 0. */
const char *spread_host(const struct spread *spread, size_t machine);

/*
 * The slot that the text of the next command is to be made with; it is given
 * back if there is none.
 */
int64_t spread_slot(struct spread *spread);
void spread_slot_back(struct spread *spread);

/*
 * The job, which has no slot yet and belongs to the spread from now on, is to
 * run on that machine; all jobs of a command are added one after the other.
 */
void spread_add(struct spread *spread, size_t machine, struct job *job);

/* The next job that may be started, the caller's from now on; NULL: none. */
struct job *spread_next(struct spread *spread);

/*
 * True if a machine has nothing to do, and not too many jobs wait for the
 * others: then it is time for another command.
 */
bool spread_wants(const struct spread *spread);

/* How many jobs wait. */
uint64_t spread_waiting(const struct spread *spread);

/* No other command comes. */
void spread_end(struct spread *spread);

/*
 * The scope has closed: no job that waits will ever start, and none holds back
 * what others wrote any more.
 */
void spread_close(struct spread *spread);

/*
 * After that: the next job of those that waited, the caller's from now on;
 * NULL: there are no more.
 */
struct job *spread_take_left(struct spread *spread);

#endif
