/*
 * Two processes, so that one SIGKILL cannot leave anything behind: the front,
 * which the user started, and the worker, which does everything.  Each ends
 * what is left when the other is gone.  Both are subreapers, so that all
 * descendants of a worker that was killed become children of the front.
 */
#ifndef CONTAIN_FRONT_H
#define CONTAIN_FRONT_H

#include <stdatomic.h>
#include <stdbool.h>

#include <sys/signalfd.h>
#include <sys/types.h>

#include "sys/service_manager.h"

struct front;
struct leaves_made;
struct signals;
struct tty_keys;

struct front_options {
	/*
	 * What the one process does at its end if the other was killed: the
	 * last thing.  NULL: nothing.
	 */
	void (*at_end)(void *arg);
	void *arg;
	/*
	 * What is done in any case by the process that ends last, just before
	 * it ends, when no job is left.  status: the exit status that the
	 * worker gave by front_end(), 128 + N for signal N; -1 if nursery
	 * itself has failed.  Returns the status to exit with, or -1 for that
	 * of msg_failure().  NULL: nothing.
	 */
	int (*at_last)(void *arg, int status);
	void *last_arg;
	/*
	 * The process that has started us: if it ends, the worker gets SIGTERM.
	 * 0: it may.
	 */
	pid_t parent;
	/*
	 * A process that serves the run, such as perl, was started before: it
	 * is ended with the worker, and so is whatever it leaves.
	 */
	bool helped;
	/* Who wants to be told that we are ready, see front_tell_manager(). */
	struct service_manager manager;
};

/*
 * Forks.  Returns in the worker only, with the link to the front; the front
 * stays inside, forwards the handled signals to the worker, and ends as the
 * worker says by front_end().  Ends with msg_failure() if there can be no
 * second process.  The options are copied.
 */
struct front *front_split(
    const struct signals *sig, const struct front_options *options);

/*
 * Moves the worker to a process group of its own, so that one SIGKILL for the
 * whole group, as by timeout -s KILL or kill -9 %1, does not kill both. Signals
 * from the terminal then reach the front alone, which forwards them.  The
 * worker may write to the terminal even where "stty tostop" is set, but not
 * read from it: only the foreground group may.
 */
void front_leave_group(void);

/* A descriptor, to be watched only, that is readable when the front is gone. */
int front_watch_fd(const struct front *front);

/* True if the front was killed, heard of by front_watch_fd() or not yet. */
bool front_is_gone(const struct front *front);

/* True if we end because the process that has started us did. */
bool front_lost_parent(const struct front *front);

/*
 * True if somebody could continue the front, when it has stopped: our parent
 * looks like a shell with job control.
 */
bool front_may_stop(const struct front *front);

/* True if somebody hears what front_tell_manager() says. */
bool front_has_manager(const struct front *front);

/*
 * Tells whoever has started us, lines as sd_notify(3) has them: from the front,
 * as systemd by default heeds no other process.
 */
void front_tell_manager(
    const struct front *front, const char *text, size_t len);

/* Sends the signal to the front, if that has not ended. */
void front_signal(const struct front *front, int signo);

/* The process id of the front, which users take for that of nursery. */
int front_pid(const struct front *front);

/* The process group that nursery was started in, perhaps with strangers. */
pid_t front_group(const struct front *front);

/*
 * Room for a path from rundir_new(), at first empty.  The front removes the
 * folder of that path if the worker dies without front_end().
 */
char *front_rundir(const struct front *front);

/*
 * Remove the folder that front_rundir() names: with all that is in it; or but
 * for folders that others have made in it.  Both say it if that fails.
 */
void front_remove_rundir(const struct front *front);
void front_leave_rundir(const struct front *front);

/*
 * Where the worker notes the cgroups that it makes.  The front ends what is in
 * them and removes them if the worker dies without front_end().
 */
struct leaves_made *front_leaves(const struct front *front);

/*
 * Where the worker notes what it has drawn on the terminal of standard error,
 * an enum tty_mark.  The front takes it away if the worker dies without
 * front_end().
 */
atomic_int *front_screen(const struct front *front);

/*
 * Where the worker notes that it has taken the keys of the terminal of standard
 * input.  The front gives them back if the worker dies without front_end().
 */
struct tty_keys *front_keys(const struct front *front);

/*
 * The worker starts processes that connect it to agents on other machines: when
 * it has been killed, or has closed its ends of the connections before
 * front_end_all(), these get half a second to pass that on.
 */
void front_note_carriers(const struct front *front);

/*
 * For the worker when the front was killed: ends every job and removes what we
 * have made, as the front does when the worker was killed.
 */
void front_end_all(const struct front *front);

/*
 * True if front_forwarded() counts the signal that the worker got: the front
 * has sent it; or it is a Ctrl-Z, which the terminal sends to both and which
 * the front forwards if it can have an effect.
 */
bool front_counts(
    const struct front *front, const struct signalfd_siginfo *info);

/* How often the front has forwarded the signal, even if fewer were seen. */
unsigned front_forwarded(const struct front *front, int signo);

/*
 * How often the front had forwarded SIGTSTP when SIGCONT came last.  That has
 * undone them all: the kernel discards each SIGTSTP that the worker has not
 * read by then.
 */
unsigned front_undone_stops(const struct front *front);

/* How often the front had forwarded SIGCONT when it last forwarded SIGTSTP. */
unsigned front_conts(const struct front *front);

/*
 * Stops nursery for Ctrl-Z: the worker at once, the front when it sees that;
 * but if the front has forwarded SIGCONT more often than conts, both go on at
 * once.  Returns front_undone_stops() when both go on.
 */
unsigned front_stop_both(const struct front *front, unsigned conts);

/*
 * Ends the worker, which has proved that no job is left, and makes the front
 * end with the exit status, or by the signal if signo is not 0.  status: -1 if
 * nursery itself has failed, which is that of msg_failure().
 */
_Noreturn void front_end(struct front *front, int status, int signo);

#endif
