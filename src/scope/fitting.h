/* What a job of the user gets from its command, besides the text. */
#ifndef SCOPE_FITTING_H
#define SCOPE_FITTING_H

#include <stddef.h>

struct job;
struct source;

/*
 * Gives the job what the command that the source gave last has of its own: its
 * arguments, its input, what its results are called, and more.  The text of len
 * bytes is that of the command.
 */
void fitting_apply(
    struct job *job, const struct source *source, const char *text, size_t len);

#endif
