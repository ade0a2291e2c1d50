/*
 * What a long-running helper writes, line by line to standard error: between
 * the lines of the jobs, never inside one, a label before each.
 */
#ifndef OUTPUT_RELAY_H
#define OUTPUT_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

struct output;
struct relay;

/*
 * Opens the pipe of one helper, for its standard output and error together.
 * *ret_fd is what both must become: borrowed, valid until relay_started().
 * The label is copied.  heard (NULL: nobody) is told of what was read, from the
 * loop or from within relay_drain(); it may call nothing here.
 * Returns NULL with errno (EMFILE, ENFILE, ENOMEM, ENOSPC) if there is no pipe.
 */
struct relay *relay_open(struct output *out, const char *label,
    void (*heard)(void *arg, const char *data, size_t len), void *arg,
    int *ret_fd);

/* The helper runs: closes our copy of the write end. */
void relay_started(struct relay *relay);

/*
 * Every process of the helper is gone: takes over what the pipe holds now.  A
 * last line without its end gets one.
 */
void relay_drain(struct relay *relay);

/* True if the file of that device and inode is the helper's pipe. */
bool relay_has_pipe(const struct relay *relay, dev_t dev, ino_t ino);

/* Frees it; NULL is allowed. */
void relay_free(struct relay *relay);

#endif
