/*
 * A stream: one pipe of a job, the queue of what was read from it, and its way
 * to a sink.  The rules of turn.h say when it may read and write.
 */
#ifndef OUTPUT_STREAM_H
#define OUTPUT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct capture;
struct loop_io;
struct sink;
struct stream;
struct streams;

/* Prepares what all streams share; looks at the limit of descriptors, and at
 * the size of our terminal if jobs are to have some. */
void streams_init(struct streams *streams, bool apart, bool terminals);

/* From now on terminals have the size that ours has now. */
void streams_resize(struct streams *streams);

/*
 * Prepares a stream in the caller's storage, makes its pipe, or a terminal in
 * its stead, and watches it:
 * ready(io, events) has the stream in io->arg.  Returns 0, or -1 with errno;
 * nothing has to be released then.
 */
int stream_init(struct stream *st, struct capture *cap, struct sink *sink,
    void (*ready)(struct loop_io *io, uint32_t events));

/*
 * Makes and watches a new pipe, after the one before was closed; the queue
 * stays as it is.  Returns 0, or -1 with errno; nothing has changed then.
 */
int stream_open(struct stream *st);

/*
 * The job has its copy of the write end.  Unless too many are open, ours stays
 * open until the job is over: so the end of a job wakes us once, by SIGCHLD,
 * and not for the end of each of its pipes as well.  A terminal always stays
 * open: whoever works without any descriptor of it can open it again by its
 * name, but gets SIGHUP if it ends.
 */
void stream_started(struct stream *st);

/* Closes our copy of the write end of a pipe, so that we see its end. */
void stream_await_end(struct stream *st);

/* Closes our copy of the write end, if it is open. */
void stream_close_write(struct stream *st);

/* Closes the pipe, if it is open: nothing more comes. */
void stream_close(struct stream *st);

/* Closes what is open and frees what waits. */
void stream_release(struct stream *st);

/* Raises the size of a pipe that carries much, as long as few are so big. */
void stream_grow(struct stream *st);

/* Brings the stream into its sink's list if there is something for the sink. */
void stream_list(struct stream *st);

/*
 * Follows the rules after something changed: lists the stream with its sink,
 * and watches the pipe or stops watching it.
 */
void stream_sync(struct stream *st);

/*
 * Writes bytes that are not in the queue, or still are.  Returns how many were
 * taken; they are counted as written, or as lost if the sink has failed.
 */
size_t stream_put(struct stream *st, const char *data, size_t len);

/* Puts bytes of ours before or behind those that wait, room or not. */
void stream_prepend(struct stream *st, const char *data, size_t len);
void stream_append(struct stream *st, const char *data, size_t len);

/*
 * Writes what may go out of the queue, until nothing more may, the sink is full
 * or *budget bytes, which it lowers, are used up.
 */
void stream_flush(struct stream *st, int64_t *budget);

/*
 * All that may be written for now has been: leaves the sink to others.  To be
 * followed by reading on, or by stream_sync().
 */
void stream_leave_sink(struct stream *st);

/* Keeps bytes until they can be written. */
void stream_keep(struct stream *st, const char *data, size_t len);

/* Counts bytes that were not in the queue and that the sink cannot take. */
void stream_lose(struct stream *st, uint64_t len);

/* Drops all that waits and counts it as lost: the sink has failed. */
void stream_drop(struct stream *st);

/* Empties the queue as if its bytes had never been read. */
void stream_forget(struct stream *st);

/* The same for the first bytes of the queue, which has that many. */
void stream_forget_first(struct stream *st, uint64_t len);

/* There may be room again. */
void stream_unstarve(struct stream *st);

/*
 * Line mode: lets a starved stream write the first part of a line, if it has no
 * whole ones and no other capture is writing such a line.  Returns true if
 * there is something to write now.
 */
bool stream_let_out(struct stream *st);

/* The line that was let out in parts has ended, or no more of it will come. */
void stream_end_overlong(struct stream *st);

/*
 * Moves what waits in src behind what waits in dst; both pipes are closed.  If
 * src has written a part of a line, the rest of that line goes first.
 */
void stream_absorb(struct stream *dst, struct stream *src);

#endif
