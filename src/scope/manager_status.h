/*
 * What the service manager is told, see sys/service_manager.h: when all
 * services are ready, and when they are being stopped.
 */
#ifndef SCOPE_MANAGER_STATUS_H
#define SCOPE_MANAGER_STATUS_H

struct scope;

/* Tells what has changed since the last turn of the loop, if anything has. */
void manager_status_update(struct scope *scope);

#endif
