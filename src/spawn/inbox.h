/*
 * The socket through which commands come from inside: takes requests of our
 * own user's processes, checks and answers them.  Nothing here blocks, whatever
 * a client sends or does not send.
 *
 * When there are too many connections, or descriptors are short, clients lose
 * theirs and come again: one that waits is parked (ANSWER_PARKED), others get
 * ANSWER_LATER.  Two descriptors are kept in reserve, so that one client after
 * the other is served even where no other descriptor is left.
 */
#ifndef SPAWN_INBOX_H
#define SPAWN_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include "request.h"

struct inbox;
struct inbox_client;
struct loop;

/* What the layer above is told, from the loop. */
struct inbox_events {
	/*
	 * A client asks; the result is its answer, or ANSWER_NOT_YET: then the
	 * request is not the layer's, and inbox_reply() follows.  Until then
	 * the client stays, as one that waits.  After ANSWER_ACCEPTED the
	 * request belongs to the layer above, and a client with wait true stays
	 * until inbox_finish() or until it leaves.
	 */
	enum answer_kind (*asked)(void *arg, struct inbox_client *client,
	    struct request *request, bool wait);
	/*
	 * A client that was parked is here again.  After ANSWER_ACCEPTED it
	 * waits, as after a request with wait true.
	 */
	enum answer_kind (*rejoined)(
	    void *arg, struct inbox_client *client, uint64_t ticket);
	/* A client that waits must be parked: its connection is needed. */
	void (*crowded)(void *arg, struct inbox_client *client);
	/* A client that waits will ask no more. */
	void (*ended)(void *arg, struct inbox_client *client);
	/* A client that waits is gone: its pointer means nothing any more. */
	void (*left)(void *arg, struct inbox_client *client);
	/* There is no descriptor to be had.  True if there is one now. */
	bool (*no_descriptor)(void *arg);
};

/*
 * Listens at the path.  Events are copied.  Returns NULL with errno if that
 * cannot be.
 */
struct inbox *inbox_new(struct loop *loop, const char *path,
    const struct inbox_events *events, void *arg);

/* A pointer of each client that is the caller's to set, at first NULL. */
void **inbox_client_data(struct inbox_client *client);

/* Closes all connections.  Not from within an event. */
void inbox_free(struct inbox *inbox);

/*
 * The answer after ANSWER_NOT_YET, with an errno or 0; a client that waits and
 * was accepted is paused still.  If it is neither ANSWER_ACCEPTED nor, of a
 * client that waits, ANSWER_LATER, or if the client does not wait,
 * events.left() comes from within this call.
 */
void inbox_reply(
    struct inbox_client *client, enum answer_kind kind, int detail);

/* Reads nothing more from the client until inbox_resume(). */
void inbox_pause(struct inbox_client *client);
void inbox_resume(struct inbox_client *client);

/* The process that connected, which need not be any more. */
pid_t inbox_client_pid(const struct inbox_client *client);

/*
 * Tells a client that waits to come again with the ticket, which is not 0, and
 * closes its connection; its pointer means nothing afterwards.
 */
void inbox_park(struct inbox_client *client, uint64_t ticket);

/*
 * Makes a descriptor free: the connection of a client that does not wait, which
 * is told to come again; or one of the reserve, until the next event.  False if
 * there is none.  Not to be called from within an event.
 */
bool inbox_spare(struct inbox *inbox);

/*
 * Gives a client that waits its last answer and forgets it; its pointer means
 * nothing afterwards.
 */
void inbox_finish(
    struct inbox_client *client, enum answer_kind kind, int detail);

#endif
