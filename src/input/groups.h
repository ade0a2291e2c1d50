/*
 * --group-by with Perl code: where the groups begin in bytes of which more and
 * more are there.  Each line is looked at once.
 */
#ifndef INPUT_GROUPS_H
#define INPUT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct groups;
struct keys;

/* Returns the groups of lines with the same key; keys are borrowed. */
struct groups *groups_new(struct keys *keys, bool csv);

/* NULL is allowed. */
void groups_free(struct groups *groups);

/*
 * Looks at the lines that were not looked at; eof: the last one need not end.
 * Results are those of keys_find(), after which the same is to be asked until
 * it says SOURCE_RECORD.
 */
enum source_state groups_look(
    struct groups *groups, const char *data, size_t len, bool eof);

/*
 * Behind the first n groups; 0: these are not all there.  n is 0: before the
 * last group that has begun.
 */
size_t groups_end(const struct groups *groups, uint64_t n);

/* The first so many bytes are gone. */
void groups_drop(struct groups *groups, size_t n);

/* For SOURCE_WAIT and SOURCE_ERROR. */
int groups_fd(const struct groups *groups);
const char *groups_error(const struct groups *groups);

#endif
