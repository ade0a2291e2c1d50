#include "joblog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "budget.h"
#include "records.h"

#define MS_PER_S 1000

/* Longer than any job: 10,000 years, in seconds. */
#define SECONDS_MAX 315576000000

/* Longer than any command with all its bytes quoted: no line of a log. */
#define LINE_MAX_BYTES (32 * 1024 * 1024)

struct joblog {
	struct records records; /* only its descriptor after the reading */
	struct budget budget;
	enum joblog_key key;
	struct joblog_line *lines;
	size_t n, cap;
};

/* What is left of a line. */
struct rest {
	const char *p, *end;
};

/* Takes the next column, up to a tab, which must be there. */
static int
take_column(struct rest *rest, const char **ret, size_t *ret_len)
{
	const char *tab = memchr(rest->p, '\t', (size_t)(rest->end - rest->p));

	if (tab == NULL)
		return -1;
	*ret = rest->p;
	*ret_len = (size_t)(tab - rest->p);
	rest->p = tab + 1;
	return 0;
}

/* Takes digits, and returns how many; their value in *ret, at most INT64_MAX.
 */
static size_t
take_digits(const char *s, size_t len, uint64_t *ret)
{
	size_t i = 0;

	for (*ret = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
		uint64_t digit = (uint64_t)(s[i] - '0');

		if (*ret > (INT64_MAX - digit) / 10)
			return 0;
		*ret = *ret * 10 + digit;
	}
	return i;
}

/* A column of digits, a minus before them if that may be. */
static int
take_number(struct rest *rest, bool may_be_negative, uint64_t *ret)
{
	const char *s;
	size_t len, sign = 0;

	if (take_column(rest, &s, &len) < 0)
		return -1;
	sign = may_be_negative && len > 0 && *s == '-';
	if (len == sign || take_digits(s + sign, len - sign, ret) != len - sign)
		return -1;
	return 0;
}

/* A column of seconds with a fraction, blanks before it, to milliseconds. */
static int
take_seconds(struct rest *rest, int64_t *ret_ms)
{
	const char *s, *end;
	size_t len, digits;
	uint64_t seconds, ms = 0, unit = MS_PER_S;
	bool negative;

	if (take_column(rest, &s, &len) < 0)
		return -1;
	end = s + len;
	while (s < end && *s == ' ')
		s++;
	negative = s < end && *s == '-'; /* the clock was set back */
	s += negative;
	digits = take_digits(s, (size_t)(end - s), &seconds);
	if (digits == 0 || seconds > SECONDS_MAX)
		return -1;
	s += digits;
	if (s < end && *s++ != '.')
		return -1;
	for (; s < end; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		unit /= 10;
		ms += (uint64_t)(*s - '0') * unit;
	}
	*ret_ms = negative ? 0 : (int64_t)(seconds * MS_PER_S + ms);
	return 0;
}

/* FNV-1a.  A newline counts as the NUL that it is in the log. */
static uint64_t
hash_command(const char *text, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++) {
		hash ^= text[i] == '\n' ? 0 : (unsigned char)text[i];
		hash *= 0x100000001b3;
	}
	return hash;
}

int
joblog_parse(const char *text, size_t len, uint64_t at, struct joblog_line *ret)
{
	struct rest rest = { text, text + len };
	struct joblog_line line = { 0 };
	const char *host;
	size_t host_len;
	int64_t started_ms;
	uint64_t sent, received, status, signo;

	if (take_number(&rest, false, &line.seq) < 0 || line.seq == 0 ||
	    take_column(&rest, &host, &host_len) < 0 ||
	    take_seconds(&rest, &started_ms) < 0 ||
	    take_seconds(&rest, &line.run_ms) < 0 ||
	    take_number(&rest, true, &sent) < 0 ||
	    take_number(&rest, true, &received) < 0 ||
	    take_number(&rest, true, &status) < 0 ||
	    take_number(&rest, true, &signo) < 0)
		return -1;
	line.succeeded = status == 0 && signo == 0;
	line.at = at + (uint64_t)(rest.p - text);
	line.text_len = (size_t)(rest.end - rest.p);
	line.hash = hash_command(rest.p, line.text_len);
	*ret = line;
	return 0;
}

static void
add_line(struct joblog *log, const struct joblog_line *line)
{
	if (log->n == log->cap) {
		log->cap = log->cap > 0 ? log->cap * 2 : 64;
		log->lines =
		    xreallocarray(log->lines, log->cap, sizeof(*log->lines));
	}
	log->lines[log->n++] = *line;
}

static int
compare_places(const struct joblog_line *a, const struct joblog_line *b)
{
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
by_number(const void *left, const void *right)
{
	const struct joblog_line *a = left, *b = right;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return compare_places(a, b);
}

static int
by_command(const void *left, const void *right)
{
	const struct joblog_line *a = left, *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return compare_places(a, b);
}

static bool
is_same(const struct joblog *log, const struct joblog_line *a,
    const struct joblog_line *b)
{
	return log->key == JOBLOG_BY_NUMBER ? a->seq == b->seq
					    : a->hash == b->hash;
}

/* Sorts the lines, and leaves one for each key. */
static void
sort(struct joblog *log)
{
	int (*compare)(const void *, const void *) =
	    log->key == JOBLOG_BY_NUMBER ? by_number : by_command;
	struct joblog_line *lines = log->lines;
	size_t kept = 0;
	bool sorted = true;

	for (size_t i = 1; sorted && i < log->n; i++)
		sorted = compare(&lines[i - 1], &lines[i]) < 0;
	if (!sorted)
		qsort(lines, log->n, sizeof(*lines), compare);
	for (size_t i = 0; i < log->n; i++) {
		if (kept > 0 && is_same(log, &lines[kept - 1], &lines[i])) {
			lines[i].succeeded |= lines[kept - 1].succeeded;
			kept--;
		}
		lines[kept++] = lines[i];
	}
	log->n = kept;
}

/* Says which line is bad; the error is the caller's. */
static char *
describe_bad(const char *path, uint64_t number, const char *text, size_t len)
{
	char *shown = msg_short(text, len);
	char *error = xasprintf("%s, line %llu: not a line of a job log, as "
				"--joblog writes it: '%s'",
	    path, (unsigned long long)number, shown);

	free(shown);
	return error;
}

/* Adds a line that was read, unless it is the header or was cut. */
static int
take_line(struct joblog *log, const char *path, const char *text, size_t len,
    char **ret_error)
{
	const struct records *records = &log->records;
	size_t behind = (size_t)(text - records->buf.data) + len;
	struct joblog_line line;
	bool cut = records->start == behind; /* it has no newline */

	if (cut && records->eof)
		return 0;
	if (records->count == 1 && len == strlen(JOBLOG_HEADER) &&
	    memcmp(text, JOBLOG_HEADER, len) == 0)
		return 0;
	if (cut ||
	    joblog_parse(text, len, records->before + (behind - len), &line) <
		0) {
		*ret_error = describe_bad(path, records->count, text, len);
		errno = EINVAL;
		return -1;
	}
	add_line(log, &line);
	return 0;
}

static int
read_lines(struct joblog *log, const char *path, char **ret_error)
{
	const char *text;
	size_t len;
	enum source_state state;
	int result = 0;

	do {
		log->budget = BUDGET_OF_A_CALL;
		state = records_next(&log->records, &text, &len);
		if (state == SOURCE_RECORD)
			result = take_line(log, path, text, len, ret_error);
	} while (
	    result == 0 && (state == SOURCE_RECORD || state == SOURCE_AGAIN));
	if (result < 0 || state == SOURCE_END)
		return result;
	errno = state == SOURCE_ERROR ? log->records.error : ESPIPE;
	*ret_error = xasprintf("%s cannot be read as a job log: %s", path,
	    state == SOURCE_ERROR ? strerror(errno) : "it is no file");
	return -1;
}

struct joblog *
joblog_read(const char *path, enum joblog_key key, char **ret_error)
{
	struct joblog *log = xcalloc(1, sizeof(*log));
	int error;

	log->key = key;
	if (records_open(
		&log->records, path, &DELIMITER_NEWLINE, &log->budget) < 0) {
		error = errno;
		*ret_error = xasprintf("%s cannot be read as a job log: %s",
		    path, strerror(error));
		free(log);
		errno = error;
		return NULL;
	}
	log->records.max = LINE_MAX_BYTES;
	if (read_lines(log, path, ret_error) < 0) {
		error = errno;
		joblog_free(log);
		errno = error;
		return NULL;
	}
	buf_release(&log->records.buf);
	sort(log);
	return log;
}

void
joblog_free(struct joblog *log)
{
	if (log == NULL)
		return;
	records_release(&log->records);
	free(log->lines);
	free(log);
}

size_t
joblog_count(const struct joblog *log)
{
	return log->n;
}

const struct joblog_line *
joblog_line(const struct joblog *log, size_t i)
{
	return &log->lines[i];
}

uint64_t
joblog_last(const struct joblog *log)
{
	return log->n > 0 ? log->lines[log->n - 1].seq : 0;
}

/*
 * The place of the first line that is not before the wanted one, which is
 * before all others with its key.
 */
static const struct joblog_line *
find(const struct joblog *log, const struct joblog_line *wanted,
    int (*compare)(const void *, const void *))
{
	size_t low = 0, high = log->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&log->lines[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < log->n && is_same(log, &log->lines[low], wanted)
	    ? &log->lines[low]
	    : NULL;
}

const struct joblog_line *
joblog_find_number(const struct joblog *log, uint64_t seq)
{
	return find(log, &(struct joblog_line){ .seq = seq }, by_number);
}

const struct joblog_line *
joblog_find_command(const struct joblog *log, const char *text, size_t len)
{
	return find(log,
	    &(struct joblog_line){ .hash = hash_command(text, len) },
	    by_command);
}

bool
joblog_is_command(const struct joblog_line *line, const char *text, size_t len)
{
	return line->text_len == len && line->hash == hash_command(text, len);
}

char *
joblog_command(const struct joblog *log, const struct joblog_line *line)
{
	char *text = xmalloc(line->text_len + 1);
	size_t done = 0;

	while (done < line->text_len) {
		ssize_t n = pread(log->records.fd, text + done,
		    line->text_len - done, (off_t)(line->at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENODATA;
			free(text);
			return NULL;
		}
		done += (size_t)n;
	}
	for (size_t i = 0; i < done; i++)
		if (text[i] == '\0')
			text[i] = '\n';
	text[done] = '\0';
	return text;
}
