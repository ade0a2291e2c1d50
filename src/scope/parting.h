/*
 * Why an agent and its carrier have ended, in words: each may know a part.
 */
#ifndef SCOPE_PARTING_H
#define SCOPE_PARTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct outcome;

struct parting {
	char *link_why, *carrier_why; /* owned; NULL: they have not, yet */
	struct buf said;  /* by the carrier, until an agent has answered */
	bool gone;        /* no process can be left of the agent */
	bool lacks_agent; /* the carrier says that it cannot start one */
	bool refused;     /* as too many connected at once: try again later */
};

/* Nothing has ended, and nothing was said. */
void parting_forget(struct parting *parting);
void parting_release(struct parting *parting);

/*
 * The carrier has written these bytes to standard error, and no agent has
 * answered yet.  An sshd that too many connect to says so to some of them.
 */
void parting_hear(struct parting *parting, const char *data, size_t len);

/* What was heard so far is shown to the user by others. */
void parting_show(struct parting *parting);

/*
 * The carrier, called program, has ended; early: before an agent has answered.
 */
void parting_carrier(struct parting *parting, const char *program,
    const struct outcome *outcome, bool early);

/* Both reasons as one, without its end; agent: its path.  From malloc(3). */
char *parting_describe(const struct parting *parting, const char *agent);

#endif
