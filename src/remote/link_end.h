/*
 * The end of a connection: why, in words that make sense behind "n1: ".  Before
 * the agent was ready no job was sent to it, so that none can be left there.
 */
#ifndef REMOTE_LINK_END_H
#define REMOTE_LINK_END_H

#include <stdbool.h>
#include <stdint.h>

struct frame;
struct link;

/*
 * Closes the connection, which the agent sees if it is there.  See
 * events.ended() for why, which is taken, and gone.  What the agent has said of
 * its end goes before why.
 */
void link_end(struct link *link, char *why, bool gone);

/*
 * Tells the end of a connection that is closed when nothing that its jobs wrote
 * is on its way any more.
 */
void link_settle(struct link *link);

/* As link_end(), before the greeting: what else came may say why. */
void link_end_unheard(struct link *link, char *why);

/* "WHAT 60s". */
void link_end_after(struct link *link, const char *what, int64_t ns);

/* The other end was closed. */
void link_end_of_file(struct link *link);

/* This is no frame of the protocol, or not now. */
void link_end_bad(struct link *link, const struct frame *frame);

#endif
