#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "input/arguments.h"
#include "reader.h"
#include "sys/fd.h"
#include "target.h"

/* Bytes that wait in memory until they are written, or no job is started. */
#define WAITING_MAX 65536

/* What a message adds as long as jobs may run. */
#define WHILE_JOBS_RUN " (the jobs go on, but the exit status will tell)"

/* And if nobody has asked for the file. */
#define UNASKED " (the exit status is still that of the jobs)"

struct writer {
	struct writers *writers;
	enum writer_kind kind;
	struct target target;
	int fd;             /* a regular file, owned; -1: none, or closed */
	struct buf waiting; /* for that */
	bool begun;         /* the file was emptied, if it has to be */
	bool read;          /* there is a reader, with or without a file */
	bool unasked;       /* nobody has asked for it: its loss is none */
	char *objection;    /* why it cannot be written; owned; NULL: it can */
	bool beginning;     /* no job was started: an error ends us */
	bool over;          /* finished, or failed */
	bool in_row;        /* see writer_begin_row() */
	off_t part;         /* bytes of that row that are in the file */
	struct reader reader;
	bool (*more)(void *arg); /* see writer_ask(); NULL: none is asked */
	void *more_arg;
	TAILQ_ENTRY(writer) link;
};

static void
say(const char *option, const char *path, const char *why, const char *hint)
{
	char *shown = msg_short(path, strlen(path));

	msg_warn("%s cannot be written to %s: %s%s", option, shown, why, hint);
	free(shown);
}

void
writers_fail(struct writers *writers, const char *option, const char *path,
    const char *why)
{
	writers->failed = true;
	say(option, path, why, WHILE_JOBS_RUN);
}

/* Says that the file cannot be written any more, and leaves it alone. */
static void
end_badly(struct writer *writer, const char *why, const char *hint)
{
	writer->writers->failed |= !writer->unasked;
	say(writer->target.option, writer->target.path, why,
	    writer->unasked ? UNASKED : hint);
	writer->over = true;
	if (writer->fd >= 0)
		close(writer->fd);
	writer->fd = -1;
	writer->waiting.len = 0;
	target_release(&writer->target); /* a draft gives its space back */
}

void
writer_fail(struct writer *writer, int error)
{
	if (writer->beginning)
		target_refuse(&writer->target, strerror(error));
	end_badly(writer, strerror(error), writer->over ? "" : WHILE_JOBS_RUN);
}

static void
reader_failed(void *arg, int error)
{
	writer_fail(arg, error);
}

static void
timer_fired(struct loop_timer *timer)
{
	(void)timer; /* only wakes the loop */
}

void
writers_init(struct writers *writers, struct loop *loop, const char *tmpdir)
{
	TAILQ_INIT(&writers->list);
	writers->loop = loop;
	writers->tmpdir = tmpdir;
	writers->failed = false;
	loop_timer_init(&writers->timer, timer_fired, writers);
	writers->sources = NULL;
	writers->n_sources = 0;
}

static void
forget(struct writer *writer)
{
	TAILQ_REMOVE(&writer->writers->list, writer, link);
	reader_release(&writer->reader);
	if (writer->fd >= 0)
		close(writer->fd);
	target_release(&writer->target);
	buf_release(&writer->waiting);
	free(writer->objection);
	free(writer);
}

void
writers_release(struct writers *writers)
{
	struct writer *writer, *next;

	loop_timer_clear(writers->loop, &writers->timer);
	TAILQ_FOREACH_SAFE(writer, &writers->list, link, next)
		forget(writer);
}

/* True if all that is put goes to a reader at once, and none to a file. */
static bool
is_live(const struct writer *writer)
{
	return writer->read && writer->kind != WRITER_WHOLE;
}

/* True if somebody was asked for more, and the reader, if any, has come. */
static bool
is_asked(const struct writer *writer)
{
	return writer->more != NULL && !reader_is_absent(&writer->reader);
}

/* Asks for one more piece, if there is room for it. */
static void
ask(struct writer *writer)
{
	struct writers *writers = writer->writers;
	bool (*more)(void *arg) = writer->more;

	if (!is_asked(writer) || writer->reader.waiting.len >= WAITING_MAX)
		return;
	writer->more = NULL; /* more() may finish the writer */
	if (!more(writer->more_arg))
		return;
	writer->more = more;
	writer_flush(writer);
	if (writer->reader.waiting.len < WAITING_MAX)
		loop_timer_set(
		    writers->loop, &writers->timer, loop_now(writers->loop));
}

bool
writers_hold(const struct writers *writers)
{
	const struct writer *writer;

	TAILQ_FOREACH(writer, &writers->list, link)
		if (reader_is_absent(&writer->reader) || is_asked(writer) ||
		    writer->reader.waiting.len >= WAITING_MAX)
			return true;
	return false;
}

/* What no start was to be made for is done: the loop must not sleep on it. */
static void
wake(struct writers *writers)
{
	loop_timer_set(writers->loop, &writers->timer, loop_now(writers->loop));
}

void
writers_flush(struct writers *writers)
{
	bool held = writers_hold(writers);
	struct writer *writer;

	TAILQ_FOREACH(writer, &writers->list, link) {
		if (writer->kind == WRITER_WHOLE)
			continue;
		writer_flush(writer);
		ask(writer);
	}
	if (held && !writers_hold(writers))
		wake(writers);
}

bool
writers_are_behind(const struct writers *writers)
{
	const struct writer *writer;

	TAILQ_FOREACH(writer, &writers->list, link)
		if (is_asked(writer) ||
		    (!reader_is_absent(&writer->reader) &&
			reader_is_behind(&writer->reader)))
			return true;
	return false;
}

/* How many bytes the reader has not got yet. */
static off_t
bytes_left(const struct writer *writer)
{
	const struct reader *reader = &writer->reader;
	off_t left = (off_t)reader->waiting.len;
	struct stat st;

	if (reader->file >= 0 && fstat(reader->file, &st) == 0)
		left += st.st_size - lseek(reader->file, 0, SEEK_CUR);
	return left;
}

void
writers_describe(const struct writers *writers, char *buf, size_t size)
{
	const struct writer *writer;
	char shown[FORMAT_SIZE_MAX];

	buf[0] = '\0';
	TAILQ_FOREACH(writer, &writers->list, link) {
		const char *option = writer->target.option;

		if (reader_is_absent(&writer->reader)) {
			snprintf(buf, size, "somebody to read %s from %.200s",
			    option, writer->target.path);
			return;
		}
		if (is_asked(writer) && !reader_is_behind(&writer->reader)) {
			snprintf(buf, size, "%s: a long row is being written",
			    option);
			return;
		}
		if (!reader_is_behind(&writer->reader))
			continue;
		format_size(bytes_left(writer), shown, sizeof(shown));
		snprintf(buf, size, "the reader of %s: %s bytes wait for it",
		    option, shown);
		return;
	}
}

/*
 * Removes the part of a line or row that is at the end of the file, so that
 * only whole ones are left; unless somebody else has written behind it.  done
 * is how many of the bytes that wait were written.
 */
static void
cut(const struct writer *writer, size_t done)
{
	const struct buf *waiting = &writer->waiting;
	const char *newline =
	    done > 0 ? memrchr(waiting->data, '\n', done) : NULL;
	off_t end = lseek(writer->fd, 0, SEEK_CUR);
	off_t part = writer->in_row
	    ? writer->part + (off_t)done
	    : (off_t)done - (newline != NULL ? newline + 1 - waiting->data : 0);
	struct stat st;

	if (part == 0 || writer->kind == WRITER_WHOLE)
		return;
	if (fstat(writer->fd, &st) < 0 || st.st_size != end ||
	    fd_truncate(writer->fd, end - part) < 0)
		msg_warn("%s: the last line of %s is not whole",
		    writer->target.option, writer->target.path);
}

void
writers_give_up(struct writers *writers)
{
	struct writer *writer;
	char left[FORMAT_SIZE_MAX], why[FORMAT_SIZE_MAX + 40];

	TAILQ_FOREACH(writer, &writers->list, link) {
		struct reader *reader = &writer->reader;

		if (writer->over && writer->more != NULL) {
			writer->more = NULL; /* a message has said why */
			continue;
		}
		if (is_asked(writer) && !reader_is_behind(reader)) {
			writer->more = NULL;
			writer->waiting.len = 0;
			cut(writer, 0);
			end_badly(writer, "there was no time to write all", "");
			continue;
		}
		if (!reader_is_absent(reader) && !reader_is_behind(reader))
			continue;
		format_size(bytes_left(writer), left, sizeof(left));
		snprintf(why, sizeof(why), "%s bytes were not read", left);
		end_badly(writer,
		    reader_is_absent(reader)
			? "nobody has opened it for reading"
			: why,
		    "");
		reader_release(reader);
	}
}

#define SOURCE_CLASH "arguments are read from there"

static void
refuse_shared(const struct writer *writer)
{
	const struct target *target = &writer->target;
	const struct writer *other;

	TAILQ_FOREACH(other, &writer->writers->list, link)
		if (other != writer && target_is_same(target, &other->target))
			msg_fatal("%s and %s would both be written to %s: give "
				  "each a file of its own (nothing was "
				  "started)",
			    other->target.option, target->option, target->path);
}

/*
 * True if arguments are read from the file: it would be lost, or what is
 * written would be read again and again.
 */
static bool
is_source(const struct writers *writers, dev_t dev, ino_t ino)
{
	for (size_t i = 0; i < writers->n_sources; i++) {
		const char *path = writers->sources[i].path;
		struct stat st;

		if (path != NULL && stat(path, &st) == 0 &&
		    S_ISREG(st.st_mode) && st.st_dev == dev && st.st_ino == ino)
			return true;
	}
	return false;
}

static void
refuse_source(const struct writer *writer)
{
	const struct target *target = &writer->target;

	if (is_source(
		writer->writers, target->identity.dev, target->identity.ino))
		target_refuse(target, SOURCE_CLASH);
}

/* A writer that leads nowhere yet. */
static struct writer *
new_writer(struct writers *writers, enum writer_kind kind)
{
	struct writer *writer = xcalloc(1, sizeof(*writer));

	writer->writers = writers;
	writer->kind = kind;
	writer->fd = -1;
	reader_init(&writer->reader, writers->loop, reader_failed, writer);
	TAILQ_INSERT_TAIL(&writers->list, writer, link);
	return writer;
}

struct writer *
writer_open(struct writers *writers, const char *option, const char *path,
    enum writer_kind kind)
{
	struct writer *writer = new_writer(writers, kind);
	struct target *target = &writer->target;

	target_open(target, option, path,
	    kind == WRITER_WHOLE ? TARGET_WHOLE : TARGET_GROWS,
	    writers->tmpdir);
	refuse_shared(writer);
	refuse_source(writer);
	writer->fd = target->file;
	writer->begun = kind != WRITER_LINES || target_is_descriptor(path);
	writer->read = target->reader >= 0 || target->absent;
	if (target->absent)
		reader_at_fifo(&writer->reader, path);
	else if (target->reader >= 0)
		reader_at(&writer->reader, target->reader);
	return writer;
}

/* Why nothing can be added to the file at path, or NULL. */
static const char *
find_objection(const struct writers *writers, const char *path)
{
	int fd =
	    open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	const struct writer *other;
	const char *why;
	struct stat st;

	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &st) < 0)
		why = strerror(errno);
	else
		why = target_clash(fd, &st, false);
	close(fd);
	if (why != NULL)
		return why;
	if (is_source(writers, st.st_dev, st.st_ino))
		return SOURCE_CLASH;
	TAILQ_FOREACH(other, &writers->list, link)
		if (target_is_file(&other->target, &st))
			return "another report is written there";
	return NULL;
}

struct writer *
writer_open_unasked(
    struct writers *writers, const char *option, const char *path)
{
	const char *why = find_objection(writers, path);
	struct writer *writer;

	if (why == NULL) {
		writer = writer_open(writers, option, path, WRITER_APPENDED);
	} else {
		writer = new_writer(writers, WRITER_APPENDED);
		writer->target.option = option;
		writer->target.path = path;
		writer->objection = xstrdup(why);
	}
	writer->unasked = true;
	return writer;
}

void
writer_put(struct writer *writer, const void *data, size_t len)
{
	if (writer->objection != NULL && !writer->over)
		end_badly(writer, writer->objection, "");
	if (writer->over)
		return;
	if (is_live(writer)) {
		reader_put(&writer->reader, data, len);
		return;
	}
	buf_append(&writer->waiting, data, len);
	if (writer->waiting.len >= WAITING_MAX)
		writer_flush(writer);
}

static void
flush_file(struct writer *writer)
{
	struct buf *waiting = &writer->waiting;
	size_t done = 0;

	if (!writer->begun && fd_truncate(writer->fd, 0) < 0) {
		writer_fail(writer, errno);
		return;
	}
	writer->begun = true;
	while (done < waiting->len) {
		ssize_t n = write(
		    writer->fd, waiting->data + done, waiting->len - done);
		int error = n < 0 ? errno : EIO;

		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || error != EINTR) {
			cut(writer, done);
			writer_fail(writer, error);
			return;
		}
	}
	writer->part += writer->in_row ? (off_t)done : 0;
	waiting->len = 0;
}

void
writer_begin(struct writer *writer, const void *data, size_t len)
{
	writer->beginning = true;
	writer_put(writer, data, len);
	writer_flush(writer);
	writer->beginning = false;
}

void
writer_flush(struct writer *writer)
{
	if (is_live(writer))
		reader_flush(&writer->reader);
	else if (writer->fd >= 0)
		flush_file(writer);
}

void
writer_begin_row(struct writer *writer)
{
	writer_flush(writer);
	writer->in_row = true;
}

void
writer_end_row(struct writer *writer)
{
	writer_flush(writer);
	writer->in_row = false;
	writer->part = 0;
}

void
writer_ask(struct writer *writer, bool (*more)(void *arg), void *arg)
{
	writer->more = more;
	writer->more_arg = arg;
	loop_timer_set(writer->writers->loop, &writer->writers->timer,
	    loop_now(writer->writers->loop));
}

void
writer_put_at(struct writer *writer, off_t at, const void *data, size_t len)
{
	const char *from = data;

	writer_flush(writer);
	while (writer->fd >= 0 && len > 0) {
		ssize_t n = pwrite(writer->fd, from, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			writer_fail(writer, errno);
			return;
		}
		from += n;
		at += n;
		len -= (size_t)n;
	}
}

/* Some file systems tell of an error only when a file is closed. */
static void
close_file(struct writer *writer)
{
	int fd = writer->fd;

	writer->fd = -1;
	if (close(fd) < 0)
		writer_fail(writer, errno);
}

void
writer_finish(struct writer *writer)
{
	if (writer->over)
		return;
	writer_flush(writer);
	if (writer->over)
		return;
	writer->over = true;
	if (writer->objection != NULL)
		return;
	if (is_live(writer))
		return;
	if (writer->read) {
		reader_put_file(&writer->reader, writer->fd);
		writer->fd = -1;
		reader_flush(&writer->reader);
	} else if (target_name(&writer->target) < 0) {
		writer_fail(writer, errno);
	} else {
		close_file(writer);
	}
}

int
writer_fd(const struct writer *writer)
{
	return writer->fd;
}
