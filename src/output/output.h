/*
 * Where the bytes of jobs go: read from pipes, put in order, and written to
 * nursery's own standard output and standard error.
 *
 * Every byte read is written exactly once, or counted as lost.  Nothing here
 * blocks: if the reader of our output is slow or stopped the jobs have to wait,
 * as their pipes are no longer read, but never the loop.
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

struct buf;
struct capture;
struct loop;
struct output;

enum output_mode {
	OUTPUT_KEEP_ORDER, /* job by job, in the order of capture_open() */
	OUTPUT_GROUP,      /* job by job, in the order in which they end */
	OUTPUT_LINE,       /* whole lines as they come */
	OUTPUT_UNGROUP,    /* jobs write to our descriptors themselves */
};

/* --color: where labels have colours, see colour.h. */
enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* --show: what is written of what jobs write. */
enum output_show {
	OUTPUT_SHOW_ALL,
	OUTPUT_SHOW_FAILED, /* what events.shows() says, at the job's end */
	OUTPUT_SHOW_NONE,   /* nothing; all is read all the same */
	OUTPUT_SHOW_ENDED,  /* all, but not before the job has ended */
	/*
	 * Nothing that the job writes, to either descriptor, but at its end
	 * what events.instead() says, to standard output.
	 */
	OUTPUT_SHOW_INSTEAD,
	/*
	 * Nothing that the job writes to standard output, but at its end what
	 * events.instead() says; and all of standard error.  Needs apart.
	 */
	OUTPUT_SHOW_REPLACED,
};

/* Which lines events.section() is asked for. */
enum output_section {
	OUTPUT_SECTION_LIVE,     /* the job runs; what it wrote goes out now */
	OUTPUT_SECTION_LIVE_END, /* that job has ended: only lines behind */
	OUTPUT_SECTION_WHOLE,    /* a job has ended, and nothing is out yet */
};

struct output_options {
	enum output_mode mode;
	enum output_show show; /* OUTPUT_SHOW_FAILED needs a mode of whole jobs
				*/
	/* Standard output and error are read as one: all goes to the first. */
	bool one_log;
	/*
	 * Each job gets two pipes, even if both lead to one file: so that it
	 * is known which bytes it wrote to standard error.
	 */
	bool apart;
	/*
	 * Each job writes to a terminal of its own, which is its standard
	 * output and error and reads as standard output; not with
	 * OUTPUT_UNGROUP.
	 */
	bool terminals;
	int64_t buffer; /* bytes that may wait in memory; see store_init() */
	const char *tmpdir; /* folder of a file for what has no room there */
	bool end_lines; /* a last line without an end gets one where there are
			   labels, and with OUTPUT_LINE */
	enum colour_when colour;
	bool stamped;            /* labels begin with the time */
	const char *time_format; /* see stamp.h */
};

/* A label, which goes before each line of a job. */
struct output_label {
	const char *text; /* may have LABEL_TIME in it; NULL: none */
	size_t len;
	char behind;     /* between it and the line: a tab or a blank */
	unsigned colour; /* the number of its colour */
};

/* Stands for the time in the text of a label, where else no NUL can be. */
#define LABEL_TIME "\0t"
#define LABEL_TIME_LEN 2

/*
 * What the layer above is told.  Called from the loop; only drained() may also
 * come from within capture_drain().
 */
struct output_events {
	/*
	 * The job wrote something, as limits on silence want to know.  Not told
	 * of what is read by capture_drain().  Comes in the middle of the work
	 * here, so it must not call any function of this header.
	 */
	void (*wrote)(void *job);
	/*
	 * The job wrote these bytes to descriptor fd, 1 or 2; 1 if both lead to
	 * one file, unless they are read apart.  Before anything is done with
	 * them; must not call any function of this header but
	 * capture_pause().  NULL: nobody wants to know.
	 */
	void (*took)(void *job, int fd, const char *data, size_t len);
	/*
	 * After capture_drain(): all that the job wrote was read.  The job must
	 * not use its capture any more; but if it was on hold, the job calls
	 * capture_again() or capture_release(), at once or later.  error: why
	 * a pipe could not be read to its end, so that bytes of the job are
	 * missing; else 0.  wrote: how many bytes it wrote, this time, to
	 * standard output and error; -1: not known.  With one pipe for both the
	 * first has all of it and the other is -1.
	 */
	void (*drained)(void *job, int error, const int64_t wrote[2]);
	/*
	 * Standard output (fd 1) or error (fd 2) takes no more bytes: error is
	 * an errno, EPIPE if the reader went away.  lost: bytes of jobs could
	 * not be written there, not only messages.  Told once for each, and
	 * once more when the first bytes of jobs are lost; as fd 1 if both are
	 * one file.
	 */
	void (*undeliverable)(void *arg, int fd, int error, bool lost);
	/*
	 * OUTPUT_SHOW_FAILED: whether what the job wrote is to be written.  It
	 * has ended, but drained() was not called yet.  As section(), it may
	 * come from within any function for the capture, and must not call any
	 * of this header.
	 */
	bool (*shows)(void *job);
	/*
	 * OUTPUT_SHOW_INSTEAD, OUTPUT_SHOW_REPLACED: adds what is to be written
	 * to standard output, with a label, instead of all that the job wrote.
	 * Comes when shows() would.
	 */
	void (*instead)(void *job, struct buf *text);
	/*
	 * OUTPUT_SHOW_ENDED: the sequence that begins the colour of each line
	 * that the job wrote, into buf of PALETTE_MAX bytes; false: it has
	 * none.  Comes when shows() would.  If this is NULL, no job has one,
	 * and a last line need not end.
	 */
	bool (*colour)(void *job, char *buf);
	/*
	 * Adds to *before and *behind the whole lines that are to be around
	 * what the job writes, see section.h; empty: it wrote nothing.  NULL:
	 * there are no sections.  Only for modes of whole jobs.
	 */
	void (*section)(void *job, enum output_section which, bool empty,
	    struct buf *before, struct buf *behind);
};

/*
 * Returns the output of a whole nursery; options and events are copied, arg is
 * passed to events.undeliverable().  Looks at descriptors 1 and 2: if they are
 * one file, each job gets one pipe for both, or two with options->apart.  Never
 * changes their flags.
 */
struct output *output_new(struct loop *loop,
    const struct output_options *options, const struct output_events *events,
    void *arg);

/*
 * Frees everything, with open captures and all that waits.  NULL is allowed.
 * Must not be called from within an event.
 */
void output_free(struct output *out);

/*
 * Makes a capture without pipes.  With OUTPUT_KEEP_ORDER it has its place in
 * the order already, before that of another if before is not NULL: what comes
 * behind it waits until it is opened and done, or left.
 */
struct capture *capture_place(struct output *out, struct capture *before);

/* Frees a capture of capture_place() that is not open: its place goes. */
void capture_leave(struct capture *cap);

/*
 * Begins the capture of one job, which is passed to the events.  With
 * OUTPUT_KEEP_ORDER the order of these calls is the order of the output.
 * place: what capture_place() has made, which is opened; NULL: a new one.
 * ret_fds[0] and [1] are what the job's standard output and error must become:
 * borrowed, valid until capture_started(); they may be equal.
 * The label (copied) goes before each line of both; NULL: none but the time, if
 * lines are stamped.  With OUTPUT_UNGROUP there is none.
 * Returns NULL with errno (EMFILE, ENFILE, ENOMEM, ENOSPC) if there is no pipe:
 * nothing has changed then.
 */
struct capture *capture_open(struct output *out, struct capture *place,
    void *job, const struct output_label *label, int ret_fds[2]);

/*
 * Puts the capture on hold, because the job may run again: until
 * capture_release() what it writes is kept back, and the end of the job is not
 * the end of the capture.  To be called before the first capture_started().
 * When neither memory nor disk has room to keep it all, what was kept is
 * written, and all that comes after; with OUTPUT_UNGROUP nothing is kept back.
 */
void capture_hold(struct capture *cap);

/* The job runs, and has its own copies of the write ends. */
void capture_started(struct capture *cap);

/*
 * Puts bytes before what the job is going to write to its standard output.
 * Does nothing with OUTPUT_UNGROUP, nor if nothing of that is shown.
 */
void capture_say(struct capture *cap, const char *data, size_t len);

/*
 * Puts a line, newline included, before what the next attempt is going to write
 * to each of its descriptors; after capture_started().  If it was the first
 * attempt and the hold ends with it, it is as if this had never been said.
 * With OUTPUT_UNGROUP the line goes to standard error, but not for the first.
 */
void capture_head(struct capture *cap, const char *line, size_t len);

/*
 * The last attempt of a job on hold has failed, and what it wrote is wanted:
 * writes it when it is its turn, and all that comes after.
 */
void capture_show(struct capture *cap);

/*
 * The job could not be started: undoes capture_open() and frees the capture,
 * unless capture_place() had made it; or undoes capture_again() if that was the
 * last call.
 */
void capture_cancel(struct capture *cap);

/*
 * A job on hold, of which drained() was told, runs again: makes new pipes, with
 * ret_fds as in capture_open(); the place in the order stays.  label: the one
 * from now on, copied; NULL: as before.  The next
 * capture_started() drops what the last run wrote, which does not count as
 * lost.  Returns 0, or -1 with errno as capture_open(): nothing has changed
 * then.
 */
int capture_again(
    struct capture *cap, const struct output_label *label, int ret_fds[2]);

/*
 * Ends the hold: what was kept is written when it is its turn.  If drained()
 * was told of the last run, this is the end of the capture, and the job must
 * not use it any more; else it goes on like any other.
 */
void capture_release(struct capture *cap);

/*
 * Every process of the job is gone: reads what the pipes still hold, closes
 * them and calls events.drained(job).  Reads to the end of file, or until they
 * are empty if a process that is not the job's holds the other end.  The event
 * comes from within this call, unless there is no room for all that is left;
 * then it comes later, from the loop.
 */
void capture_drain(struct capture *cap);

/* How many pipes the capture of each job has, two descriptors each. */
int capture_pipes(const struct output *out);

/*
 * Descriptors are short: closes those that only save work, and keeps none of
 * them from now on.  False if there was none.
 */
bool output_spare(struct output *out);

/*
 * Whether the pipes of the job stay unread, so that it waits when they are
 * full; at first they do not.  What is left at its end is read all the same.
 * May be called from within events.took(), and holds from the next read on.
 */
void capture_pause(struct capture *cap, bool pause);

/*
 * Our own terminal may have another size now: the next terminals of jobs get
 * it, and those that there are by capture_resize() and relay_resize().
 */
void output_resize(struct output *out);
void capture_resize(struct capture *cap);

/*
 * The end of the job's terminal where somebody types: what is written there the
 * job reads.  Borrowed, until capture_drain().
 */
int capture_terminal(const struct capture *cap);

/* The device number of the terminal of the job; 0: it has none. */
dev_t capture_device(const struct capture *cap);

/* True if jobs write to terminals of their own. */
bool output_gives_terminals(const struct output *out);

/* True if the file of that device and inode is what the job writes to. */
bool capture_has_pipe(const struct capture *cap, dev_t dev, ino_t ino);

/*
 * True if a pipe of the job is not read for now, so that the job may have to
 * wait until it can write.
 */
bool capture_is_held_back(const struct capture *cap);

/*
 * Writes a line of nursery's own, newline included, to standard error: at once,
 * or as soon as no job is in the middle of a line there.  Made for
 * msg_set_writer(); out is a struct output.
 */
void output_note(void *out, const char *line, size_t len);

/*
 * Writes a line that the user asked for, newline included, to standard output
 * between the lines of the jobs.  It counts as lost output if it cannot be
 * written.
 */
void output_say(struct output *out, const char *line, size_t len);

/*
 * True if all that output_say() was given has left us: it is written, or
 * standard output has failed.
 */
bool output_said(const struct output *out);

/*
 * True if nothing waits to be written.  If the last bytes could not be written,
 * events.undeliverable() is told in the next turn of the loop: so one more turn
 * is needed before the end.
 */
bool output_idle(const struct output *out);

/* True if what a job writes to standard output and error is read as one. */
bool output_is_joined(const struct output *out);

/* Bytes that wait to be written: read from jobs, or lines of our own. */
uint64_t output_waiting(const struct output *out);

/* Bytes that were dropped because they could not be written; no messages. */
uint64_t output_lost(const struct output *out);

/*
 * Tells events.undeliverable() now of what would be told in the next turn of
 * the loop: before another job is started.  Not from within an event.
 */
void output_tell_errors(struct output *out);

/*
 * At the very end, when nothing waits any more: closes descriptor 1 or 2, since
 * some file systems tell only then that a disk is full.  Returns 0, or the
 * errno.
 */
int output_close(struct output *out, int fd);

#endif
