/* What nursery waits for, in words, for those who watch it. */
#ifndef SCOPE_WAITS_H
#define SCOPE_WAITS_H

#include <stddef.h>

struct scope;

#define WAITS_MAX 512

/*
 * "waiting for service db to be ready" into buf; "" if nursery waits for
 * nothing but the jobs that run.
 */
void waits_describe(const struct scope *scope, char *buf, size_t size);

#endif
