/*
 * The standard input of a job: a pipe into which we write what the job is
 * given, as it takes it.  Nothing ever blocks, and nothing is copied: slices of
 * blocks, which other jobs may have, too, wait here until they are written.  A
 * part of a file goes from the file into the pipe.
 *
 * A job may read as much as it likes.  When it closes its end, or is over, the
 * rest is dropped without a word.
 */
#ifndef JOB_INLET_H
#define JOB_INLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inlet;
struct loop;
struct slice;

/* What all inlets of a scope share. */
struct inlets {
	struct loop *loop;
	char *folder;   /* of files that input goes into; owned; or NULL */
	size_t n_grown; /* pipes that were made larger */
};

/*
 * Returns an inlet.  moved, which may be NULL, is told with arg when all that
 * was put has been written, or never will be: so there is room for more.  The
 * loop, inlet_begin() and inlet_close() call it; it may not free the inlet.
 */
struct inlet *inlet_new(
    struct inlets *all, void (*moved)(void *arg), void *arg);

/* Frees the inlet; NULL is allowed. */
void inlet_free(struct inlet *inlet);

/*
 * The job gets these bytes after those that it was given before.  They may be
 * put before it starts.  The caller keeps its reference to the block.
 */
void inlet_put(struct inlet *inlet, const struct slice *slice);

/* Nothing more comes: the input of the job ends behind what was put. */
void inlet_end(struct inlet *inlet);

/*
 * Before an attempt of the job: makes its pipe.  *ret_fd is what the job reads,
 * which the caller closes once the job has it.  Returns 0, or -1 with errno
 * from pipe2(2).
 */
int inlet_open(struct inlet *inlet, int *ret_fd);

/*
 * Instead of inlet_open(): what is put is typed at the terminal of the job,
 * where its end ends nothing.  fd is the end of that terminal where somebody
 * types; it stays the caller's.  Returns 0, or -1 with errno.
 */
int inlet_type(struct inlet *inlet, int fd);

/*
 * The attempt has begun: writes.  Unless it is the last, all that was put is
 * kept, for another attempt to begin with.
 */
void inlet_begin(struct inlet *inlet, bool last);

/* The attempt did not begin: it is tried again later. */
void inlet_undo(struct inlet *inlet);

/* No process of the job is left, so that nobody reads any more. */
void inlet_close(struct inlet *inlet);

/* How many bytes wait; 0 if nobody will read them. */
uint64_t inlet_waiting(const struct inlet *inlet);

/* True if nobody reads any more: what is put is dropped. */
bool inlet_is_gone(const struct inlet *inlet);

/* How many bytes were put. */
uint64_t inlet_given(const struct inlet *inlet);

/*
 * Why some bytes of a file could not be read, an errno, ENODATA if it has
 * become shorter: the job did not get them.  0: it is not so.
 */
int inlet_error(const struct inlet *inlet);

#endif
