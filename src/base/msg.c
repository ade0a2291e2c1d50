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
#include "utf8.h"

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

/* A byte that is escaped becomes at most four, such as "\\033". */
#define SAFE_MAX 4

/* The most bytes, up to max, after which no character of UTF-8 is cut. */
static size_t
cut_at_character(const char *bytes, size_t max)
{
	while (max > 0 && ((unsigned char)bytes[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/*
 * Characters that change the direction of text, or end a line: with them a
 * command can look like another one.
 */
static bool
is_deceptive(wchar_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/*
 * Returns the length of the printable character, not one of ASCII, at the start
 * of the bytes; or 0 if there is none.
 */
typedef size_t printable(const char *bytes, size_t len);

/* Takes for printable what the user's locale can show. */
static size_t
by_locale(const char *bytes, size_t len)
{
	mbstate_t state = { 0 };
	wchar_t c = L'\0';
	size_t n = mbrtowc(&c, bytes, len, &state);

	return n > len || is_deceptive(c) || !iswprint((wint_t)c) ? 0 : n;
}

/*
 * Takes for printable, whatever the locale, what is UTF-8 (see RFC 3629); and
 * any other byte that is a control character in no 8-bit code.
 */
static size_t
by_utf8(const char *bytes, size_t len)
{
	uint32_t c;
	size_t n = utf8_read(bytes, len, &c);

	if (n > 1 && c >= 0xa0 && !is_deceptive((wchar_t)c))
		return n;
	return (unsigned char)*bytes >= 0xa0;
}

/*
 * Copies the bytes and escapes those that are not printable.  The buffer has
 * room for SAFE_MAX times as many and a NUL.  Returns how many it wrote.
 */
static size_t
make_safe(char *to, const char *bytes, size_t len, printable *is_printable)
{
	char *start = to;

	while (len > 0) {
		unsigned char byte = (unsigned char)*bytes;
		size_t n = byte >= 0x80 ? is_printable(bytes, len)
					: byte >= 0x20 && byte != 0x7f;

		if (byte == '\t')
			n = is_printable == by_utf8; /* labels keep tabs */
		if (n > 0)
			to = (char *)memcpy(to, bytes, n) + n;
		else if (byte < 0x80)
			to = vis(to, byte,
			    VIS_CSTYLE | VIS_NL | VIS_TAB | VIS_NOSLASH,
			    len > 1 ? bytes[1] : '\0');
		else /* vis(3) would take the byte for a character */
			to += snprintf(to, 5, "\\%03o", byte);
		n += n == 0;
		bytes += n;
		len -= n;
	}
	*to = '\0';
	return (size_t)(to - start);
}

/*
 * Formats a message into buf, or into memory from malloc(3) if buf is too
 * small.  If there is no memory either, it is cut.
 */
static char *format(char *buf, size_t size, const char *fmt, va_list ap)
    __attribute__((__format__(printf, 3, 0)));

static char *
format(char *buf, size_t size, const char *fmt, va_list ap)
{
	char *heap = NULL;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(buf, size, fmt, ap);
	if (n < 0)
		buf[0] = '\0';
	if (n >= (int)size && (heap = malloc((size_t)n + 1)) != NULL)
		vsnprintf(heap, (size_t)n + 1, fmt, again);
	va_end(again);
	return heap != NULL ? heap : buf;
}

/*
 * Builds the line "nursery: ...\n" of a message, with nothing in it that is
 * unsafe, in buf; or in memory from malloc(3) if buf is too small.  If there is
 * no memory either, the line is cut.
 */
static char *
make_line(char *buf, size_t size, const char *message, size_t *ret_len)
{
	static const char prefix[] = "nursery: ";
	size_t len = strlen(message), used = sizeof(prefix) - 1;
	size_t most = used + len * SAFE_MAX + sizeof("\n");
	char *line = buf;

	if (most > size && (line = malloc(most)) == NULL) {
		line = buf;
		len = (size - used - sizeof("\n")) / SAFE_MAX;
	}
	memcpy(line, prefix, used);
	used += make_safe(line + used, message, len, by_locale);
	line[used++] = '\n';
	*ret_len = used;
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

/* The locale is set only when a message needs it, since that opens files. */
static void
use_locale(const char *text)
{
	static bool in_use;

	if (in_use)
		return;
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80) {
			setlocale(LC_CTYPE, "");
			in_use = true;
			return;
		}
	}
}

static void say(void (*to)(const char *line, size_t len), const char *fmt,
    va_list ap) __attribute__((__format__(printf, 2, 0)));

/*
 * Every message goes this way: whatever text it quotes, the line is safe for a
 * terminal and is one line.
 */
static void
say(void (*to)(const char *line, size_t len), const char *fmt, va_list ap)
{
	char message_buf[1024], line_buf[4096], *message, *line;
	size_t len;

	message = format(message_buf, sizeof(message_buf), fmt, ap);
	use_locale(message);
	line = make_line(line_buf, sizeof(line_buf), message, &len);
	to(line, len);
	if (line != line_buf)
		free(line);
	if (message != message_buf)
		free(message);
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

char *
msg_short(const char *bytes, size_t len)
{
	bool cut = len > MSG_SHORT_MAX;
	char *text;

	if (cut)
		len = cut_at_character(bytes, MSG_SHORT_MAX);
	len = strnlen(bytes, len);
	text = malloc(len + sizeof("..."));
	if (text == NULL)
		msg_fatal("out of memory");
	memcpy(text, bytes, len);
	memcpy(text + len, cut ? "..." : "", cut ? sizeof("...") : 1);
	return text;
}

char *
msg_shown(const char *bytes, size_t len)
{
	char *text = strndup(bytes, len), *shown;

	if (text == NULL)
		msg_fatal("out of memory");
	use_locale(text);
	shown = reallocarray(NULL, strlen(text) + 1, SAFE_MAX);
	if (shown == NULL)
		msg_fatal("out of memory");
	make_safe(shown, text, strlen(text), by_locale);
	free(text);
	return shown;
}

char *
msg_safe(const char *bytes, size_t len, size_t *ret_len)
{
	char *safe = reallocarray(NULL, len + 1, SAFE_MAX);

	if (safe == NULL)
		msg_fatal("out of memory");
	*ret_len = make_safe(safe, bytes, len, by_utf8);
	return safe;
}
