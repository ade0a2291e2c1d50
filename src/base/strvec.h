/* A growable vector of strings.  A NULL ends it, as execve(2) needs it. */
#ifndef BASE_STRVEC_H
#define BASE_STRVEC_H

#include <stddef.h>

struct strvec {
	char **items; /* owned, as is each string; NULL before the first push */
	size_t len;   /* number of strings, without the NULL behind them */
	size_t cap;
};

#define STRVEC_INIT                                                            \
	{                                                                      \
		NULL, 0, 0                                                     \
	}

/* Appends a copy of s. */
void strvec_push(struct strvec *v, const char *s);

/* Appends s itself, from malloc(3); the vector owns it from now on. */
void strvec_take(struct strvec *v, char *s);

/* Appends a formatted string. */
void strvec_pushf(struct strvec *v, const char *fmt, ...)
    __attribute__((__format__(printf, 2, 3)));

/* Appends a copy of each string of the NULL-terminated array. */
void strvec_push_all(struct strvec *v, char *const *strings);

/* Frees the last string, of which there must be one. */
void strvec_pop(struct strvec *v);

/* Frees the strings, but keeps the memory of the array for more. */
void strvec_clear(struct strvec *v);

/* Frees all and leaves the vector empty and usable. */
void strvec_release(struct strvec *v);

/*
 * Returns the NULL-terminated array, never NULL, and leaves the vector empty.
 * The caller frees each string and the array.
 */
char **strvec_detach(struct strvec *v);

#endif
