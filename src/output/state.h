/*
 * The state of the output layer, for its own files only.
 *
 * A capture has a place in the order (keep-order: from its opening; otherwise
 * from its drain).  The first of the order is the front: in keep-order and
 * group mode only the front writes to the sinks, and what it reads goes
 * straight through.  Neighbours that are both done are one capture: see
 * order_settle().  A capture that is held writes nothing, whatever its place.
 */
#ifndef OUTPUT_STATE_H
#define OUTPUT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/queue.h>

#include "output.h"
#include "sink.h"
#include "store/queue.h"
#include "sys/loop.h"

struct label;
struct relay;

/* Room for lines with their labels, on their way to a sink or a queue. */
#define LABELLED_SIZE 262144

/* So much of nursery's own lines may wait before relays are not read. */
#define RELAY_WAITING_MAX 1048576

/* One pipe of a capture. */
struct stream {
	struct capture *cap;
	struct sink *sink;
	struct loop_io io;
	int fd;         /* read end, owned; -1 after its end */
	int wfd;        /* write end, owned until the job has started */
	int full_reads; /* in a row; at HOT_READS the stream is hot */
	bool grown;     /* its pipe is a big one */
	bool small;     /* ... and cannot be */
	bool starved;   /* no room for more; in output.starved */
	bool overlong;  /* line mode: its line goes out as it comes */
	bool listed;    /* in sink->ready */
	bool mid_line;  /* labelled: the last line read has not ended */
	struct queue q;
	uint64_t printable; /* line mode: bytes of q up to the last newline */
	TAILQ_ENTRY(stream) starved_link, ready_link;
};

struct capture {
	struct output *out;
	void *job;     /* NULL once it is done */
	int len;       /* number of streams: 0 ungrouped, 1 or 2 */
	bool ordered;  /* in output.order */
	bool draining; /* the job is over, or will be if it is not run again */
	bool on_hold;  /* the job may run again */
	bool held;     /* ... and nothing of what it wrote may go out yet */
	bool waiting;  /* in output.undrained */
	bool done;     /* all was read, the pipes are closed */
	uint64_t bytes;
	struct label *label; /* before each line; owned; NULL: none */
	TAILQ_ENTRY(capture) order_link, undrained_link;
	LIST_ENTRY(capture) all_link;
	struct stream streams[2];
};

/* Lines of nursery's own that wait for one sink. */
struct notes {
	struct queue q;
	bool begun;   /* part of one is out: nobody else writes */
	bool crowded; /* there was no room for the last one */
	bool wanted;  /* some are asked for, no messages: no loss of them */
};

TAILQ_HEAD(capture_list, capture);
TAILQ_HEAD(stream_list, stream);
TAILQ_HEAD(relay_list, relay);

struct output {
	struct loop *loop;
	enum output_mode mode;
	struct output_events events;
	void *arg;
	struct sink sinks[2];
	int sink_len; /* 1: standard output and error are one file */
	struct store store;
	struct notes notes[2]; /* for each sink */
	struct capture_list order;
	struct capture_list undrained; /* draining, but some of it must wait */
	struct stream_list starved;
	struct capture *overlong; /* whose streams may be; NULL: anybody's */
	struct relay_list paused; /* not read: see RELAY_WAITING_MAX */
	LIST_HEAD(capture_set, capture) all;
	char *labelled; /* LABELLED_SIZE bytes, owned; NULL until needed */
	int grown_len;  /* pipes that were grown */
	uint64_t lost;  /* bytes of jobs that a failed sink did not take */
	bool unwatched; /* the kernel refused to watch something */
	bool serving;   /* called from the loop: events may be told */
	struct loop_timer kick; /* next turn: what cannot be done in this one */
};

/* In capture.c. */

/* Reads a draining capture; tells drained() if that was all of it. */
void capture_take_rest(struct capture *cap);

/* Frees cap, whatever waits in it, and its descriptors. */
void capture_free(struct capture *cap);

/* What was held may go out: there is no room for more, or no need. */
void capture_let_go(struct capture *cap);

/* True if none of the capture's bytes wait. */
bool capture_is_empty(const struct capture *cap);

/* In order.c. */

/* Gives cap the last place in the order. */
void order_append(struct capture *cap);

/*
 * After cap is done: unites it with those of its neighbours that are done too;
 * cap may be freed.
 */
void order_settle(struct capture *cap);

/* Takes cap out of the order; its neighbours unite if both are done. */
void order_remove(struct capture *cap);

/* True if cap is the front and may write as it reads. */
bool order_is_front(const struct capture *cap);

/*
 * Writes what the sinks take (within a budget), frees what is written, lets the
 * next ones be the front.  May free any capture that is done.  Calls none of
 * the events but wrote(), and that only from the loop.
 */
void order_pump(struct output *out);

/* In relay.c: goes on reading those that were paused, if they may. */
void relay_resume(struct output *out);

/* In note.c: writes notes that wait for the sink if they may go out now. */
void note_flush(struct output *out, struct sink *sink);

/* Those that wait for the sink. */
struct notes *note_queue(struct output *out, const struct sink *sink);

/* Where nursery's own messages go. */
struct sink *note_sink(struct output *out);

/* In output.c: calls back from the loop soon, to do what is left. */
void output_kick(struct output *out);

/* The same after a moment: the kernel was short of memory. */
void output_kick_later(struct output *out);

#endif
