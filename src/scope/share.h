/*
 * Sharing the CPUs by a job server, the one that we were started under or one
 * of our own: each running job beyond the first holds one of its tokens.
 */
#ifndef SCOPE_SHARE_H
#define SCOPE_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jobserver/makeflags.h"
#include "sys/loop.h"

struct server;
struct scope;
struct tokens;

/* What the command line and the environment say. */
struct share_options {
	struct tokens *tokens; /* of the server that we were given, or NULL;
				  borrowed */
	enum jobserver_kind serves; /* what we are, or JOBSERVER_NONE */
	int64_t jobs;               /* if we are one: how many run at once */
};

struct share {
	struct tokens *tokens;   /* NULL: nothing is shared */
	struct server *server;   /* owned; NULL: we are no server */
	char *makeflags;         /* of jobs; owned; NULL: our own */
	struct loop_io io;       /* watched while a job waits for a token */
	struct loop_timer timer; /* when it has waited so long that it is said
				  */
	int64_t since_ns;        /* since when a job waits; 0: none does */
	bool said;
};

/* folder is the private one, for the FIFO of a server; "" if there is none. */
void share_init(struct scope *scope, const char *folder);
void share_release(struct scope *scope);

/* The MAKEFLAGS of jobs, borrowed; NULL: that of our own environment. */
const char *share_makeflags(const struct scope *scope);

/*
 * True if one more job with a slot may run: it is the only one, or there is a
 * token for it, which is taken.  Else the loop wakes when it is worth asking
 * again.
 */
bool share_allows(struct scope *scope);

/* Once in each turn of the loop: gives back tokens that no job needs. */
void share_settle(struct scope *scope);

/* Puts into buf which token is waited for, to follow "waiting for"; or "". */
void share_describe(const struct scope *scope, char *buf, size_t size);

#endif
