/*
 * Sections: the lines before and after what one job wrote, as the log of a CI
 * wants them.  What they say is made by the layer above; here they get their
 * place.
 *
 * They are put into the job's queue, as if the job had written them.  So they
 * are never inside another job's bytes, whatever waits for whom.  A section
 * begins when the first byte of its job is about to be written: if the job
 * still runs, its end is not known then.  A job that ended before is written
 * with a section that knows how.
 *
 * If standard error is another file than standard output, it has no sections.
 */
#ifndef OUTPUT_SECTION_H
#define OUTPUT_SECTION_H

#include <stdbool.h>
#include <stddef.h>

struct capture;
struct stream;

/*
 * True if the stream will have a section that has not begun: its bytes must
 * wait in its queue.
 */
bool section_is_due(const struct stream *st);

/*
 * The capture may be about to be written: begins its section if it is due, the
 * capture has the turn and there is something to write.
 */
void section_begin(struct capture *cap);

/* Bytes of the stream, at least one, go to its queue or its sink. */
void section_passed(struct stream *st, const char *data, size_t len);

/* What the stream has in its queue is dropped, and never passed. */
void section_forget(struct stream *st);

/*
 * All of the job was read, but its end is not told yet: puts what is missing of
 * the section around what waits.
 */
void section_end(struct capture *cap);

#endif
