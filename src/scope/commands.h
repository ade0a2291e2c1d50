/*
 * The state of the feed of the user's commands (feed_source.c), and what is
 * told at the end of those that were never started.
 */
#ifndef SCOPE_COMMANDS_H
#define SCOPE_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sys/loop.h"

struct deal;
struct scope;
struct source;
struct spread;
struct supply;

struct commands {
	struct scope *scope;
	struct source *source;
	struct spread *spread; /* --onall; NULL: none */
	struct deal *deal;     /* of --round-robin and its kin; NULL: none */
	struct supply *supply; /* --stdin; NULL: none */
	bool prepared;         /* the source is */
	uint64_t place;        /* there, of the command taken last */
	struct buf label;      /* of the command taken last */
	bool exhausted;        /* the source has nothing more */
	bool ended;            /* nothing more is taken from it */
	bool nameless; /* --_parset: there is no variable for the last one */
	uint64_t told; /* commands that were told as not started */
	uint64_t told_number;    /* the highest number among them */
	uint64_t dropped;        /* as these: jobs that had been made */
	size_t told_bytes;       /* of their text */
	int tries;               /* how often none was ready to be told */
	const char *error;       /* of the deal; borrowed; NULL: the source's */
	struct loop_io io;       /* watched while nothing can be read */
	struct loop_timer timer; /* ends that, or the want of memory for it */
};

/* The name that the user has chosen for the command taken last, or NULL. */
const char *commands_chosen_name(const struct commands *commands);

/* Notes the place of the command taken last. */
void commands_note_place(struct commands *commands);

/* Jobs that are made already, and wait for their machines. */
uint64_t commands_waiting(const struct commands *commands);

/* How many jobs each command is. */
size_t commands_copies(const struct commands *commands);

/*
 * True if commands use up input, so that those left cannot be listed without
 * reading it.
 */
bool commands_consume_input(const struct commands *commands);

/*
 * Tells of commands that are left, as many as can be had without waiting, but
 * not more than it is worth.  True: call it again.  See feed.h.
 */
bool commands_tell_left(void *feed);

/* How many are left, as far as known; *ret_all: no others.  See feed.h. */
uint64_t commands_left(void *feed, bool *ret_all);

#endif
