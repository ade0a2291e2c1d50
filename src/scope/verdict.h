/* What the whole run amounts to: the exit status, and why. */
#ifndef SCOPE_VERDICT_H
#define SCOPE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct scope;
struct scope_result;

/* Takes the final outcome of a job into account. */
void verdict_judge(struct scope *scope, const struct job *job);

/* A process could not be ended. */
void verdict_stuck(struct scope *scope);

/* The input is bad: why, as a message, which is borrowed. */
void verdict_bad_input(struct scope *scope, const char *why);

/*
 * Descriptor fd took no more, for the error; lost: bytes of jobs were lost by
 * that, which is told before what only messages met.
 */
void verdict_output_failed(struct scope *scope, int fd, int error, bool lost);

/* Some of the output of a job could not be read. */
void verdict_output_unread(struct scope *scope);

/* Takes into account whether a report has failed so far. */
void verdict_records(struct scope *scope);

/* An error came only when standard output or error was closed. */
void verdict_output_late(struct scope *scope, int error);

/* What the whole run amounts to. */
struct scope_result verdict_result(const struct scope *scope);

/* What closed the scope, if it was no job, as a message; "" if none. */
void verdict_describe(const struct scope *scope, char *buf, size_t size);

/* "service web failed: exit status 2", of the first failure; or "": none. */
void verdict_describe_failure(
    const struct scope *scope, char *buf, size_t size);

#endif
