/* The labels that --tag and --tagstring give to what jobs write. */
#ifndef SCOPE_LABELS_H
#define SCOPE_LABELS_H

#include <stddef.h>

#include "output/output.h"

struct buf;
struct job;

/*
 * The label of a command: tag (len bytes) with its name where the template has
 * it.  name is what it is called; NULL: it is called after its program, with
 * its number.  The text of the label is put into text, which must live until
 * the job has started.
 */
struct output_label labels_of_command(const struct job *job, const char *tag,
    size_t len, const char *name, struct buf *text);

/*
 * If the job goes to another machine: copies the text of its label, which is
 * needed each time that it starts; the job owns the copy.
 */
void labels_keep(struct job *job);

/* The label of a special job that has a name, or of one that was spawned. */
struct output_label labels_by_name(
    const struct job *job, unsigned colour, struct buf *text);

#endif
