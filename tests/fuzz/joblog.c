/*
 * joblog_parse(): takes no line that is not nine columns, and what it takes are
 * their values; joblog_read() says the same of a file with that line.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include "base/xalloc.h"
#include "input/joblog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The nth column, which the caller frees. */
static char *
column(const char *text, size_t len, int n)
{
	const char *end;

	for (; n > 0; n--) {
		end = memchr(text, '\t', len);
		assert(end != NULL);
		len -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	end = memchr(text, '\t', len);
	return xmemdup0(text, end != NULL ? (size_t)(end - text) : len);
}

static void
check_line(const char *text, size_t len, const struct joblog_line *line)
{
	char *seq = column(text, len, 0), *status = column(text, len, 6),
	     *signo = column(text, len, 7);

	assert(line->seq > 0 && line->seq == strtoull(seq, NULL, 10));
	assert(seq[strspn(seq, "0123456789")] == '\0');
	assert(line->succeeded ==
	    (strtoll(status, NULL, 10) == 0 && strtoll(signo, NULL, 10) == 0));
	assert(line->run_ms >= 0);
	assert(line->at + line->text_len == 7 + len);
	assert(joblog_is_command(line, text + line->at - 7, line->text_len));
	free(seq);
	free(status);
	free(signo);
}

/* Reads the bytes as a log. */
static void
check_file(const char *text, size_t size, enum joblog_key key)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	char *path = xasprintf("/proc/self/fd/%d", fd), *error = NULL;
	struct joblog *log;
	uint64_t last = 0;

	assert(fd >= 0 && write(fd, text, size) == (ssize_t)size);
	log = joblog_read(path, key, &error);
	assert((log == NULL) == (error != NULL));
	for (size_t i = 0; log != NULL && i < joblog_count(log); i++) {
		const struct joblog_line *line = joblog_line(log, i);
		char *command = joblog_command(log, line);

		assert(command != NULL);
		assert(joblog_is_command(line, command, line->text_len));
		if (key == JOBLOG_BY_NUMBER) {
			assert(line->seq > last);
			assert(joblog_find_number(log, line->seq) == line);
			last = line->seq;
		} else {
			assert(joblog_find_command(
				   log, command, line->text_len) == line);
		}
		free(command);
	}
	joblog_free(log);
	free(error);
	free(path);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct joblog_line line = { .seq = 0 };

	if (joblog_parse(text, size, 7, &line) == 0)
		check_line(text, size, &line);
	else
		assert(line.seq == 0);
	check_file(text, size, JOBLOG_BY_NUMBER);
	check_file(text, size, JOBLOG_BY_COMMAND);
	return 0;
}
