/* Labels: what goes before each line of a job, such as its name or the time. */
#ifndef OUTPUT_LABEL_H
#define OUTPUT_LABEL_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct label;
struct output_label;
struct stamp;

/*
 * Returns a label; what it is made of is copied.  Stamped: the time and a tab
 * go before it, unless it has a place for the time.  spec->text may be NULL:
 * then the time is all.  The caller has made safe what comes from arguments or
 * commands, see msg_safe().
 */
struct label *label_new(const struct output_label *spec, bool stamped);

/* Frees it; NULL is allowed. */
void label_free(struct label *label);

/* True if it has the time in it, so that it is another for each line. */
bool label_has_time(const struct label *label);

/* Appends the label at this time, with its colour if coloured. */
void label_write(const struct label *label, const struct stamp *stamp,
    bool coloured, struct buf *out);

#endif
