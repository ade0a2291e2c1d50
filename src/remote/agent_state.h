/* The agent's end of a connection, for the files that make it up. */
#ifndef REMOTE_AGENT_STATE_H
#define REMOTE_AGENT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent.h"
#include "frame.h"
#include "outbox.h"
#include "sys/loop.h"

struct agent {
	int in_fd, out_fd; /* owned */
	struct frame_reader reader;
	struct outbox out;
	struct loop *loop; /* NULL until agent_attach() */
	struct loop_io in_io;
	struct loop_timer dead_man; /* fires if nothing is heard for too long */
	struct loop_timer
	    kick;            /* fires once, for what came with the handshake */
	int64_t dead_man_ns; /* 0: no such limit */
	size_t got;          /* bytes since it was armed: see keepalive_got() */
	int64_t grace_ns;    /* of jobs, if the controller is gone */
	struct agent_events events;
	void *arg;
	bool leaving; /* the controller has sent QUIT */
	bool deaf;    /* nothing more is read */
	bool parted;  /* BYE was said: nothing more is */
};

#endif
