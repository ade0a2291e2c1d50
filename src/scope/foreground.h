/*
 * Jobs that have our own terminal, one after the other in its foreground:
 * --tty of the name parallel.
 */
#ifndef SCOPE_FOREGROUND_H
#define SCOPE_FOREGROUND_H

#include <stdbool.h>

struct job;
struct scope;

struct foreground {
	struct scope *scope;
	int fd;    /* our terminal; owned; -1 until needed */
	bool gave; /* a job was in the foreground there */
};

/* For jobs of the scope; the terminal is opened when the first of them starts.
 */
void foreground_init(struct foreground *foreground, struct scope *scope);

/* Closes the terminal; no job may be left that it was given to. */
void foreground_release(struct foreground *foreground);

/* Gives a new job of a command, which has no hooks yet, the terminal. */
void foreground_give(struct foreground *foreground, struct job *job);

#endif
