/*
 * The processes whose job nobody knows, such as daemons that hid it: they have
 * a job of their own, scope->strays, that never ends but starts over.
 */
#ifndef SCOPE_STRAYS_H
#define SCOPE_STRAYS_H

#include <stdbool.h>

struct scope;

/* Makes their job, and frees it. */
void strays_init(struct scope *scope);
void strays_release(struct scope *scope);

/*
 * True if they are part of the work (--orphans=wait): its time limits are
 * theirs, too.
 */
bool strays_hold_scope(struct scope *scope);

/* All jobs are over: ends what is left.  True when there is nothing. */
bool strays_end(struct scope *scope);

#endif
