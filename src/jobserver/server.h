/*
 * A job server of our own: a pipe with tokens for the jobs and what they start,
 * so that all together run no more at once than nursery alone would.
 */
#ifndef JOBSERVER_SERVER_H
#define JOBSERVER_SERVER_H

#include <stdint.h>

#include "makeflags.h"

struct server;

/*
 * Makes a server for so many jobs at once, which has one token fewer.
 * A FIFO is made in the folder, a private one; a pipe has two descriptors that
 * stay open in the jobs.  Returns NULL with errno if it cannot be made.
 */
struct server *server_new(
    enum jobserver_kind kind, const char *folder, int64_t jobs);

/* Frees it; a FIFO is left to whoever removes the folder. */
void server_free(struct server *server);

/* Where it is; borrowed. */
const struct jobserver_address *server_address(const struct server *server);

/*
 * To be called when no process can hold a token: puts back those that are
 * missing, because whoever held them was killed, and takes out those that are
 * too many.  Returns how many were missing; negative: how many were too many.
 */
int64_t server_mend(struct server *server);

#endif
