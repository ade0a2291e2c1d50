#include "joblog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "input/joblog.h"
#include "input/quote.h"
#include "report/outcome.h"
#include "report/report.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/usage.h"
#include "writer.h"

#define OPTION "--joblog"

/* Columns of JobRuntime at least, as GNU parallel has it. */
#define RUNTIME_WIDTH 10

struct log {
	struct writer *writer;
	struct buf line;
};

/* Appends the command; a newline becomes a NUL, so that a line is a line. */
static void
add_command(struct buf *line, const struct report_job *job)
{
	size_t start = line->len;
	char *newline;

	if (job->argv == NULL) {
		buf_append(line, job->text, job->text_len);
	} else {
		for (char *const *arg = job->argv; *arg != NULL; arg++) {
			if (arg != job->argv)
				buf_puts(line, " ");
			quote_shell(line, *arg, strlen(*arg));
		}
	}
	for (; start < line->len; start = (size_t)(newline - line->data)) {
		newline = memchr(line->data + start, '\n', line->len - start);
		if (newline == NULL)
			return;
		*newline = '\0';
	}
}

/* Puts blanks before what begins at start, until it has that width. */
static void
pad(struct buf *line, size_t start, size_t width)
{
	static const char blanks[] = "          ";
	size_t len = line->len - start, n = len < width ? width - len : 0;

	buf_append(line, blanks, n);
	memmove(line->data + start + n, line->data + start, len);
	memcpy(line->data + start, blanks, n);
}

/* Whole milliseconds, rounded. */
static int64_t
to_ms(int64_t ns)
{
	return (ns + NS_PER_MS / 2) / NS_PER_MS;
}

/* printf(3) would take most of the time that a log costs. */
static void
add_line(struct buf *line, const struct report_event *event)
{
	const struct report_job *job = event->job;
	int64_t wall_ns = job->wall_ns > 0 ? job->wall_ns : usage_wall_ns();
	int64_t wrote = event->usage->wrote[0];
	int status, signo;
	size_t start;

	outcome_columns(event->outcome, job->asked, &status, &signo);
	buf_put_int(line, (int64_t)job->seq);
	buf_puts(line, "\t");
	buf_puts(line, job->machine != NULL ? job->machine : ":");
	buf_puts(line, "\t");
	buf_put_decimal(line, to_ms(wall_ns), 3);
	buf_puts(line, "\t");
	start = line->len;
	buf_put_decimal(line, to_ms(job->elapsed_ns), 3);
	pad(line, start, RUNTIME_WIDTH);
	buf_puts(line, "\t");
	buf_put_int(line, event->usage->given);
	buf_puts(line, "\t");
	buf_put_int(line, wrote > 0 ? wrote : 0);
	buf_puts(line, "\t");
	buf_put_int(line, status);
	buf_puts(line, "\t");
	buf_put_int(line, signo);
	buf_puts(line, "\t");
	add_command(line, job);
	buf_puts(line, "\n");
}

static void
hear(void *arg, const struct report_event *event)
{
	struct log *log = arg;

	if (event->kind == REPORT_FINISHED)
		writer_finish(log->writer);
	if (event->kind != REPORT_OVER || event->job->seq == 0 ||
	    event->outcome->kind == OUTCOME_CANCELLED)
		return;
	log->line.len = 0;
	add_line(&log->line, event);
	writer_put(log->writer, log->line.data, log->line.len);
	writer_flush(log->writer);
}

static void
release(void *arg)
{
	struct log *log = arg;

	buf_release(&log->line);
	free(log);
}

static _Noreturn void
refuse(const char *path, const char *why)
{
	msg_fatal(OPTION " cannot be added to %s: %s (nothing was started)",
	    path, why);
}

/* Reads up to size bytes from there; returns how many there are. */
static size_t
read_at(int fd, const char *path, off_t at, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size, at);

	if (n < 0)
		refuse(path, strerror(errno));
	return (size_t)n;
}

/*
 * True if the file begins with the header of a log, or what a crash has left of
 * that, or with the line of a job.
 */
static bool
begins_as_log(const char *start, size_t len)
{
	const char *newline = memchr(start, '\n', len);
	size_t most = newline != NULL ? (size_t)(newline - start) : len;
	struct joblog_line line;

	if (newline == NULL && len < strlen(JOBLOG_HEADER))
		return memcmp(start, JOBLOG_HEADER, len) == 0;
	return (most >= strlen(JOBLOG_HEADER) &&
		   memcmp(start, JOBLOG_HEADER, strlen(JOBLOG_HEADER)) == 0) ||
	    joblog_parse(start, most, 0, &line) == 0;
}

/* Where the last whole line of the file of that size ends. */
static off_t
end_of_lines(int fd, const char *path, off_t size)
{
	char part[4096];

	while (size > 0) {
		off_t from =
		    size > (off_t)sizeof(part) ? size - (off_t)sizeof(part) : 0;
		size_t len =
		    read_at(fd, path, from, part, (size_t)(size - from));
		const char *newline = memrchr(part, '\n', len);

		if (newline != NULL)
			return from + (newline - part) + 1;
		size = from;
	}
	return 0;
}

/*
 * Prepares a log that is there: cuts off what a crash has left of its last
 * line.  Returns whether it needs a header.
 */
static bool
mend(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char start[4096];
	struct stat st;
	size_t len;
	off_t end;

	if (fd < 0 && errno != ENOENT)
		refuse(path, strerror(errno));
	if (fd < 0)
		return true; /* the writer makes it, or says why not */
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return true;
	}
	len = read_at(fd, path, 0, start, sizeof(start));
	if (!begins_as_log(start, len))
		refuse(path, "it is no job log");
	end = end_of_lines(fd, path, st.st_size);
	if (end < st.st_size && fd_truncate(fd, end) < 0)
		refuse(path, strerror(errno));
	close(fd);
	return end == 0;
}

void
joblog_listen(struct report *report, struct writers *writers, const char *path,
    bool appended)
{
	static const char header[] = JOBLOG_HEADER "\n";
	bool empty = !appended || mend(path);
	struct log *log = xcalloc(1, sizeof(*log));

	log->writer = writer_open(
	    writers, OPTION, path, appended ? WRITER_APPENDED : WRITER_LINES);
	if (empty)
		writer_begin(log->writer, header, strlen(header));
	report_add(report,
	    &(struct report_listener){
		.hear = hear, .release = release, .arg = log });
}
