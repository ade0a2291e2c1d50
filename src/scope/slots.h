/* Slots: the numbers of running jobs, and whether one more may run. */
#ifndef SCOPE_SLOTS_H
#define SCOPE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

struct scope;

/* Frees what it holds. */
void slots_release(struct scope *scope);

/* Returns the number that was given back last, or a new one; from 1. */
int64_t slots_take(struct scope *scope);
void slots_give_back(struct scope *scope, int64_t slot);

/* A job that takes a slot has joined the roster, or has left it. */
void slots_use(struct scope *scope);
void slots_unuse(struct scope *scope);

/* Lends the slot of a job to others while the job waits, or ends that. */
void slots_lend(struct scope *scope);
void slots_unlend(struct scope *scope);

/* True if fewer jobs than limit use a slot that is not lent; 0: no limit. */
bool slots_have_room(const struct scope *scope, int64_t limit);

#endif
