/*
 * A relay: the output of one service, written line by line to standard error.
 * Each line gets a label and goes between the lines of the jobs, never inside
 * one.
 */
#ifndef OUTPUT_RELAY_H
#define OUTPUT_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

struct output;
struct output_label;
struct relay;

/*
 * Opens one pipe, or a terminal, for standard output and error of a service;
 * a terminal only if output_gives_terminals().  *ret_fd is what
 * both must become: borrowed, valid until relay_started().  The label is copied
 * and goes before each line as it is; NULL: no line is written, only heard() is
 * told.  heard() (NULL: nobody) is given the bytes as they were read, from the
 * loop or from within relay_drain(); it must not call anything of the output
 * layer.
 * Returns NULL with errno (EMFILE, ENFILE, ENOMEM, ENOSPC) if there is no pipe.
 */
struct relay *relay_open(struct output *out, bool terminal,
    const struct output_label *label,
    void (*heard)(void *arg, const char *data, size_t len), void *arg,
    int *ret_fd);

/*
 * Its lines are kept from now on, until relay_show(), or relay_drain() says
 * whether they are shown; when neither memory nor disk has room for more, they
 * are written, and all that come after.
 */
void relay_keep(struct relay *relay);

/* Writes what was kept, and keeps nothing from now on. */
void relay_show(struct relay *relay);

/* The service runs: closes our copy of the write end, but not a terminal. */
void relay_started(struct relay *relay);

/* See output_resize(). */
void relay_resize(struct relay *relay);

/*
 * Every process of the service is gone: reads what the pipe holds now, and
 * closes it.  A last line without a newline gets one.  What was kept is written
 * if show is true, else dropped.  Returns 0, or the errno of a read that
 * failed: bytes of the helper are missing then.
 */
int relay_drain(struct relay *relay, bool show);

/* True if the file of that device and inode is the service's pipe. */
bool relay_has_pipe(const struct relay *relay, dev_t dev, ino_t ino);

/* Frees it; NULL is allowed. */
void relay_free(struct relay *relay);

/*
 * Reads on from the relays that had to pause, unless notes are still backed up.
 * To be called after notes were written; for the output layer itself.
 */
void relay_resume(struct output *out);

#endif
