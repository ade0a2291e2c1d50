/*
 * The file of a report, such as that of --events.
 *
 * What is found in it is whole: lines are never cut, and a report that only
 * makes sense as a whole gets its name when it is complete.  If a file cannot
 * be written any more, one message says so, and it is left alone from then on;
 * the jobs go on.
 *
 * A file may also be a pipe, a FIFO, a socket or a terminal.  These functions
 * never wait for whoever reads it.  But no job should be started as long as
 * writers_hold() is true, so that little has to be kept for a slow reader.
 */
#ifndef RECORD_WRITER_H
#define RECORD_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/queue.h>
#include <sys/types.h>

#include "sys/loop.h"

struct writer;

enum writer_kind {
	WRITER_LINES,    /* emptied, then written as things happen */
	WRITER_APPENDED, /* lines are added to what there is */
	WRITER_WHOLE,    /* has no name until writer_finish() */
};

TAILQ_HEAD(writer_list, writer);

/* All files of one nursery. */
struct writers {
	struct writer_list list;
	struct loop *loop;
	const char *tmpdir;
	bool failed; /* what was asked for could not be written, and was said */
	struct loop_timer timer; /* wakes the loop for writer_ask() */
	/* What is read meanwhile, and not written to; borrowed. */
	const struct arguments_source *sources;
	size_t n_sources;
};

/*
 * Begins with no file.  The loop is borrowed, and so is tmpdir, a folder for
 * what must wait in a file until a reader takes it.
 */
void writers_init(
    struct writers *writers, struct loop *loop, const char *tmpdir);

/*
 * Notes, and says, that the file at path, which the option asked for, takes no
 * more, and why.  For files of a record that are not written by a writer.
 */
void writers_fail(struct writers *writers, const char *option, const char *path,
    const char *why);

/* Frees all; a file of WRITER_WHOLE that was not finished leaves no trace. */
void writers_release(struct writers *writers);

/*
 * To be called in each turn of the loop: writes what waits in memory for all
 * files but those of WRITER_WHOLE, and asks for more, see writer_ask().
 */
void writers_flush(struct writers *writers);

/*
 * True if a reader has not come yet, or is far behind, or somebody is asked for
 * more: start no job then.
 */
bool writers_hold(const struct writers *writers);

/*
 * True if a reader who has come has not yet got all that was written, or
 * somebody is asked for more.
 */
bool writers_are_behind(const struct writers *writers);

/*
 * Describes in buf what is waited for, such as "the reader of --events: 64.0K
 * bytes wait for it"; "" if nothing is.
 */
void writers_describe(const struct writers *writers, char *buf, size_t size);

/*
 * Waits for readers no longer: a message says how much each has not read, and
 * that is lost.  Nor is anybody asked for more: a row that was begun is
 * removed.
 */
void writers_give_up(struct writers *writers);

/*
 * Opens the file of a report.  option is what messages call it, such as
 * "--events".  path may also be "fd:N", a descriptor that we were given, or "-"
 * for standard output.  Both strings are borrowed.  Ends the program by
 * msg_fatal() if the file cannot be written, if it is where standard input,
 * output or error lead to, or if another report is written to it.  The writer
 * belongs to writers.
 */
struct writer *writer_open(struct writers *writers, const char *option,
    const char *path, enum writer_kind kind);

/*
 * As writer_open() with WRITER_APPENDED, for a report that nobody has asked
 * for, in a file that is there: if it cannot be written, one message says so,
 * once something is put, and that is all.
 */
struct writer *writer_open_unasked(
    struct writers *writers, const char *option, const char *path);

/*
 * Adds bytes, which must be whole lines unless the kind is WRITER_WHOLE.  They
 * are kept in memory until there are many, or until writer_flush().
 */
void writer_put(struct writer *writer, const void *data, size_t len);

/*
 * What is put between these two calls is one row, even if there are newlines in
 * it: if it cannot be written to its end, nothing of it is left in the file.
 */
void writer_begin_row(struct writer *writer);
void writer_end_row(struct writer *writer);

/*
 * Has a long row written in pieces, so that signals need not wait for its end:
 * more(arg), which puts the next piece, is called in each turn of the loop when
 * there is room for it, until it returns false; also after an error, which
 * makes what it puts vanish.  Not for WRITER_WHOLE.
 */
void writer_ask(struct writer *writer, bool (*more)(void *arg), void *arg);

/*
 * For WRITER_WHOLE: writes len bytes over those that were put before at the
 * offset at, counted from the start of the file.
 */
void writer_put_at(
    struct writer *writer, off_t at, const void *data, size_t len);

/*
 * Writes the first bytes at once, before any job is started; ends the program
 * by msg_fatal() if that cannot be done.
 */
void writer_begin(struct writer *writer, const void *data, size_t len);

/*
 * The rest cannot be put, because of an error: says so, and leaves the file
 * alone.
 */
void writer_fail(struct writer *writer, int error);

/* Writes what waits in memory, as far as a reader takes it. */
void writer_flush(struct writer *writer);

/*
 * To be called when all was put: writes the rest, and gives a file of
 * WRITER_WHOLE its name; a file that had the name is replaced.  What a reader
 * does not take at once it gets later, while writers_are_behind() is true.
 */
void writer_finish(struct writer *writer);

/*
 * A descriptor by which to read back what was written; call writer_flush()
 * before.  It stays the writer's.  -1 if there is none: writing has failed, or
 * all goes to a reader and the kind is not WRITER_WHOLE.
 */
int writer_fd(const struct writer *writer);

#endif
