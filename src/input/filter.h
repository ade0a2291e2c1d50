/* --filter: Perl code that says whether a job is to run. */
#ifndef INPUT_FILTER_H
#define INPUT_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "item.h"

struct filter;
struct template_job;
struct template_syntax;

/*
 * Returns the filters of syntax->expressions, which must live on; names are as
 * for template_new().  NULL with *ret_error as there; NULL without it if there
 * are none.
 */
struct filter *filter_new(const struct template_syntax *syntax,
    char *const *names, size_t n_names, char **ret_error);

/* Frees them; NULL is harmless. */
void filter_free(struct filter *f);

/*
 * Asks whether the job is to run: to be called again until it says
 * SOURCE_RECORD; then *ret_skips is true if the job is not to run.
 */
enum source_state filter_ask(
    struct filter *f, const struct template_job *job, bool *ret_skips);

#endif
