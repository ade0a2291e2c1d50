/*
 * How far each machine is, and which of them has room for one more job: found
 * without looking at all, as there may be thousands.
 */
#ifndef SCOPE_ROOM_H
#define SCOPE_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/queue.h>
#include <sys/tree.h>

struct machine;

enum machine_state {
	MACHINE_DOWN,     /* its carrier is to be started */
	MACHINE_STARTING, /* the agent has not answered yet */
	MACHINE_READY,    /* jobs can run there */
	MACHINE_FAILED,   /* the link has ended; the carrier is to say why */
	MACHINE_QUITTING, /* the agent was told to end */
	MACHINE_CLOSED, /* after a loss: the carrier ends, a restart follows */
	MACHINE_OUT,    /* closed, and used no more */
	MACHINE_STATES
};

RB_HEAD(room_tree, machine);
TAILQ_HEAD(machine_list, machine);

struct room {
	struct room_tree open;         /* with room, the least loaded first */
	struct machine_list down;      /* MACHINE_DOWN, the next one first */
	struct machine_list turns;     /* those that have something to do */
	size_t counts[MACHINE_STATES]; /* how many are in each state */
	size_t refused; /* carriers to be started again: see parting.h */
};

/* Where a machine stands in a room. */
struct roomer {
	bool open, woken; /* it is in the tree, in the list of turns */
	bool refused;     /* it is counted as such */
	RB_ENTRY(machine) node;
	TAILQ_ENTRY(machine) down, turn;
};

void room_init(struct room *room);

/* One more machine, which is down. */
void room_join(struct machine *machine);

/* Changes the state of the machine; its turn comes. */
void room_enter(struct machine *machine, enum machine_state state);

/* Its carrier could not be started, perhaps as too many are: later it may. */
void room_refuse(struct machine *machine);

/* So many more jobs are there, or fewer; NULL is allowed. */
void room_count(struct machine *machine, int by);

/* Whether it has room may have changed. */
void room_update(struct machine *machine);

/* True if one more job may be placed there. */
bool room_is_on(const struct machine *machine);

/*
 * The machine with room that has the smallest part of its slots in use or,
 * without a limit, the fewest jobs; and the one after that.  NULL: there is
 * none.
 */
struct machine *room_first(struct room *room);
struct machine *room_next(struct machine *machine);

/* The machine has something to do in the next turn of the loop. */
void room_wake(struct machine *machine);

/* Takes the next that has something to do in this turn.  NULL: none has. */
struct machine *room_turn(struct room *room);

#endif
