/*
 * The processes whose job nobody knows, such as daemons that hid it: they have
 * a job of their own, scope->roster.strays, that never ends but starts over.
 */
#ifndef SCOPE_STRAYS_H
#define SCOPE_STRAYS_H

#include <stdbool.h>

struct scope;

/* Makes and frees the job of the strays. */
void strays_init(struct scope *scope);
void strays_release(struct scope *scope);

/*
 * True while strays are left and count as work (--orphans=wait), so that the
 * time limits of the scope go on.
 */
bool strays_hold_scope(struct scope *scope);

/* All jobs are over: ends the strays.  True when nothing is left. */
bool strays_end(struct scope *scope);

#endif
