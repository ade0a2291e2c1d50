/* What a person sees while it runs: --progress. */
#ifndef SCOPE_OVERVIEW_H
#define SCOPE_OVERVIEW_H

struct scope;
struct source;

/*
 * Prepares to draw, or to say lines, as --progress has it.  The source of the
 * commands is borrowed until overview_end().
 */
void overview_init(struct scope *scope, const struct source *source);

/* Begins to draw, or to say lines, whatever --progress was; or stops that. */
void overview_toggle(struct scope *scope);

/*
 * Draws, if it is time: once in each turn of the loop, after jobs were started.
 */
void overview_run(struct scope *scope);

/* Nursery is about to be stopped by Ctrl-Z: nothing may be left on the screen.
 */
void overview_suspend(struct scope *scope);

/* The work is over, or given up: the last that is drawn is taken away. */
void overview_end(struct scope *scope);

/*
 * The front is gone, and the shell may write to the terminal again: takes away
 * only what is below.
 */
void overview_leave(struct scope *scope);

/* At the very end: waits for a moment for a terminal that takes no bytes. */
void overview_finish(struct scope *scope);

void overview_release(struct scope *scope);

#endif
