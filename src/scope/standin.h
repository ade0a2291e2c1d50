/*
 * --files, --latest-line, --_parset and --color-failed: what is printed in
 * place of the output of a job, or around it, when the job has ended.
 */
#ifndef SCOPE_STANDIN_H
#define SCOPE_STANDIN_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct output_events;
struct scope;

/* Adds to the events what the options ask for, before output_new(). */
void standin_init(struct scope *scope, struct output_events *events);

/* True if standin_took() must be told what jobs write. */
bool standin_wants_output(const struct scope *scope);

/* The job has written these bytes to the descriptor, 1 or 2. */
void standin_took(struct job *job, int fd, const char *data, size_t len);

/* The last line that the job wrote, or "": none, or nobody wants to know. */
const char *standin_last_line(const struct job *job);

#endif
