/*
 * The process that carries the connection to a machine, ssh, say: a job of a
 * kind of its own, started anew whenever the machine is.
 */
#ifndef SCOPE_TRANSPORT_H
#define SCOPE_TRANSPORT_H

#include <stddef.h>

#include "base/strvec.h"
#include "output/output.h"
#include "remote/message.h"

struct host;
struct job;
struct outcome;
struct scope;

/* What its owner is told. */
struct transport_events {
	/* It has written these bytes to standard error. */
	void (*heard)(void *arg, const char *data, size_t len);
	/*
	 * It runs: fds are where the agent is read and written, the callee's
	 * from now on.
	 */
	void (*started)(void *arg, const int fds[2]);
	/*
	 * It has ended, or could not be started; NULL: the scope has closed
	 * before.
	 */
	void (*over)(void *arg, const struct outcome *outcome);
};

struct transport {
	struct scope *scope;
	const struct host *host;
	const struct transport_events *events;
	void *arg;
	struct job *job;  /* NULL: none runs */
	int their_fds[2]; /* what it gets as 0 and 1; -1: none */
	int our_fds[2];   /* the other ends of these; -1: the owner's */
	char nonce[REMOTE_NONCE_LEN + 1];
	struct strvec argv, env;
	struct output_label label;
};

/* Prepares one in the caller's storage; the host and events are borrowed. */
void transport_init(struct transport *transport, struct scope *scope,
    const struct host *host, const struct transport_events *events, void *arg);
void transport_release(struct transport *transport);

/* The job of the next process, which is to be started. */
struct job *transport_job(struct transport *transport);

/* Its lines are shown from now on, and those that were kept. */
void transport_show(struct transport *transport);

/* Ends the process, which has nothing more to do, and nothing to say. */
void transport_end(struct transport *transport);

/* Its program, and the path of the agent that it is to start. */
const char *transport_program(const struct transport *transport);
const char *transport_agent(const struct transport *transport);

#endif
