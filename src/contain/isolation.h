/* Gives the families of a contain a PID namespace, and listens to its init. */
#ifndef CONTAIN_ISOLATION_H
#define CONTAIN_ISOLATION_H

#include <stddef.h>

struct contain;

/*
 * All processes that are started from now on get a PID namespace.  Call it
 * after scan_init(), and before the first of them.  Returns 0; or -1 with the
 * reason in why, and then the caller cannot go on.
 */
int isolation_enter(struct contain *contain, char *why, size_t size);

#endif
