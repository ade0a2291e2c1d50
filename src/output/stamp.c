#include "stamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sys/loop.h"

/* Digits of the nanoseconds of a second. */
#define DIGITS 9

/*
 * The format with %N and %1N to %9N replaced, cut if it is too long, which the
 * command line does not allow.
 */
static void
fill_in(const char *format, long ns, char out[STAMP_MAX])
{
	char digits[DIGITS + 3];
	size_t n = 0;

	snprintf(digits, sizeof(digits), "%0*ld", DIGITS, ns);
	while (*format != '\0' && n + DIGITS + 2 < STAMP_MAX) {
		const char *p = format + 1;
		size_t width = DIGITS;

		if (*format == '%' && *p >= '1' && *p <= '9')
			width = (size_t)(*p++ - '0');
		if (*format == '%' && *p == 'N') {
			memcpy(out + n, digits, width);
			n += width;
			format = p + 1;
		} else {
			out[n++] = *format++;
			if (format[-1] == '%' && *format != '\0')
				out[n++] = *format++;
		}
	}
	out[n] = '\0';
}

/* The format is the user's own, for output that is the user's own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t
write_time(char text[STAMP_MAX], const char *format, const struct tm *tm)
{
	return strftime(text, STAMP_MAX, format, tm);
}
#pragma GCC diagnostic pop

void
stamp_write(const struct stamp *stamp, char text[STAMP_MAX])
{
	char format[STAMP_MAX];
	struct timespec now;
	struct tm tm;
	int64_t ms;

	if (stamp->format == NULL) {
		ms = (loop_now(stamp->loop) - stamp->start_ns) / NS_PER_MS;
		snprintf(text, STAMP_MAX, "%" PRId64 ".%03d", ms / 1000,
		    (int)(ms % 1000));
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	fill_in(stamp->format, now.tv_nsec, format);
	if (localtime_r(&now.tv_sec, &tm) == NULL ||
	    write_time(text, format, &tm) == 0)
		text[0] = '\0';
}
