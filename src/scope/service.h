/* Services: helpers that run beside the jobs, and when they are ready. */
#ifndef SCOPE_SERVICE_H
#define SCOPE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

struct job;
struct outcome;
struct plan_item;
struct process_request;
struct scope;
struct service;

/*
 * Returns the service that the job, which has not started, will be.  Its lines
 * are labelled with name, in the colour of that number; item and job are
 * borrowed.
 */
struct service *service_new(struct scope *scope, const struct plan_item *item,
    struct job *job, const char *name, unsigned colour);

/* Frees a service whose job is over.  NULL is allowed. */
void service_free(struct service *service);

/*
 * True while it must not be started, since it is not known yet whether another
 * program already accepts connections at its address, and would be taken for
 * it.
 */
bool service_waits(struct service *service);

/*
 * True if another program does: then the service has failed, with *ret, which
 * borrows from the options.  Not while service_waits().
 */
bool service_refuses(struct service *service, struct outcome *ret);

/*
 * Makes what the service needs to be heard: its pipe, and what its --ready
 * wants.  Fills in descriptors and environment of the request, valid until
 * service_started() or the next call.  Returns 0, or -1 with errno.
 */
int service_equip(struct service *service, struct process_request *request);

/*
 * True if it may end with status 0 although it is needed: it was ready, and
 * --restart=on-failure calls that no failure.
 */
bool service_may_end(const struct service *service);

/*
 * An attempt has failed: true if --restart lets the service start again.  Not
 * if the first one could not even begin.
 */
bool service_may_repeat(const struct service *service);

/* Prepares that: it is not ready any more.  Returns the ns until the start. */
int64_t service_repeat(struct service *service);

/* The service runs: from now on it may become ready. */
void service_started(struct service *service);

/* True once jobs that wait for the service may start. */
bool service_is_ready(const struct service *service);

/* Why it is not ready yet, as far as is known, or NULL; see ready_status(). */
const char *service_status(const struct service *service);

/* The job of the service is over. */
void service_over(struct service *service);

#endif
