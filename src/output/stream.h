/* One pipe of a job: read, passed on or queued, watched or paused. */
#ifndef OUTPUT_STREAM_H
#define OUTPUT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct capture;
struct sink;
struct stream;

/*
 * Makes the pipe of a stream in the caller's storage and watches it.  Returns
 * 0, or -1 with errno; nothing has to be released then.
 */
int stream_init(struct stream *st, struct capture *cap, struct sink *sink);

/*
 * Makes another pipe, after the end of the one before; the queue stays as it
 * is.  Returns as stream_init().
 */
int stream_open(struct stream *st);

/* Closes our copy of the write end, if it is open. */
void stream_close_write(struct stream *st);

/* Forgets what was kept: as if it had never been read. */
void stream_forget(struct stream *st);

/* Closes what is open and frees what waits. */
void stream_release(struct stream *st);

/* Closes the read end: nothing more comes. */
void stream_close(struct stream *st);

/* True if lines go out as they are complete. */
bool stream_by_lines(const struct stream *st);

/* True if what the stream reads goes out before long. */
bool stream_is_live(const struct stream *st);

/* True if it may write to its sink this moment. */
bool stream_may_write(const struct stream *st);

/* True if the pipe should be read when there is something in it. */
bool stream_wants_input(const struct stream *st);

/*
 * Writes bytes that are not in the queue (or are still).  Returns how many were
 * taken; they are booked as written, or as dropped by a sink with an error.
 */
size_t stream_put(struct stream *st, const char *data, size_t len);

/* Books bytes that the sink can no longer take. */
void stream_book_lost(struct stream *st, uint64_t len);

/* Drops all that waits: the sink has failed. */
void stream_drop(struct stream *st);

/* There was no room for what it read: no more of it for now. */
void stream_starve(struct stream *st);

/*
 * Line mode: lets the line that a starved stream is in the middle of out as it
 * comes, if no whole ones go before and no other capture does so.  Returns true
 * if there is something to write now.
 */
bool stream_let_out(struct stream *st);

/* The line that was let out has ended, or nothing more of it comes. */
void stream_end_overlong(struct stream *st);

/* Bytes of its queue that may be written now. */
uint64_t stream_printable(const struct stream *st);

/*
 * Writes what is printable, at most *budget bytes (which it lowers), until the
 * sink is full.
 */
void stream_flush(struct stream *st, int64_t *budget);

/* All that was printable is out: gives up the sink and reads on. */
void stream_flushed(struct stream *st);

/* There may be room again. */
void stream_unstarve(struct stream *st);

/* Lists the stream with its sink if it has something to write. */
void stream_list(struct stream *st);

/* Watches or pauses the pipe, and lists the stream with its sink. */
void stream_sync(struct stream *st);

/*
 * Moves what waits in src behind what waits in dst; both are at their end.  A
 * line that src is in the middle of stays in one piece.
 */
void stream_absorb(struct stream *dst, struct stream *src);

#endif
