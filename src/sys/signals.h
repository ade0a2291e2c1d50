/*
 * Signals: blocked before there is a second process, read from one signalfd(2),
 * and given back to the jobs as they were inherited.
 */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include <sys/types.h>

struct signals {
	sigset_t original; /* the mask we were born with */
	sigset_t handled;  /* what is blocked and read */
	bool chld_ignored; /* SIGCHLD was ignored when we were born */
	bool pipe_ignored; /* SIGPIPE was ignored when we were born */
};

/*
 * The first thing in main: notes what we were born with, and blocks SIGUSR1
 * unless it is ignored.  That asks for the state and must not kill nursery
 * before it can answer; what came before main cannot be helped.  SIGXFSZ gets a
 * handler that does nothing: writing a lock fails, then.
 */
void signals_begin(struct signals *sig);

/*
 * After signals_begin(): blocks what nursery handles: SIGCHLD, the signals that
 * end a process, TSTP, CONT, USR1 and WINCH; but what was ignored at birth
 * stays ignored (nohup, a background job of sh), except for CONT, which goes on
 * continuing.  SIGPIPE and SIGXFSZ get a handler that does nothing, never
 * SIG_IGN: that would survive exec(2) into the jobs.
 */
void signals_block(struct signals *sig);

/*
 * Returns a non-blocking signalfd for what is handled, the caller's to close,
 * or -1 with errno from signalfd(2).
 */
int signals_open(const struct signals *sig);

/*
 * Returns a descriptor that is readable while one of those is pending that ask
 * nursery to end and are blocked, the caller's to close; or -1 with errno.  It
 * is to be watched only: who reads signals still gets them.
 */
int signals_open_fatal(void);

/* One of those that signals_open_fatal() tells of, or 0: none is pending. */
int signals_pending_fatal(void);

/* True if the signal asks nursery to end: TERM, INT, HUP, QUIT and the like. */
bool signals_is_fatal(int signo);

/*
 * True if a signal of the terminal stops processes of our group: SIGTSTP of
 * Ctrl-Z or SIGTTIN, where they are not ignored.
 * Not if the group is orphaned (ssh -t, script -c): nobody could continue it,
 * and the kernel discards the signal.  A child tries it, because only the
 * kernel knows all members of the group and their parents.  If no child can be
 * had, true if our parent looks like a shell with job control.
 */
bool signals_may_stop(int signo);

/*
 * If fd is our terminal and we are in its background: stops our group with
 * SIGTTIN, as read(2) would.  Returns true when we were continued, so that the
 * caller can first look what has come; read(2) itself would go on reading.
 */
bool signals_stop_in_background(int fd);

/*
 * Makes the calling process, a child of parent, die when parent dies; or now,
 * if that is dead already.  A child in a PID namespace of its own cannot know
 * that, but dies all the same, with the namespace's init.  Returns 0, or -1
 * with errno.  Async-signal-safe.
 */
int signals_die_with(pid_t parent);

/*
 * Discards the signals that are pending for the calling process: a child that
 * blocks all signals and has just left our group or session.  What was
 * sent to the group has come to us, too, and we pass on what the child is to
 * get.  A pending SIGTSTP would stop the child before its exec, and so stop us,
 * who wait for that.  Async-signal-safe.
 */
void signals_forget(void);

/*
 * Gives the calling process (a child just before exec) the mask and the
 * dispositions that nursery was born with.  Returns 0, or -1 with errno.
 * Async-signal-safe.
 */
int signals_restore(const struct signals *sig);

/*
 * Dies of the signal, without a core file, so that whoever waits for us sees
 * the truth.  If the signal cannot kill, leaves with 128 + signo.
 */
_Noreturn void signals_die_of(int signo);

#endif
