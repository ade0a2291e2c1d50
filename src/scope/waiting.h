/* What the scope waits for, told to somebody who asks by SIGUSR1. */
#ifndef SCOPE_WAITING_H
#define SCOPE_WAITING_H

struct scope;

/* Tells the report everything that keeps jobs from being started, or the end.
 */
void waiting_tell(const struct scope *scope);

#endif
