/*
 * The data of the output layer, for its own files only.
 *
 * The output of one job is a capture.  It has one or two streams: a pipe that
 * the job writes to, and a queue of what was read from it and has to wait.  A
 * stream leads to a sink, which is nursery's own standard output or error.
 *
 * The order is the list of captures that write one after another: with
 * --keep-order as they were opened, with --group as their jobs ended.  The
 * first of the order has the turn: what is read from it goes straight to the
 * sinks, while others fill their queues.  With --line-buffer nobody has the
 * turn, and whole lines go out as they come.  A capture that is held, because
 * its job may run again or may yet succeed (--show=failed), never writes.
 *
 * A capture that is done (its job is over, all was read) only waits to be
 * written.  Neighbours in the order that are both done become one capture: a
 * million short jobs behind a long one cost no more memory than their bytes.
 *
 * A stream is starved when neither memory nor disk had room for what it read:
 * its pipe is not read until there is some, and the job has to wait.
 *
 * The files build on each other.  Each uses only those named before it:
 *
 *	wakeup, sink, stamp, colour, cursor
 *	sgr	what a job has coloured
 *	label	what goes before a line
 *	labelling	lines get their labels
 *	note	lines of nursery's own
 *	relay	lines of services
 *	turn	the rules: which stream may write or read at this moment
 *	stream	one pipe and its queue
 *	section	lines around what a job wrote
 *	paint	colours of what a job wrote
 *	intake	reading a pipe
 *	order	the list of captures, and their end
 *	pump	writing what the sinks take, in that order
 *	capture	what the layer above asks for a job
 *	output	the whole, and what the loop calls
 *	screen	what is drawn below the output on a terminal
 *	unwritten	how much waits, and for whom
 */
#ifndef OUTPUT_STATE_H
#define OUTPUT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/ioctl.h>
#include <sys/queue.h>

#include "output.h"
#include "sink.h"
#include "stamp.h"
#include "store/queue.h"
#include "sys/loop.h"
#include "wakeup.h"

struct label;
struct labelling;
struct relay;

/* The pipe of a stream.  Changed by stream.c only. */
struct stream_pipe {
	struct loop_io io; /* watches fd while it should be read */
	int fd;            /* read end, owned; -1 after its end */
	int write_fd;      /* owned; -1 once it is closed */
	bool kept;         /* write_fd is open while the job runs */
	bool grown;        /* its size was raised; counts in streams.n_grown */
	bool cannot_grow;  /* the kernel refused to raise its size */
	bool terminal;     /* write_fd is a terminal, fd the end of its user */
};

/* How the reading of a stream goes.  Changed by intake.c only. */
struct stream_input {
	int full_reads;              /* reads in a row that found a full pipe */
	bool begun;                  /* something was written or said */
	uint64_t taken;              /* bytes that came from the pipe */
	bool mid_line;               /* the last line read has not ended */
	bool held_return;            /* see pty_drop_returns() */
	struct labelling *labelling; /* owned; NULL: bytes stay as they are */
	uint64_t head; /* first bytes of the queue that are a line of ours */
};

struct stream {
	struct capture *cap;
	/*
	 * The stream whose queue takes what is read here: this one; or the
	 * first of the capture, if two pipes lead to one file.
	 */
	struct stream *home;
	struct sink *sink;
	struct stream_pipe pipe;
	struct stream_input input;
	struct queue q;     /* bytes that were read and wait */
	uint64_t lines;     /* in q, if output.counts_lines */
	uint64_t printable; /* line mode: first bytes of q that may go out */
	bool starved;       /* no room for more; in streams.starved */
	bool overlong;      /* line mode: its line goes out before its end */
	bool listed;        /* in sink->ready */
	TAILQ_ENTRY(stream) starved_link, ready_link;
};

TAILQ_HEAD(stream_list, stream);

/* The lines around what the job wrote.  Changed by section.c only. */
struct section {
	bool begun;    /* those before it are in the queue, or out */
	bool mid_line; /* its last line has not ended */
};

struct capture {
	struct output *out;
	void *job;     /* passed to the events; NULL once the capture is done */
	int len;       /* number of streams: 1, 2, or 0 with --ungroup */
	bool placed;   /* got its place before its pipes: capture_place() */
	bool ordered;  /* in output.order */
	bool draining; /* the job has ended, even if it may run again */
	bool on_hold;  /* the job may run again: see capture_hold() */
	bool held;     /* nothing that it wrote may go out yet */
	bool keeps_all; /* what all attempts wrote is to be shown, if any */
	bool headed;    /* a line was put before what an attempt writes */
	bool waiting;   /* in output.undrained */
	bool paused;    /* not read for now: see capture_pause() */
	bool done;      /* all was read, the pipes are closed */
	struct label *label; /* goes before each line; owned; NULL: none */
	struct section section;
	int read_error; /* errno of a read that failed, or 0 */
	TAILQ_ENTRY(capture) order_link, undrained_link;
	LIST_ENTRY(capture) all_link;
	/* for output and error; only the first if both are one file */
	struct stream streams[2];
};

TAILQ_HEAD(capture_list, capture);
LIST_HEAD(capture_set, capture);

/* What all streams share.  Changed by stream.c only. */
struct streams {
	struct stream_list starved;
	struct capture *overlong; /* the only one with overlong streams */
	int n_grown;              /* pipes whose size was raised */
	int n_kept;               /* write ends that are kept open */
	int most_kept;            /* the most that n_kept may be */
	bool apart;          /* a job has two even if both lead to one file */
	bool terminals;      /* jobs have terminals instead of pipes */
	struct winsize size; /* of terminals */
};

/* Lines of nursery's own that wait for one sink.  Changed by note.c only. */
struct notes {
	struct queue q;
	bool begun;    /* part of a line is out: no stream may write */
	bool crowded;  /* there was no room for the last line */
	bool wanted;   /* among them is output that the user asked for */
	uint64_t lost; /* bytes of wanted lines that could not be written */
};

/* Of all labels; see struct output_options. */
struct label_rules {
	bool stamped;
	bool end_lines;
};

TAILQ_HEAD(relay_list, relay);

struct output {
	struct loop *loop;
	enum output_mode mode;
	enum output_show show;
	struct output_events events;
	void *arg;             /* passed to events.undeliverable() */
	struct sink sinks[2];  /* standard output, standard error */
	int sink_len;          /* 1 if both are one file: then only the first */
	struct notes notes[2]; /* for each sink */
	struct store store;    /* where bytes wait */
	struct streams streams;
	struct capture_set all;
	struct capture_list order;
	struct capture_list undrained; /* ended jobs whose pipes hold a rest */
	struct relay_list paused;      /* relays that are not read for now */
	struct stamp stamp;            /* how times are written */
	struct label_rules rules;
	char *labelled; /* LABELLED_SIZE bytes, owned; NULL until needed */
	struct wakeup wakeup;
	bool in_loop;      /* the pump was called by the loop: see pump.h */
	bool counts_lines; /* somebody wants to know how many lines wait */
};

/* In capture.c: reads on from ended jobs whose pipes could not be emptied. */
void capture_take_undrained(struct output *out);

#endif
