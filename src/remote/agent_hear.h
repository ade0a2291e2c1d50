/* What an agent does for each frame of its controller. */
#ifndef REMOTE_AGENT_HEAR_H
#define REMOTE_AGENT_HEAR_H

#include <stdbool.h>

struct agent;
struct frame;

/* Tells the frame to the scope.  Returns false if it makes no sense. */
bool agent_hear(struct agent *agent, const struct frame *frame);

#endif
