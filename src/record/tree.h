/*
 * The files of --results.  Their names come from the arguments of jobs, so what
 * is there already, such as a symbolic link, is never written to.
 */
#ifndef RECORD_TREE_H
#define RECORD_TREE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes all folders of the path: what is before its last slash.  Returns 0, or
 * -1 with errno.
 */
int tree_make_folders(const char *path);

/*
 * Makes a new file to be written to, and the folders that it needs; all writing
 * appends.  A file or symbolic link of that name is removed, and never written
 * to or followed.  Anything else there stays: -1 with EEXIST.  Returns -1 with
 * errno, or a descriptor that the caller owns; if none was left, *ret_borrowed
 * is true: it is one of the reserve and must be closed at once, see sys/fd.h.
 */
int tree_create(const char *path, bool *ret_borrowed);

/*
 * Appends to a file that tree_create() has made, whose descriptor was closed.
 * Returns 0, or -1 with errno.
 */
int tree_append(const char *path, const char *data, size_t len);

/* Makes a file that holds the text.  Returns 0, or -1 with errno. */
int tree_put(const char *path, const char *text);

/* Writes all of it to the descriptor.  Returns 0, or -1 with errno. */
int tree_write(int fd, const char *data, size_t len);

#endif
