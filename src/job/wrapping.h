/*
 * What goes around the text of each command, for its shell only: messages and
 * reports have the text as it is.
 */
#ifndef JOB_WRAPPING_H
#define JOB_WRAPPING_H

#include <stdbool.h>
#include <stddef.h>

/* --cat, --fifo: the input of a job is in a file that a variable names. */
struct input_file {
	const char *variable; /* NULL: it is standard input, as ever */
	bool fifo;            /* they are FIFOs */
	const char *lead;     /* what the shell is to do before the command */
};

struct wrapping {
	struct input_file input; /* for jobs that are given input */
	const char *before;      /* a script that goes first; NULL: none */
	bool evaluated; /* what before defines is known to eval only: zsh */
	int quotes; /* the command is not run but printed, so often quoted */
};

/* True if there is something to put around commands. */
bool wrapping_is_needed(const struct wrapping *wrapping);

/* The text of len bytes, wrapped; the caller frees it. */
char *wrapping_apply(
    const struct wrapping *wrapping, const char *text, size_t len);

#endif
