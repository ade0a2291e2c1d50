/* Giving the processes of a container a PID namespace, and hearing its init. */
#ifndef CONTAIN_ISOLATION_H
#define CONTAIN_ISOLATION_H

#include <stddef.h>

struct contain;

/*
 * Gives the processes to come a PID namespace of their own.  Call it before the
 * first is started, and after scan_init().  Returns 0; or -1 with the reason
 * in why, and then the caller cannot go on.
 */
int isolation_enter(struct contain *contain, char *why, size_t size);

#endif
