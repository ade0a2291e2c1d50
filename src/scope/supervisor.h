/*
 * Whoever has started nursery as a service of its own, as systemd or another
 * nursery, is told when all services are ready, and when they are being
 * stopped.
 */
#ifndef SCOPE_SUPERVISOR_H
#define SCOPE_SUPERVISOR_H

struct scope;

/* Tells what has changed since the last turn of the loop, if anything has. */
void supervisor_turn(struct scope *scope);

#endif
