/*
 * One of the machines that jobs are placed on: the carrier that connects us to
 * its agent, and what becomes of both.  The file machines.c has all of them.
 */
#ifndef SCOPE_MACHINE_H
#define SCOPE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parting.h"
#include "room.h"
#include "sys/loop.h"
#include "transport.h"

struct host;
struct job;
struct link;
struct scope;

struct machine {
	struct scope *scope;
	const struct host *host;
	enum machine_state state; /* changed by room_enter() */
	struct transport transport;
	struct link *link;  /* NULL: there is none */
	bool link_over;     /* nothing more comes: it is to be freed */
	struct parting end; /* why it has ended */
	struct roomer room;
	int64_t slots;    /* how many jobs at once; 0: any number */
	int64_t running;  /* jobs that are placed there: room_count() */
	bool leaving;     /* its agent is about to end: no job goes there */
	int failures;     /* in a row, without a job that has ended */
	int64_t until_ns; /* when the next step is due; NS_NEVER: nothing is */
	struct loop_timer timer; /* wakes the loop then */
};

/* Prepares a machine in the caller's storage; the host is borrowed. */
void machine_init(
    struct machine *machine, struct scope *scope, const struct host *host);
void machine_release(struct machine *machine);

/* The job of a carrier, which is to be started. */
struct job *machine_carrier(struct machine *machine);

/*
 * Gives up the agent: jobs that run there are lost, and the carrier is ended.
 * why: a sentence without its end; gone: no process can be left there.
 */
void machine_lose(struct machine *machine, const char *why, bool gone);

/* Nothing is to run there any more: ends agent and carrier. */
void machine_quit(struct machine *machine);

/* True if neither is left. */
bool machine_has_ended(const struct machine *machine);

/* Answers a client of --spawn there, see spawn/request.h. */
void machine_answer(
    struct machine *machine, uint32_t client, int kind, int32_t detail);

/* When room_turn() gives it: does what is due. */
void machine_turn(struct machine *machine);

#endif
