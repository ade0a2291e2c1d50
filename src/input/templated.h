/*
 * A template with its arguments, as a source of commands: what source.h says
 * of source_from_template(), function by function.
 */
#ifndef INPUT_TEMPLATED_H
#define INPUT_TEMPLATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct source_template;
struct templated;

/* NULL with a message in *ret_error, which the caller frees. */
struct templated *templated_new(
    const struct source_template *options, char **ret_error);

void templated_free(struct templated *t);

/* Makes the next command. */
enum source_state templated_next(struct templated *t, uint64_t seq,
    int64_t slot, const char **ret_text, size_t *ret_len);

/* The arguments behind it (--argv), or NULL. */
char *const *templated_args(const struct templated *t);

/* Its tag, or NULL. */
const char *templated_tag(const struct templated *t, size_t *ret_len);

/* Where to wait after SOURCE_WAIT. */
int templated_fd(const struct templated *t);

/* True if some arguments may still come from a terminal. */
bool templated_reads_terminal(const struct templated *t);

/* Why there was SOURCE_ERROR. */
const char *templated_error(const struct templated *t);

/* Returns true and how many commands are left, if that is known. */
bool templated_known(const struct templated *t, uint64_t *ret_left);

/* Counts what is left, as far as it can be had at once, and drops it. */
uint64_t templated_left(struct templated *t);

#endif
