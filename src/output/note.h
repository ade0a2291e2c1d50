/*
 * Notes: lines that are not a job's, but nursery's own or a service's.  They
 * are written between the lines of the jobs, never inside one.
 */
#ifndef OUTPUT_NOTE_H
#define OUTPUT_NOTE_H

#include <stdbool.h>
#include <stddef.h>

struct output;
struct sink;

/* Returns the sink of standard error. */
struct sink *note_sink(struct output *out);

/*
 * Writes whole lines to the sink, or keeps them until they can be written.
 * Wanted: the user asked for them, so they count as lost output if they cannot
 * be written; messages do not.
 */
void note_add(struct output *out, struct sink *sink, const char *lines,
    size_t len, bool wanted);

/*
 * Writes notes that wait for the sink, unless a job is in the middle of a line
 * there.
 */
void note_flush(struct output *out, struct sink *sink);

/* True if part of a note is written and the rest waits: nobody else may write.
 */
bool note_is_begun(const struct output *out, const struct sink *sink);

/*
 * True if many notes wait because nobody reads standard error, or because
 * neither memory nor disk has room.  False if they only wait for the end of a
 * job's line.
 */
bool note_is_backed_up(struct output *out);

#endif
