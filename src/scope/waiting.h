/* What the scope waits for, for those who watch it or ask by SIGUSR1. */
#ifndef SCOPE_WAITING_H
#define SCOPE_WAITING_H

#include <stddef.h>

struct scope;

#define WAITING_MAX 512

/*
 * Tells the report all that is waited for, before more jobs can be started or
 * nursery can end.
 */
void waiting_tell(const struct scope *scope);

/*
 * "waiting for service db to be ready" into buf: the first of what is waited
 * for; "" if that is only the jobs that run.
 */
void waiting_describe(const struct scope *scope, char *buf, size_t size);

#endif
