/*
 * Waits until a service is ready, in the way that its --ready says.
 *
 * It knows no jobs: its owner starts the service, hands it what it needs,
 * passes on its output and acts on the events.  How long to wait is the
 * owner's to say, too.  What the kernel tells (notify, fd, log) is noticed at
 * once; the rest is tried after 0, 5, 10, 20 ... 250 ms.  All time is the
 * loop's.  Once ready it has no timer any more.
 */
#ifndef READY_READY_H
#define READY_READY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct ready;
struct ready_spec;

/* What is known of a service's readiness before it was started. */
enum ready_before {
	READY_UNKNOWN,
	READY_LOOKING, /* not known yet, but once the loop has turned */
	READY_CLEAR,   /* nobody is ready: the service may start */
	READY_TAKEN,   /* somebody is ready there already */
};

/*
 * All come from the loop, none from within a function below, and each may free
 * the ready.  After ready or failed only extend may follow.
 */
struct ready_events {
	/* The service is ready.  Called once at most. */
	void (*ready)(void *arg);
	/*
	 * The service never will be ready, although it runs.  why completes
	 * "the service ...", and is borrowed until this returns.  Called once
	 * at most.
	 */
	void (*failed)(void *arg, const char *why);
	/*
	 * The command of exec: is to be run once, and ready_probe_ended() is
	 * to be called then.  May be NULL for any other kind.
	 */
	void (*probe)(void *arg);
	/*
	 * The service asks for more time: a limit that ends sooner is to end ns
	 * from now.  NULL ignores that.
	 */
	void (*extend)(void *arg, int64_t ns);
};

/*
 * Prepares what the service will need, before it is started.  spec and events
 * are borrowed; path is where a socket for notify is to be: nothing may be
 * there; NULL: there can be none.  Returns NULL with errno if a pipe or a
 * socket cannot be made.
 */
struct ready *ready_new(struct loop *loop, const struct ready_spec *spec,
    const char *path, const struct ready_events *events, void *arg);

/*
 * Forgets the service and removes what was made for it.  Keep it until the
 * service has ended: a message that nobody reads makes its sender wait.  A
 * probe that runs is the owner's to end.  NULL is harmless.
 */
void ready_free(struct ready *ready);

/* What $NOTIFY_SOCKET is to be for the service; NULL: it is not notify. */
const char *ready_notify_path(const struct ready *ready);

/*
 * Returns the descriptor that the service is to have under *ret_number; it
 * stays ours and is close-on-exec.  -1 with *ret_number untouched if it is not
 * fd.
 */
int ready_child_fd(const struct ready *ready, int *ret_number);

/*
 * Looks, before the service is started, whether a stranger is ready in its
 * place, so that it would never be missed; and which file is there already.
 * While the answer is READY_LOOKING, it is to be asked again in the next turn
 * of the loop.
 */
enum ready_before ready_look(struct ready *ready);

/* The service was started: closes our copy of its descriptor, starts trying. */
void ready_begin(struct ready *ready);

/* Passes on what the service wrote to its standard output or error. */
void ready_log(struct ready *ready, const char *bytes, size_t len);

/* Passes on what the probe wrote. */
void ready_probe_wrote(struct ready *ready, const char *bytes, size_t len);

/*
 * The probe that was asked for is over.  how: NULL if it succeeded, else how it
 * has ended, as "exit status 1"; copied.
 */
void ready_probe_ended(struct ready *ready, const char *how);

/*
 * What is known of why it is not ready yet: the STATUS= it sent last, or what
 * the last try has met (any bytes); NULL if nothing.
 * Borrowed, until the loop turns or the next call.
 */
const char *ready_status(struct ready *ready);

#endif
