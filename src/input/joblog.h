/*
 * A log of jobs that were run, as record/joblog.c and GNU parallel write it: a
 * line for each, with its number, times, exit status and command.
 *
 * A log may have a million lines, and commands may be long: of each line only
 * some numbers are kept, and of the command a hash.
 */
#ifndef INPUT_JOBLOG_H
#define INPUT_JOBLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first line of a log, without its newline. */
#define JOBLOG_HEADER                                                          \
	"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\t"   \
	"Command"

struct joblog_line {
	uint64_t seq;    /* the number of the job, from 1 */
	uint64_t hash;   /* of the command */
	uint64_t at;     /* where in the file the command begins */
	int64_t run_ms;  /* how long the job ran */
	bool succeeded;  /* exit status 0, no signal */
	size_t text_len; /* of the command in the file */
};

/* What lines are looked up by; there is one for each number or command. */
enum joblog_key {
	JOBLOG_BY_NUMBER,  /* in their order */
	JOBLOG_BY_COMMAND, /* in no order that means anything */
};

struct joblog;

/*
 * Parses a line without its newline; at is where in the file it begins.
 * Strict: nine columns with a tab between them, the last one, the command, may
 * have tabs, too.  Returns 0, or -1 with *ret untouched.
 */
int joblog_parse(
    const char *text, size_t len, uint64_t at, struct joblog_line *ret);

/*
 * Reads a log.  Of several lines with one key the last counts, but a job that
 * has succeeded once has succeeded.  A first line that is no header is a job; a
 * last line without a newline was cut by a crash and counts for nothing.  NULL
 * with errno and a message in *ret_error, which the caller frees, if there is
 * no such file (ENOENT), or it cannot be read, or another line is bad (EINVAL).
 */
struct joblog *joblog_read(
    const char *path, enum joblog_key key, char **ret_error);

/* NULL is allowed. */
void joblog_free(struct joblog *log);

/* How many lines it has, and each of them, from 0. */
size_t joblog_count(const struct joblog *log);
const struct joblog_line *joblog_line(const struct joblog *log, size_t i);

/* The highest number in a log by number; 0: it has no line. */
uint64_t joblog_last(const struct joblog *log);

/* Find a line, by its key; NULL if there is none. */
const struct joblog_line *joblog_find_number(
    const struct joblog *log, uint64_t seq);
const struct joblog_line *joblog_find_command(
    const struct joblog *log, const char *text, size_t len);

/* True if that is the command of the line. */
bool joblog_is_command(
    const struct joblog_line *line, const char *text, size_t len);

/*
 * Reads the command of a line from the file, which the caller frees; a NUL is
 * behind it.  NULL with errno if it cannot be read any more.
 */
char *joblog_command(const struct joblog *log, const struct joblog_line *line);

#endif
