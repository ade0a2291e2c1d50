/*
 * Whoever reads reports while they are written, as from a pipe: a slow reader
 * slows the start of jobs, never their end.
 */
#ifndef SCOPE_READERS_H
#define SCOPE_READERS_H

#include <stdbool.h>
#include <stddef.h>

struct scope;

/* Opens what is asked for, or ends the program: see recorder_new(). */
void readers_init(struct scope *scope);
void readers_release(struct scope *scope);

/*
 * True while no job is to be started, because a reader has not come yet or is
 * far behind.  After 5 s a message says so, once.
 */
bool readers_hold(struct scope *scope);

/* Puts "waiting for the reader of --events: ..." into buf; "" if none is. */
void readers_describe(const struct scope *scope, char *buf, size_t size);

/* Tells the report which reader is waited for, if one is. */
void readers_tell(const struct scope *scope);

/*
 * To be called when all jobs are over: waits as long as a reader is far behind;
 * after a signal that ends us only for the grace, and gives up what is left.
 */
void readers_wait_for_room(struct scope *scope);

/*
 * Waits in the same way until all is read, and tells the verdict whether all
 * reports were written.
 */
void readers_finish(struct scope *scope);

#endif
