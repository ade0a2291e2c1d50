/*
 * Strings to values and back: pure, strict, independent of the locale.
 *
 * Every parser takes the whole string: no sign, no blank and nothing empty
 * unless its contract says so.  It returns 0, or -1 with the result untouched;
 * the PARSE_*_WHY of its name then completes "'x' is ..." for a message.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stddef.h>
#include <stdint.h>

#define PARSE_DURATION_WHY                                                     \
	"not a duration (try 1.5, 300ms, 90s, 5m, 2h, 1d or 1h30m)"
#define PARSE_SIZE_WHY "not a size (try 100, 512K, 64M or 1.5G)"
#define PARSE_SIGNAL_WHY "not a signal (try TERM, SIGINT, 15 or RTMIN+1)"
#define PARSE_DELIMITER_WHY                                                    \
	"no delimiter (try ',', '\\n', '\\0', '\\x1f' or ', ')"
#define PARSE_LOAD_WHY "not a load (try 4, 1.5, 80% or -1)"
#define PARSE_JOBS_WHY "not a number of jobs (try 4, 50%, +1, -1 or 0)"

/*
 * A duration, to nanoseconds: a number of seconds (2, 1.5, .5), or terms with
 * units, the largest first and each once: d, h, m, s, ms, us.  Only the last
 * term may have a fraction.  What is finer than a nanosecond is rounded up, so
 * that only zero becomes 0.  More than INT64_MAX ns is an error.
 */
int parse_duration(const char *s, int64_t *ret_ns);

/*
 * A size, to bytes: a number, or one with a unit.  K, M, G, T, P (either case)
 * and KiB ... PiB are powers of 1024; kB (or KB), MB ... PB are powers of 1000,
 * as in coreutils; B is one byte.  A fraction needs a unit above the byte and
 * is rounded up to a byte.
 */
int parse_size(const char *s, int64_t *ret_bytes);

/*
 * A decimal number from min to max; min is not negative.  Leading zeros do not
 * make it octal: 010 is ten.
 */
int parse_count(const char *s, int64_t min, int64_t max, int64_t *ret);

/*
 * A number with units as in GNU parallel: k, m, g, t, p are powers of 1000; K,
 * M, G, T, P and those with an i behind them, in either case, of 1024.  A
 * fraction is rounded up.
 */
int parse_multiple(const char *s, int64_t *ret);

/*
 * A decimal number, maybe with a fraction.  The result is that number times
 * unit, rounded up; unit is small, as a power of ten.
 */
int parse_scaled(const char *s, int64_t unit, int64_t *ret);

/*
 * A limit of the load average, to thousandths, on a machine with that many
 * CPUs: a number above 0 (4, 1.5), N% of the number of CPUs, or +N or -N, so
 * many more or fewer than there are CPUs, but at least 1.
 */
int parse_load(const char *s, int cpus, int64_t *ret_milli);

/*
 * A signal, by name in either case with or without SIG (TERM, sigterm,
 * RTMIN+1, RTMAX-2) or by number.  Not 0, and not the few that libc keeps for
 * itself; whether KILL or STOP make sense is the caller's to say.
 */
int parse_signal(const char *s, int *ret_signo);

#define DELIMITER_MAX 32

/* The bytes that end a record. */
struct delimiter {
	size_t len; /* at least 1 */
	char bytes[DELIMITER_MAX];
};

/* The delimiter of lines. */
#define DELIMITER_NEWLINE ((struct delimiter){ 1, "\n" })

/*
 * A delimiter: one byte or more, each of them written as for xargs -d, which is
 * the byte itself or \a \b \f \n \r \t \v \\, \o \oo \ooo (octal, up to \377),
 * \xH or \xHH.  If s is nothing but a backslash, that is the delimiter.
 */
int parse_delimiter(const char *s, struct delimiter *ret);

enum jobs_kind {
	JOBS_NUMBER,  /* n jobs; 0 is no limit */
	JOBS_PERCENT, /* n % of the number of CPUs */
	JOBS_PLUS,    /* n more than there are CPUs */
	JOBS_MINUS,   /* n fewer than there are CPUs */
};

/* How many jobs may run at once, before the CPUs are counted. */
struct jobs_limit {
	enum jobs_kind kind;
	int64_t n; /* 0 to INT_MAX */
};

/* How many jobs may run at once: N, N%, +N, -N, or 0 for no limit. */
int parse_jobs(const char *s, struct jobs_limit *ret);

/*
 * Returns the limit on a machine with that many CPUs (at least 1), or 0 for no
 * limit.  A percentage is rounded to the nearest number, a half up.  A
 * percentage or a difference is never less than 1.
 */
int64_t jobs_limit_resolve(const struct jobs_limit *limit, int cpus);

/* The size of a buffer for any text of the two functions that follow. */
#define FORMAT_DURATION_MAX 48

/*
 * Writes a measured time in seconds, rounded to three decimals: "1.204s".  A
 * negative time shows as 0.
 */
void format_duration(int64_t ns, char *buf, size_t size);

#define FORMAT_SIZE_MAX 24

/* "900", "15.6G": bytes as people read them, and as parse_size() does. */
void format_size(int64_t bytes, char *buf, size_t size);

/*
 * Writes a limit as a user would: "10s", "1h30m", "300ms", "1.5s", "0s".
 * parse_duration() of it gives ns again.  ns is not negative.
 */
void format_limit_duration(int64_t ns, char *buf, size_t size);

/* The size of a buffer for any name that signal_name() writes. */
#define SIGNAL_NAME_MAX 24

/*
 * Writes and returns the name of a signal, "SIGKILL" or "SIGRTMIN+1", or
 * "signal 77" if it has no name.
 */
const char *signal_name(int signo, char *buf, size_t size);

#endif
