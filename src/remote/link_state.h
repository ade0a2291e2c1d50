/*
 * The controller's end of a connection, for the files that make it up: link.c
 * the connection as a whole, link_take.c what comes, link_send.c what goes,
 * link_job.c one job, link_end.c how it ends.
 */
#ifndef REMOTE_LINK_STATE_H
#define REMOTE_LINK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/tree.h>

#include "base/buf.h"
#include "frame.h"
#include "greeting.h"
#include "keepalive.h"
#include "link.h"
#include "message.h"
#include "outbox.h"
#include "pour.h"
#include "sys/loop.h"

/* How far it has come; each is later than those before it. */
enum link_state {
	LINK_GREETING, /* the agent's greeting is looked for */
	LINK_HELLO,    /* it has come: HELLO is next */
	LINK_CONFIG,   /* CONFIG was sent: READY is next */
	LINK_READY,    /* jobs can run */
	LINK_ENDING,   /* it is closed; what jobs wrote is still on its way */
	LINK_ENDED,    /* that was told, or nobody is to be told any more */
};

/* What a job reads. */
struct link_input {
	int fd;        /* where it is read here; owned, or -1: nothing is */
	size_t credit; /* so many bytes may be sent */
	struct loop_io io;
};

/* A job on the other machine. */
struct link_job {
	struct link *link;
	void *owner; /* of link_run() */
	uint32_t id; /* its number in frames */
	int64_t pid; /* 0: it has not started */
	struct pour pours[2];
	int n_pours; /* 1: both streams are the first */
	size_t owed; /* bytes that it gets credit for when there are enough */
	bool waits;  /* bytes wait to be taken by its pipes */
	bool over;   /* its EXIT has come; it is held until waits is false */
	struct remote_exit end;
	struct link_input input;
	RB_ENTRY(link_job) node;
};

RB_HEAD(link_job_tree, link_job);

struct link_jobs {
	struct link_job_tree tree; /* by id */
	uint32_t last_id;
	size_t n_waiting; /* jobs whose member waits is true */
	bool heard;       /* something of one that goes on: see FRAME_HEARD */
};

/* What the dead-man timer of the agent is told. */
struct link_ping {
	uint32_t number; /* of the last ping */
	uint32_t dead_man_s;
	bool suspended; /* by Ctrl-Z: the timer is off */
};

/* How it ends, or has ended. */
struct link_end {
	char *why; /* owned; see events.ended() */
	bool gone;
	bool quits;        /* we have asked for the end */
	char *error;       /* owned; the agent's last words; NULL: none */
	int64_t broken_ns; /* writing has failed: the end comes at this time */
};

struct link {
	struct loop *loop; /* borrowed */
	struct link_events events;
	void *arg; /* of the events */
	enum link_state state;
	int in_fd; /* owned, or -1 */
	struct loop_io in;
	struct frame_reader reader;
	struct greeting greeting;
	struct outbox out;
	struct buf config;         /* the payload of CONFIG until it is sent */
	struct buf scratch;        /* for the payload of a frame to send */
	struct remote_hello hello; /* until ready is told */
	struct link_jobs jobs;
	struct loop_timer later; /* at the end of a turn: what there is to do */
	struct loop_timer tick;  /* what depends on time */
	struct keepalive keep;
	struct link_ping ping;
	struct link_end end;
	int busy;    /* depth of our functions that the loop has called */
	bool doomed; /* to be freed when they return */
};

#endif
