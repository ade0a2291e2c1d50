/*
 * The rules of the output mode: what a stream may do at this moment.  They look
 * at the state and change nothing.
 */
#ifndef OUTPUT_TURN_H
#define OUTPUT_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct capture;
struct stream;

/*
 * True if the capture is the first of the order and not held, so that it writes
 * and all others wait.  Never true with --line-buffer, which has no turns.
 */
bool turn_belongs_to(const struct capture *cap);

/* True if lines go out as soon as they are complete (--line-buffer). */
bool turn_by_lines(const struct stream *st);

/* True if what is read from the stream is likely to be written at once. */
bool turn_is_live(const struct stream *st);

/* True if bytes that are not in the queue may go to the sink now. */
bool turn_may_write(const struct stream *st);

/* True if the pipe should be read when there is something in it. */
bool turn_may_read(const struct stream *st);

/* How many of the first bytes of the queue may go to the sink now. */
uint64_t turn_printable(const struct stream *st);

/* True if nothing of what the job writes is to be written. */
bool turn_is_hidden(const struct stream *st);

#endif
