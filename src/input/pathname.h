/*
 * Parts of a path name, cut as GNU parallel's own regular expressions do; they
 * differ from the obvious where there is a newline, which no dot matches.
 *
 * What is returned is part of the name or in scratch, whose content is
 * replaced.
 */
#ifndef INPUT_PATHNAME_H
#define INPUT_PATHNAME_H

#include <stddef.h>

#include "item.h"

struct buf;

/* What is behind the last such byte, or all if there is none: {/} {+.}. */
struct argument pathname_behind_last(
    struct argument name, char byte, struct buf *scratch);

/* The name without its last count extensions, if it has so many: {.} {..}. */
struct argument pathname_without_extensions(struct argument name, size_t count);

/* The last count extensions, or nothing if there are fewer: {+.} {+..}. */
struct argument pathname_extensions(
    struct argument name, size_t count, struct buf *scratch);

/* The directory, "." for a bare name: {//}; see perl's File::Basename. */
struct argument pathname_directory(struct argument name);

/* What comes before the last slash, nothing without one: {+/}. */
struct argument pathname_before_slash(
    struct argument name, struct buf *scratch);

#endif
