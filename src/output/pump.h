/*
 * The pump: moves bytes from pipes and queues to the sinks, as far as the sinks
 * take them and the order allows it.
 *
 * The job's owner may be told that its job wrote something only while the loop
 * is our caller: pump_run() is for calls from above, the others are for the
 * loop.
 */
#ifndef OUTPUT_PUMP_H
#define OUTPUT_PUMP_H

#include <stdbool.h>

struct output;
struct stream;

/*
 * Writes what the sinks take, up to a budget, and frees what is written; the
 * next capture of the order goes on.  May free any capture that is done.
 */
void pump_run(struct output *out);

/* Does what pump_run() does; events.wrote() may be called. */
void pump_run_in_loop(struct output *out);

/*
 * Reads the stream, whose pipe has something for us, and runs the pump.
 * At_end: the pipe has no writer any more.  Events.wrote() may be called.
 */
void pump_read(struct stream *st, bool at_end);

#endif
