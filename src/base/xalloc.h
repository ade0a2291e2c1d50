/*
 * Allocation that cannot fail: if there is no memory, msg_fatal() ends every
 * live job and the program.  The caller frees with free(3).
 */
#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include <stddef.h>

/* Like malloc(3). */
void *xmalloc(size_t size) __attribute__((__malloc__));

/* Like calloc(3): the members are zero; their product may not overflow. */
void *xcalloc(size_t count, size_t size) __attribute__((__malloc__));

/* Like reallocarray(3). */
void *xreallocarray(void *ptr, size_t count, size_t size);

/* Like strdup(3). */
char *xstrdup(const char *s) __attribute__((__malloc__));

/* A copy of len bytes with a NUL behind them; the bytes may contain NULs. */
char *xmemdup0(const void *bytes, size_t len) __attribute__((__malloc__));

/* Like asprintf(3), but returns the string. */
char *xasprintf(const char *fmt, ...)
    __attribute__((__format__(printf, 1, 2), __malloc__));

#endif
