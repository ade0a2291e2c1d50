#include "msg.h"

#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#define LIBBSD_OPENBSD_VIS
#include <vis.h>

#include "exits.h"

#define STDERR_WAIT_MS 500

static msg_writer *writer;
static void *writer_arg;
static void (*panic_hook)(void);
static int failure = EXITS_NURSERY;

void
msg_set_writer(msg_writer *write, void *arg)
{
	writer = write;
	writer_arg = arg;
}

void
msg_set_panic(void (*panic)(void))
{
	panic_hook = panic;
}

void
msg_set_failure(int status)
{
	failure = status;
}

int
msg_failure(void)
{
	return failure;
}

/*
 * Writes to standard error, but gives up on a reader that does not read for
 * STDERR_WAIT_MS: jobs may be waiting to be ended.  A pipe that poll(2) calls
 * ready takes PIPE_BUF bytes without blocking.
 */
static void
write_stderr(const char *line, size_t len)
{
	struct pollfd ready = { .fd = STDERR_FILENO, .events = POLLOUT };

	while (len > 0 && poll(&ready, 1, STDERR_WAIT_MS) > 0) {
		ssize_t n =
		    write(STDERR_FILENO, line, len < PIPE_BUF ? len : PIPE_BUF);

		if (n <= 0)
			return; /* nobody can read it any more */
		line += n;
		len -= (size_t)n;
	}
}

/*
 * Builds the line "nursery: ...\n" in buf, or in memory from malloc(3) if buf
 * is too small.  If there is no memory either, the line is cut.
 */
static char *format_line(char *buf, size_t size, size_t *ret_len,
    const char *fmt, va_list ap) __attribute__((__format__(printf, 4, 0)));

static char *
format_line(
    char *buf, size_t size, size_t *ret_len, const char *fmt, va_list ap)
{
	static const char prefix[] = "nursery: ";
	size_t used = sizeof(prefix) - 1;
	char *line = buf;
	va_list again;
	int n;

	va_copy(again, ap);
	memcpy(buf, prefix, used);
	n = vsnprintf(buf + used, size - used, fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n + used + 2 > size) {
		char *heap = malloc((size_t)n + used + 2);

		if (heap != NULL) {
			memcpy(heap, prefix, used);
			vsnprintf(heap + used, (size_t)n + 1, fmt, again);
			line = heap;
		} else {
			n = (int)(size - used - 2);
		}
	}
	va_end(again);
	line[used + (size_t)n] = '\n';
	*ret_len = used + (size_t)n + 1;
	return line;
}

static void
deliver(const char *line, size_t len)
{
	if (writer != NULL)
		writer(writer_arg, line, len);
	else
		write_stderr(line, len);
}

static void
deliver_last(const char *line, size_t len)
{
	void (*hook)(void) = panic_hook;

	if (hook != NULL) {
		panic_hook = NULL; /* it may call msg_fatal() itself */
		hook();
	}
	write_stderr(line, len);
}

static void say(void (*to)(const char *line, size_t len), const char *fmt,
    va_list ap) __attribute__((__format__(printf, 2, 0)));

static void
say(void (*to)(const char *line, size_t len), const char *fmt, va_list ap)
{
	char buf[1024], *line;
	size_t len;

	line = format_line(buf, sizeof(buf), &len, fmt, ap);
	to(line, len);
	if (line != buf)
		free(line);
}

void
msg_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(deliver, fmt, ap);
	va_end(ap);
}

void
msg_fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(deliver_last, fmt, ap);
	va_end(ap);
	_exit(failure);
}

/* Returns how many bytes to keep, at most max, to cut no character of UTF-8. */
static size_t
cut_at_character(const char *bytes, size_t max)
{
	while (max > 0 && ((unsigned char)bytes[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static int
is_ascii(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] >= 0x80)
			return 0;
	return 1;
}

/*
 * Returns the length of the printable character at the start of the bytes, or 0
 * if there is none.  Characters that change the direction of text do not count
 * as printable, whatever the C library says: with them a command can look like
 * another one.
 */
static size_t
printable(const char *bytes, size_t len)
{
	mbstate_t state = { 0 };
	wchar_t c = L'\0';
	size_t n = mbrtowc(&c, bytes, len, &state);
	bool bidi = c == 0x61c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

	return n > len || bidi || !iswprint((wint_t)c) ? 0 : n;
}

char *
msg_safe(const char *bytes, size_t len)
{
	static int have_locale;
	bool cut = len > MSG_SAFE_MAX;
	char *safe, *to;

	if (cut)
		len = cut_at_character(bytes, MSG_SAFE_MAX);
	len = strnlen(bytes, len);
	if (!have_locale && !is_ascii(bytes, len)) {
		setlocale(LC_CTYPE, ""); /* late: it opens files */
		have_locale = 1;
	}
	safe = to = malloc(4 * len + sizeof("..."));
	if (safe == NULL)
		msg_fatal("out of memory");
	while (len > 0) {
		unsigned char byte = (unsigned char)*bytes;
		size_t n = printable(bytes, len);

		if (n > 0)
			to = (char *)memcpy(to, bytes, n) + n;
		else if (byte < 0x80)
			to = vis(to, byte,
			    VIS_CSTYLE | VIS_NL | VIS_TAB | VIS_NOSLASH,
			    len > 1 ? bytes[1] : '\0');
		else /* vis(3) would take it for a character */
			to += snprintf(to, 5, "\\%03o", byte);
		n += n == 0;
		bytes += n;
		len -= n;
	}
	snprintf(to, sizeof("..."), "%s", cut ? "..." : "");
	return safe;
}
