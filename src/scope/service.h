/*
 * Services: long-running helpers of the jobs, and when they are ready for them.
 */
#ifndef SCOPE_SERVICE_H
#define SCOPE_SERVICE_H

#include <stdbool.h>

struct job;
struct plan_item;
struct process_request;
struct scope;
struct service;

/*
 * The service that job is to be, not started yet.  name is what its lines are
 * labelled with; item and job are borrowed.
 */
struct service *service_new(struct scope *scope, const struct plan_item *item,
    struct job *job, const char *name);

/* Forgets it; its job must be over.  NULL is allowed. */
void service_free(struct service *service);

/*
 * Makes what the service needs to be heard: its pipe, and what its --ready
 * wants.  Fills in descriptors and environment of the request, valid until
 * service_started() or the next call.  Returns 0, or -1 with errno.
 */
int service_equip(struct service *service, struct process_request *request);

/* It runs: from now on it may become ready. */
void service_started(struct service *service);

/* True once jobs that wait for it may start. */
bool service_is_ready(const struct service *service);

/* Its job is over. */
void service_over(struct service *service);

#endif
