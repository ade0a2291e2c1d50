/* The last output, once everybody is gone. */
#ifndef SCOPE_DELIVERY_H
#define SCOPE_DELIVERY_H

struct scope;

void delivery_init(struct scope *scope);

/*
 * Everybody is gone and output waits.  It may do so for ever, but after a
 * signal only for the grace.
 */
void delivery_limit(struct scope *scope);

/* Waits until all output is written, or given up. */
void delivery_finish(struct scope *scope);

/* Says what could not be told in the summary, because it came after. */
void delivery_close(struct scope *scope);

#endif
