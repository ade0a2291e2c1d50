/*
 * Where the jobs' bytes go: captured from pipes, put in order, written to
 * nursery's own standard output and standard error.
 *
 * Every byte read is written exactly once, or reported as undeliverable.
 * Nothing here blocks: a reader that is slow or stopped makes the jobs wait
 * (their pipes are no longer read), never the loop.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

struct capture;
struct loop;
struct output;

enum output_mode {
	OUTPUT_KEEP_ORDER, /* in order of capture_open(); the first is live */
	OUTPUT_GROUP,      /* each job whole, in order of completion */
	OUTPUT_LINE,       /* whole lines as they come */
	OUTPUT_UNGROUP,    /* jobs write to our descriptors themselves */
};

struct output_options {
	enum output_mode mode;
	int64_t buffer;     /* bytes of waiting output kept in memory */
	const char *tmpdir; /* folder of the spool file beyond that */
};

/* What the layer above is told; called from the loop, never from a call into
 * output. */
struct output_events {
	/*
	 * The job wrote something (for idle limits).  Not told of what
	 * capture_drain() reads: capture_bytes() counts that.  Comes from
	 * within the layer's work, so it may call nothing here but
	 * capture_bytes().
	 */
	void (*wrote)(void *job);
	/*
	 * After capture_drain(): all the job wrote has been taken over.  The
	 * job forgets its capture, unless that was on hold: then it calls
	 * capture_again() or capture_release(), now or later.
	 */
	void (*drained)(void *job);
	/*
	 * Standard output (fd 1) or error (fd 2) takes no more: error is an
	 * errno, EPIPE if the reader went away.  Told once for each.
	 */
	void (*undeliverable)(void *arg, int fd, int error);
};

/*
 * Returns the output of a whole nursery; options and events are copied.  Looks
 * at descriptors 1 and 2: if they are one file, each job gets one pipe for
 * both.  Never changes the flags of either.
 */
struct output *output_new(struct loop *loop,
    const struct output_options *options, const struct output_events *events,
    void *arg);

/*
 * Frees everything, open captures too; call it when output_idle(), or after
 * giving up.  Not from within an event.
 */
void output_free(struct output *out);

/*
 * Begins the capture of one job; its place in the order is that of this call.
 * ret_fds[0] and [1] are what the job's standard output and error must become:
 * borrowed, valid until capture_started(); they may be equal.
 * The tag (copied) and a tab go before each line of both, see label.h; NULL: no
 * tag.  Not with OUTPUT_UNGROUP.
 * Returns NULL with errno (EMFILE, ENFILE, ENOMEM, ENOSPC) if no pipe can be
 * had: nothing has changed then.
 */
struct capture *capture_open(struct output *out, void *job, const char *tag,
    size_t tag_len, int ret_fds[2]);

/*
 * The job may run again: until capture_release() what it writes is kept, even
 * if it is its turn, and its end is not the end of the capture.  To be called
 * before capture_started().  What cannot be kept for want of memory and disk,
 * and all that comes after it, is written as if there were no hold; with
 * OUTPUT_UNGROUP, everything is.
 */
void capture_hold(struct capture *cap);

/* The job runs: closes our copies of the write ends and begins to read. */
void capture_started(struct capture *cap);

/*
 * Puts bytes before what the job is going to write to its standard output.  Not
 * with OUTPUT_UNGROUP: nothing happens.
 */
void capture_say(struct capture *cap, const char *data, size_t len);

/*
 * The job could not be started and will be tried again: as if never opened, or
 * as before capture_again().
 */
void capture_cancel(struct capture *cap);

/*
 * A job on hold, which has drained, runs again: new pipes, ret_fds as in
 * capture_open(), the same place in the order.  capture_started() forgets what
 * was kept of the last time; nothing of that counts as lost.
 * Returns 0, or -1 with errno as capture_open(): nothing has changed then.
 */
int capture_again(struct capture *cap, int ret_fds[2]);

/*
 * Ends the hold: what was kept goes out in its place.  If the job has drained
 * it forgets cap; else cap goes on as any other.
 */
void capture_release(struct capture *cap);

/*
 * Every process of the job is gone: takes over what the pipes still hold, to
 * the end of file or until they are empty (then a stranger holds the other
 * end), closes them and calls events.drained(job), at once from the loop's
 * point of view if that is possible without waiting: this one call may come
 * from within.
 */
void capture_drain(struct capture *cap);

/* True if the file of that device and inode is one of the job's pipes. */
bool capture_has_pipe(const struct capture *cap, dev_t dev, ino_t ino);

/* True if a pipe is not read for now, so that the job may be unable to write.
 */
bool capture_is_held_back(const struct capture *cap);

/* Bytes the job wrote so far, this time; labels do not count. */
uint64_t capture_bytes(const struct capture *cap);

/*
 * Says a line of nursery's own (newline included) on standard error: as soon
 * as that is not in the middle of a line of a job, and never lost while
 * standard error takes bytes.  A msg_writer; arg is the struct output.
 */
void output_note(void *out, const char *line, size_t len);

/*
 * The same on standard output, for what was asked for: that it cannot be
 * written counts as a loss of a job's bytes does.
 */
void output_say(struct output *out, const char *line, size_t len);

/* True if nothing waits that output_say() was given; it may be lost. */
bool output_said(const struct output *out);

/*
 * True if nothing is waiting to be written.  If the last bytes could not be,
 * events.undeliverable() is told in the next turn of the loop: turn it once
 * more before the end.
 */
bool output_idle(const struct output *out);

/* Bytes that were taken from jobs (or noted) and wait to be written. */
uint64_t output_waiting(const struct output *out);

/* Bytes of jobs that were dropped because they could not be written. */
uint64_t output_lost(const struct output *out);

/*
 * At the very end, after output_idle(): closes descriptor 1 or 2 to learn of
 * late errors (a full disk told at close).  Returns 0, or the errno.
 */
int output_close(struct output *out, int fd);

#endif
