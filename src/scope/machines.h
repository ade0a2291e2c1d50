/*
 * The machines that jobs are placed on: --hosts, --slurm and their kin.  There
 * are none unless options ask for them: then nothing here does anything.
 */
#ifndef SCOPE_MACHINES_H
#define SCOPE_MACHINES_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct machine_clients;
struct scope;
struct scope_result;

/* Prepares the machines that options name; after the output. */
void machines_init(struct scope *scope);
void machines_release(struct scope *scope);

/* Says who hears of clients of --spawn there, before there are any. */
void machines_listen(
    struct scope *scope, const struct machine_clients *clients);

/* The job of the next carrier, which is to be started; NULL: none is. */
struct job *machines_next_carrier(struct scope *scope);

/* True if there is room for the job: on one of them, if it is to go there. */
bool machines_allow(struct scope *scope, const struct job *job);

/*
 * True if one more job may be taken: there is room on a machine, or none is
 * asked for, or none is left, so that the job shows that it needs one.
 */
bool machines_have_room(struct scope *scope);

/*
 * True while some machine has not answered yet for the first time, or after a
 * loss: later there may be room that nobody knows of now.
 */
bool machines_are_coming(const struct scope *scope);

/*
 * Before a start: chooses one; machines_allow() has just said that it can.
 * With --onall there may be none to be had: then the start will fail.
 */
void machines_place(struct scope *scope, struct job *job);

/*
 * The job, placed or not, runs no more, or could not be started.  If it is to
 * be tried again, its room is kept for it, as slots are.
 */
void machines_unplace(struct job *job);

/* Nothing is kept for the job any more. */
void machines_forget(struct job *job);

/* With --onall: the job is to run on that machine, counted from 0. */
void machines_bind(struct scope *scope, size_t which, struct job *job);

/* With --onall: a job has failed. */
void machines_failed(struct job *job);

/*
 * With --onall, called as GNU parallel: its exit status counts machines with
 * failed jobs, not jobs.
 */
void machines_count_failed(
    const struct scope *scope, struct scope_result *result);

/* The machine of the job does not end it: the machine is given up. */
void machines_give_up(struct job *job);

/* In each turn of the loop. */
void machines_turn(struct scope *scope);

/* Closes the scope if a job needs a machine, and none is left. */
void machines_check(struct scope *scope);

/*
 * True if no machine is ready and some are being connected; their names, cut to
 * size, in buf.
 */
bool machines_are_awaited(const struct scope *scope, char *buf, size_t size);

/* Tells the report the same. */
void machines_tell_waits(const struct scope *scope);

/* We are about to stop by Ctrl-Z, or have been continued. */
void machines_suspend(struct scope *scope, bool stopping);

/*
 * We are about to be gone, without time for anything: closes all connections,
 * so that agents end what they run.
 */
void machines_hang_up(struct scope *scope);

/* Nothing runs there any more: ends the agents.  True once none is left. */
bool machines_end(struct scope *scope);

#endif
