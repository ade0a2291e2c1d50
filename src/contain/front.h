/*
 * Two processes, so that one SIGKILL cannot leave anything behind: the front,
 * which the user started, and the worker, which does everything.  Both are
 * subreapers; each ends what is left when the other is gone (kernel.md 1.7).
 */
#ifndef CONTAIN_FRONT_H
#define CONTAIN_FRONT_H

#include <stdbool.h>

#include <sys/signalfd.h>
#include <sys/types.h>

struct front;
struct signals;

/*
 * Forks.  Returns in the worker only, with the link to the front; the front
 * stays inside, forwards the handled signals to the worker, and ends as the
 * worker says by front_end().  Ends with msg_failure() if there can be no
 * second process.
 */
struct front *front_split(const struct signals *sig);

/*
 * Moves the worker to a process group of its own, so that one SIGKILL for the
 * whole group, as by timeout -s KILL or kill -9 %1, does not meet both. Signals
 * from the terminal then come by the front alone.  It may write to the terminal
 * also where "stty tostop" forbids that, but not read from it: only the
 * foreground group may.
 */
void front_leave_group(void);

/* A descriptor that becomes readable when the front is gone; not the caller's.
 */
int front_watch_fd(const struct front *front);

/* Process id of the front: the one that users know. */
int front_pid(const struct front *front);

/* The process group that nursery was started in, which may have strangers. */
pid_t front_group(const struct front *front);

/*
 * RUNDIR_MAX bytes for a path of folder.h, at first empty.  The front removes
 * the folder that it names if the worker dies without front_end().
 */
char *front_rundir(const struct front *front);

/*
 * True if front_forwarded() knows of the signal: the front sent it, or it is a
 * Ctrl-Z, of which the front makes what it wants.
 */
bool front_counts(
    const struct front *front, const struct signalfd_siginfo *info);

/* How often the front has forwarded the signal, also where it was merged. */
unsigned front_forwarded(const struct front *front, int signo);

/*
 * How often the front had forwarded SIGTSTP before it last forwarded SIGCONT:
 * that discarded those which the worker had not read.
 */
unsigned front_settled(const struct front *front);

/* How often the front had forwarded SIGCONT when it last forwarded SIGTSTP. */
unsigned front_conts(const struct front *front);

/*
 * Stops nursery for Ctrl-Z: the worker here, the front when it sees that; but
 * if it has forwarded more SIGCONT than conts, nothing remains stopped.
 * Returns when both go on: how often the front had forwarded SIGTSTP before.
 * Those that had not arrived yet never will: SIGCONT has discarded them.
 */
unsigned front_stop_both(const struct front *front, unsigned conts);

/*
 * Ends the worker, which has proved that nothing is left, and through it the
 * front: with the exit status, or by the signal if signo is not 0.
 */
_Noreturn void front_end(struct front *front, int status, int signo);

#endif
