/* What keeps the processes of the scope together: --contain. */
#ifndef SCOPE_CONTAINMENT_H
#define SCOPE_CONTAINMENT_H

struct scope;

/*
 * Makes what the options ask for.  Call it before the first process is started.
 * Ends with msg_fatal() if that cannot be had.
 */
void containment_begin(struct scope *scope);

/* No process will be started any more: whatever is left is ended. */
void containment_end(struct scope *scope);

#endif
