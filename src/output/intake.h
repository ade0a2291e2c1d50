/*
 * Reading a stream: its bytes get their labels, and are then written at once or
 * put into its queue.  If there is no room for them the stream is starved after
 * the call; its capture must not be held any longer then.
 */
#ifndef OUTPUT_INTAKE_H
#define OUTPUT_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

struct label;
struct stream;

/*
 * Prepares for the label, which is borrowed: NULL if the stream has none.  To
 * be called before anything is read.
 */
void intake_label(struct stream *st, const struct label *label);

/* Frees what intake_label() made. */
void intake_release(struct stream *st);

/* Makes a new pipe for a job that runs again; as stream_open(). */
int intake_reopen(struct stream *st);

/* Empties the queue as if its bytes had never been read. */
void intake_forget(struct stream *st);

/*
 * Reads as much as the stream may in one turn of the loop, then follows the
 * rules as stream_sync() does.  At_end: the pipe has no writer any more, so
 * read on to its end.
 */
void intake_run(struct stream *st, bool at_end);

/*
 * Reads what is in the pipe at the time of the call, as far as there is room
 * for it; closes the pipe at end of file.  Never waits.
 */
void intake_take(struct stream *st);

/* Nothing more comes: ends the last line if it is to end, closes the pipe. */
void intake_close(struct stream *st);

/* Takes over bytes of our own as if the job had written them. */
void intake_say(struct stream *st, const char *data, size_t len);

/* As that for a line, which begins at the start of one. */
void intake_head(struct stream *st, const char *line, size_t len);

/* Drops the line that intake_head() has put first, if it is still there. */
void intake_unhead(struct stream *st);

#endif
