/*
 * --spawn in the jobs of an agent: what clients ask for is passed on to the
 * controller, and its answers to them.
 */
#ifndef SCOPE_FORWARD_H
#define SCOPE_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

struct forward;
struct inbox;
struct job;
struct remote_answer;
struct scope;

/*
 * Listens at the path.  Returns NULL with errno if that cannot be.  number says
 * what a job is called on the connection; 0: it is not known there.
 */
struct forward *forward_new(struct scope *scope, const char *path,
    uint32_t (*number)(const struct job *job));

/* Closes all connections; then frees the rest. */
void forward_close(struct forward *forward);
void forward_free(struct forward *forward);

/* The controller answers a client, which may be gone. */
void forward_answered(struct forward *forward, uint32_t client,
    const struct remote_answer *answer);

/* A job has ended: no client of it waits any more. */
void forward_job_over(struct forward *forward, const struct job *job);

/* In each turn of the loop: gives answers that clients had to come for. */
void forward_turn(struct forward *forward);

/* Makes a descriptor free, if that can be. */
bool forward_spare(struct forward *forward);

#endif
