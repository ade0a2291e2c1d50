/* Slots: the numbers of running jobs, and whether one more may run. */
#ifndef SCOPE_SLOTS_H
#define SCOPE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;
struct scope;

/* Frees what it holds. */
void slots_release(struct scope *scope);

/* Returns the number that was given back last, or a new one; from 1. */
int64_t slots_take(struct scope *scope);

/* Gives it back; a number that was not taken here is a controller's. */
void slots_give_back(struct scope *scope, int64_t slot);

/* n more jobs have a number that was taken: each gives it back. */
void slots_share(struct scope *scope, int64_t slot, size_t n);

/* A job that takes a slot has joined the roster, or has left it. */
void slots_use(struct scope *scope);
void slots_unuse(struct scope *scope);

/*
 * One more client in the job waits, or one fewer: while any does, the slot of
 * the job is lent to others.
 */
void slots_lend(struct scope *scope, struct job *job);
void slots_unlend(struct scope *scope, struct job *job);

/* How many slots are used and not lent. */
size_t slots_running(const struct scope *scope);

/* True if fewer jobs than limit use a slot that is not lent; 0: no limit. */
bool slots_have_room(const struct scope *scope, int64_t limit);

#endif
