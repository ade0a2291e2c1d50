/*
 * --timeout N%: each job may take so much of the median time of those that have
 * ended.
 */
#ifndef SCOPE_MEDIAN_H
#define SCOPE_MEDIAN_H

#include <stdint.h>

struct job;
struct median;
struct scope;

/* Begins without a limit, or with that of the options if it is a time. */
void median_init(struct scope *scope);
void median_release(struct scope *scope);

/* An attempt of the job has ended: the limit of all that run may change. */
void median_note(struct scope *scope, const struct job *job);

#endif
