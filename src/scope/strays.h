/*
 * The processes whose job nobody knows, daemons that hid it: they have a job of
 * their own, strays, that never ends but starts over.
 */
#ifndef SCOPE_STRAYS_H
#define SCOPE_STRAYS_H

#include <stdbool.h>

struct nursery;

/* Makes the job of those that will come, and frees it. */
void strays_init(struct nursery *n);
void strays_release(struct nursery *n);

/* True if those that are here were asked to end. */
bool strays_are_ending(const struct nursery *n);

/*
 * After a scan that met nothing new and dead: if none is left, those that come
 * are asked anew; not if the last of them left an heir.
 */
void strays_settle(struct nursery *n);

/*
 * True if they are part of the work (--orphans=wait): its time limits are
 * theirs, too.
 */
bool strays_hold_scope(struct nursery *n);

/* All jobs are over: ends what is left.  True when there is nothing. */
bool strays_end(struct nursery *n);

#endif
