/* Writing the last output, once no process is left. */
#ifndef SCOPE_DELIVERY_H
#define SCOPE_DELIVERY_H

struct scope;

void delivery_init(struct scope *scope);

/*
 * No process is left, but output still waits to be written.  It may wait for
 * ever; but after a fatal signal only for the grace.
 */
void delivery_limit(struct scope *scope);

/* Waits until all output is written, or given up. */
void delivery_finish(struct scope *scope);

/* Closes descriptors 1 and 2, and says what the summary came too early for. */
void delivery_close(struct scope *scope);

#endif
