#include "room.h"

#include <stdint.h>

#include "machine.h"
#include "remote/link.h"
#include "state.h"

/* How many jobs count as all that a machine can run. */
static int64_t
whole(const struct machine *machine)
{
	return machine->slots > 0 ? machine->slots : 1; /* no limit: on none */
}

/* The less loaded first; of two that are alike the one that was named first. */
static int
compare(const struct machine *a, const struct machine *b)
{
	int64_t load_a = a->running * whole(b), load_b = b->running * whole(a);

	if (load_a != load_b)
		return load_a < load_b ? -1 : 1;
	return (a > b) - (a < b);
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(
    room_tree, machine, room.node, compare, static __attribute__((__unused__)))

static struct room *
room_of(const struct machine *machine)
{
	return &machine->scope->machines.room;
}

void
room_init(struct room *room)
{
	*room = (struct room){ .refused = 0 };
	RB_INIT(&room->open);
	TAILQ_INIT(&room->down);
	TAILQ_INIT(&room->turns);
}

void
room_join(struct machine *machine)
{
	struct room *room = room_of(machine);

	machine->state = MACHINE_DOWN;
	room->counts[MACHINE_DOWN]++;
	TAILQ_INSERT_TAIL(&room->down, machine, room.down);
}

bool
room_is_on(const struct machine *machine)
{
	return machine->state == MACHINE_READY && !machine->leaving &&
	    link_can_run(machine->link) &&
	    (machine->slots == 0 || machine->running < machine->slots);
}

/* To be called before what the order depends on changes. */
static void
leave_tree(struct machine *machine)
{
	if (machine->room.open)
		RB_REMOVE(room_tree, &room_of(machine)->open, machine);
	machine->room.open = false;
}

void
room_update(struct machine *machine)
{
	leave_tree(machine);
	machine->room.open = room_is_on(machine);
	if (machine->room.open)
		RB_INSERT(room_tree, &room_of(machine)->open, machine);
}

void
room_count(struct machine *machine, int by)
{
	if (machine == NULL)
		return;
	leave_tree(machine);
	machine->running += by;
	room_update(machine);
}

/* True if its carrier was refused, and is to be started again. */
static bool
is_refused(const struct machine *machine)
{
	return machine->end.refused &&
	    (machine->state == MACHINE_CLOSED ||
		machine->state == MACHINE_DOWN);
}

/* What was counted is noted: why a carrier has ended may come at any time. */
static void
count_refused(struct machine *machine)
{
	struct room *room = room_of(machine);

	room->refused -= machine->room.refused;
	machine->room.refused = is_refused(machine);
	room->refused += machine->room.refused;
}

void
room_refuse(struct machine *machine)
{
	machine->end.refused = true;
	count_refused(machine);
}

void
room_enter(struct machine *machine, enum machine_state state)
{
	struct room *room = room_of(machine);

	room->counts[machine->state]--;
	if (machine->state == MACHINE_DOWN)
		TAILQ_REMOVE(&room->down, machine, room.down);
	machine->state = state;
	if (state == MACHINE_DOWN)
		TAILQ_INSERT_TAIL(&room->down, machine, room.down);
	room->counts[state]++;
	count_refused(machine);
	room_update(machine);
	room_wake(machine);
}

/* That a link has ended is told later than it is so. */
static struct machine *
skip_ended(struct machine *machine)
{
	while (machine != NULL && !room_is_on(machine)) {
		struct machine *next =
		    RB_NEXT(room_tree, &room_of(machine)->open, machine);

		leave_tree(machine);
		machine = next;
	}
	return machine;
}

struct machine *
room_first(struct room *room)
{
	return skip_ended(RB_MIN(room_tree, &room->open));
}

struct machine *
room_next(struct machine *machine)
{
	return skip_ended(RB_NEXT(room_tree, &room_of(machine)->open, machine));
}

void
room_wake(struct machine *machine)
{
	if (!machine->room.woken)
		TAILQ_INSERT_TAIL(&room_of(machine)->turns, machine, room.turn);
	machine->room.woken = true;
}

struct machine *
room_turn(struct room *room)
{
	struct machine *machine = TAILQ_FIRST(&room->turns);

	if (machine == NULL)
		return NULL;
	TAILQ_REMOVE(&room->turns, machine, room.turn);
	machine->room.woken = false;
	return machine;
}
