/* Reading a stream: its bytes go straight through, or into its queue. */
#ifndef OUTPUT_INTAKE_H
#define OUTPUT_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

struct stream;

/*
 * Reads as much as the stream wants in one turn of the loop, then watches or
 * pauses it.  At_end: the pipe has no writer any more, so read on to its end.
 */
void intake_run(struct stream *st, bool at_end);

/*
 * Reads what is in the pipe at the time of the call, as far as there is room
 * for it; closes it at end of file.  Never waits.
 */
void intake_take(struct stream *st);

/* Takes over bytes that come from us, as if the job had written them. */
void intake_say(struct stream *st, const char *data, size_t len);

#endif
