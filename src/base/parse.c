#include "parse.h"

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NELEMS(array) (sizeof(array) / sizeof(*(array)))

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns the capital of a small letter of ASCII, and else c itself. */
static char
to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/*
 * If s begins with prefix, which is in capitals, in either case, returns what
 * stands behind it in s; else NULL.  strncasecmp(3) would depend on the locale:
 * in Turkish, i is not the small letter of I.
 */
static const char *
skip_prefix(const char *s, const char *prefix)
{
	for (; *prefix != '\0'; s++, prefix++)
		if (to_upper(*s) != *prefix)
			return NULL;
	return s;
}

/* Returns the value of a digit in a base from 2 to 16, or -1. */
static int
digit_value(char c, int base)
{
	int value = -1;

	c = to_upper(c);
	if (is_digit(c))
		value = c - '0';
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < base ? value : -1;
}

/* A number, maybe with a fraction, as the digits in the string: it is exact. */
struct decimal {
	const char *whole;
	size_t whole_len;
	const char *fraction; /* digits behind the point; never NULL */
	size_t fraction_len;  /* 0 if there is no point */
};

/*
 * Reads 12, 1.5 or .5 at *s and moves *s behind it.  Returns 0, or -1 if there
 * is no number, or a point without a digit behind it.
 */
static int
scan_decimal(const char **s, struct decimal *ret)
{
	const char *p = *s;

	while (is_digit(*p))
		p++;
	*ret = (struct decimal){ *s, (size_t)(p - *s), p, 0 };
	if (*p == '.') {
		ret->fraction = ++p;
		while (is_digit(*p))
			p++;
		ret->fraction_len = (size_t)(p - ret->fraction);
		if (ret->fraction_len == 0)
			return -1;
	} else if (ret->whole_len == 0) {
		return -1;
	}
	*s = p;
	return 0;
}

/*
 * Multiplies by unit, at most (INT64_MAX - 9) / 10, and rounds up.  Returns 0,
 * or -1 if that is more than INT64_MAX.
 */
static int
scale_decimal(const struct decimal *d, int64_t unit, int64_t *ret)
{
	int64_t value = 0, part = 0;

	for (size_t i = 0; i < d->whole_len; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, d->whole[i] - '0', &value))
			return -1;
	if (__builtin_mul_overflow(value, unit, &value))
		return -1;
	/*
	 * Taken from the last digit to the first, the steps can round up: the
	 * result is the exact product, rounded up once.
	 */
	for (size_t i = d->fraction_len; i-- > 0;)
		part = ((d->fraction[i] - '0') * unit + part + 9) / 10;
	if (__builtin_add_overflow(value, part, &value))
		return -1;
	*ret = value;
	return 0;
}

struct unit {
	const char *name;
	int64_t value;
};

#define NS_PER_SECOND INT64_C(1000000000)

/* From the largest down, the order in which a duration may name them. */
static const struct unit duration_units[] = {
	{ "d", 86400 * NS_PER_SECOND },
	{ "h", 3600 * NS_PER_SECOND },
	{ "m", 60 * NS_PER_SECOND },
	{ "s", NS_PER_SECOND },
	{ "ms", 1000000 },
	{ "us", 1000 },
};

/*
 * Returns the number of the unit that the len bytes name, if it is first or one
 * behind it, else NELEMS(duration_units).
 */
static size_t
find_duration_unit(size_t first, const char *name, size_t len)
{
	size_t i;

	for (i = first; i < NELEMS(duration_units); i++)
		if (strlen(duration_units[i].name) == len &&
		    memcmp(duration_units[i].name, name, len) == 0)
			break;
	return i;
}

int
parse_duration(const char *s, int64_t *ret_ns)
{
	struct decimal number;
	size_t unit = 0;
	int64_t sum = 0, ns;

	if (scan_decimal(&s, &number) < 0)
		return -1;
	if (*s == '\0') {
		if (scale_decimal(&number, NS_PER_SECOND, &ns) < 0)
			return -1;
		*ret_ns = ns;
		return 0;
	}
	for (;;) {
		size_t len = strcspn(s, "0123456789.");

		unit = find_duration_unit(unit, s, len);
		if (unit == NELEMS(duration_units) ||
		    scale_decimal(&number, duration_units[unit].value, &ns) <
			0 ||
		    __builtin_add_overflow(sum, ns, &sum))
			return -1;
		s += len;
		if (*s == '\0')
			break;
		if (number.fraction_len > 0 || scan_decimal(&s, &number) < 0)
			return -1;
		unit++;
	}
	*ret_ns = sum;
	return 0;
}

/* Parses the unit behind the number of a size, which may be empty. */
static int
parse_size_unit(const char *s, int64_t *ret)
{
	static const char letters[] = "KMGTP";
	const char *at;
	int64_t base = 1024, unit = 1;

	if (s[0] == '\0' || strcmp(s, "B") == 0) {
		*ret = 1;
		return 0;
	}
	at = strchr(letters, to_upper(s[0]));
	if (at == NULL)
		return -1;
	if (strcmp(s + 1, "B") == 0)
		base = 1000;
	else if (s[1] != '\0' && strcmp(s + 1, "iB") != 0)
		return -1;
	for (const char *p = letters; p <= at; p++)
		unit *= base;
	*ret = unit;
	return 0;
}

int
parse_multiple(const char *s, int64_t *ret)
{
	static const char letters[] = "kmgtp";
	struct decimal number;
	int64_t unit = 1;

	if (scan_decimal(&s, &number) < 0)
		return -1;
	while (*s != '\0') {
		const char *at = strchr(letters, *s | 0x20);
		bool binary = *s != (*s | 0x20) || (s[1] | 0x20) == 'i';

		if (at == NULL)
			return -1;
		for (const char *p = letters; p <= at; p++)
			if (__builtin_mul_overflow(
				unit, binary ? 1024 : 1000, &unit))
				return -1;
		s += (s[1] | 0x20) == 'i' ? 2 : 1;
	}
	return scale_decimal(&number, unit, ret);
}

int
parse_size(const char *s, int64_t *ret_bytes)
{
	struct decimal number;
	int64_t unit;

	if (scan_decimal(&s, &number) < 0 || parse_size_unit(s, &unit) < 0)
		return -1;
	if (unit == 1 && number.fraction_len > 0)
		return -1;
	return scale_decimal(&number, unit, ret_bytes);
}

int
parse_count(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	struct decimal number;
	int64_t value;

	if (scan_decimal(&s, &number) < 0 || number.fraction_len > 0 ||
	    *s != '\0' || scale_decimal(&number, 1, &value) < 0)
		return -1;
	if (value < min || value > max)
		return -1;
	*ret = value;
	return 0;
}

int
parse_scaled(const char *s, int64_t unit, int64_t *ret)
{
	struct decimal number;

	if (scan_decimal(&s, &number) < 0 || *s != '\0')
		return -1;
	return scale_decimal(&number, unit, ret);
}

int
parse_load(const char *s, int cpus, int64_t *ret_milli)
{
	struct jobs_limit limit;
	struct decimal number;
	int64_t milli;

	if (*s == '+' || *s == '-') {
		if (parse_jobs(s, &limit) < 0)
			return -1;
		*ret_milli = jobs_limit_resolve(&limit, cpus) * 1000;
		return 0;
	}
	if (scan_decimal(&s, &number) < 0)
		return -1;
	if (strcmp(s, "%") == 0) {
		if (scale_decimal(&number, (int64_t)cpus * 10, &milli) < 0)
			return -1;
	} else if (*s != '\0' || scale_decimal(&number, 1000, &milli) < 0) {
		return -1;
	}
	if (milli == 0)
		return -1;
	*ret_milli = milli;
	return 0;
}

struct signal_entry {
	const char *name;
	int signo;
};

/* See signal(7).  If a signal has two names here, the first one is printed. */
static const struct signal_entry signals[] = {
	{ "HUP", SIGHUP },
	{ "INT", SIGINT },
	{ "QUIT", SIGQUIT },
	{ "ILL", SIGILL },
	{ "TRAP", SIGTRAP },
	{ "ABRT", SIGABRT },
	{ "BUS", SIGBUS },
	{ "FPE", SIGFPE },
	{ "KILL", SIGKILL },
	{ "USR1", SIGUSR1 },
	{ "SEGV", SIGSEGV },
	{ "USR2", SIGUSR2 },
	{ "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM },
	{ "TERM", SIGTERM },
#ifdef SIGSTKFLT
	{ "STKFLT", SIGSTKFLT },
#endif
	{ "CHLD", SIGCHLD },
	{ "CONT", SIGCONT },
	{ "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP },
	{ "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU },
	{ "URG", SIGURG },
	{ "XCPU", SIGXCPU },
	{ "XFSZ", SIGXFSZ },
	{ "VTALRM", SIGVTALRM },
	{ "PROF", SIGPROF },
	{ "WINCH", SIGWINCH },
	{ "IO", SIGIO },
	{ "PWR", SIGPWR },
	{ "SYS", SIGSYS },
	{ "IOT", SIGABRT },
	{ "POLL", SIGIO },
	{ "CLD", SIGCHLD },
};

static const char *
find_signal_name(int signo)
{
	for (size_t i = 0; i < NELEMS(signals); i++)
		if (signals[i].signo == signo)
			return signals[i].name;
	return NULL;
}

static bool
is_realtime(int signo)
{
	return signo >= SIGRTMIN && signo <= SIGRTMAX;
}

/* "RTMIN", "RTMIN+n", "RTMAX" or "RTMAX-n". */
static int
parse_realtime(const char *s, int *ret_signo)
{
	const char *rest = skip_prefix(s, "RTMIN");
	char sign = '+';
	int64_t offset = 0;
	int signo;

	if (rest == NULL) {
		rest = skip_prefix(s, "RTMAX");
		sign = '-';
	}
	if (rest == NULL)
		return -1;
	if (*rest != '\0' &&
	    (*rest != sign || parse_count(rest + 1, 0, NSIG, &offset) < 0))
		return -1;
	signo = sign == '+' ? SIGRTMIN + (int)offset : SIGRTMAX - (int)offset;
	if (!is_realtime(signo))
		return -1;
	*ret_signo = signo;
	return 0;
}

int
parse_signal(const char *s, int *ret_signo)
{
	const char *rest;
	int64_t number;

	if (parse_count(s, 1, NSIG, &number) == 0) {
		if (find_signal_name((int)number) == NULL &&
		    !is_realtime((int)number))
			return -1;
		*ret_signo = (int)number;
		return 0;
	}
	rest = skip_prefix(s, "SIG");
	if (rest != NULL)
		s = rest;
	for (size_t i = 0; i < NELEMS(signals); i++) {
		rest = skip_prefix(s, signals[i].name);
		if (rest != NULL && *rest == '\0') {
			*ret_signo = signals[i].signo;
			return 0;
		}
	}
	return parse_realtime(s, ret_signo);
}

const char *
signal_name(int signo, char *buf, size_t size)
{
	const char *name = find_signal_name(signo);

	if (name != NULL)
		snprintf(buf, size, "SIG%s", name);
	else if (signo == SIGRTMIN)
		snprintf(buf, size, "SIGRTMIN");
	else if (is_realtime(signo))
		snprintf(buf, size, "SIGRTMIN+%d", signo - SIGRTMIN);
	else
		snprintf(buf, size, "signal %d", signo);
	return buf;
}

/* Scans a byte of 1 to max digits, and moves *s behind them. */
static int
scan_byte(const char **s, int base, int max, char *ret_byte)
{
	int value = 0, n = 0, digit;

	for (; n < max && (digit = digit_value(**s, base)) >= 0; n++, (*s)++)
		value = value * base + digit;
	if (n == 0 || value > UCHAR_MAX)
		return -1;
	*ret_byte = (char)value;
	return 0;
}

/* Scans what follows a backslash, and moves *s behind it. */
static int
scan_escape(const char **s, char *ret_byte)
{
	static const char letters[] = "abfnrtv\\";
	static const char bytes[] = "\a\b\f\n\r\t\v\\";
	const char *at;

	if (is_digit(**s))
		return scan_byte(s, 8, 3, ret_byte);
	if (**s == 'x') {
		(*s)++;
		return scan_byte(s, 16, 2, ret_byte);
	}
	at = **s != '\0' ? strchr(letters, **s) : NULL;
	if (at == NULL)
		return -1;
	(*s)++;
	*ret_byte = bytes[at - letters];
	return 0;
}

int
parse_delimiter(const char *s, struct delimiter *ret)
{
	struct delimiter delimiter = { 0 };
	bool alone = strcmp(s, "\\") == 0;

	while (*s != '\0') {
		char byte = *s++;

		if (byte == '\\' && !alone && scan_escape(&s, &byte) < 0)
			return -1;
		if (delimiter.len == DELIMITER_MAX)
			return -1;
		delimiter.bytes[delimiter.len++] = byte;
	}
	if (delimiter.len == 0)
		return -1;
	*ret = delimiter;
	return 0;
}

int
parse_jobs(const char *s, struct jobs_limit *ret)
{
	struct jobs_limit limit = { JOBS_NUMBER, 0 };
	struct decimal number;

	if (*s == '+' || *s == '-')
		limit.kind = *s++ == '+' ? JOBS_PLUS : JOBS_MINUS;
	if (scan_decimal(&s, &number) < 0 || number.fraction_len > 0 ||
	    scale_decimal(&number, 1, &limit.n) < 0 || limit.n > INT_MAX)
		return -1;
	if (*s == '%' && limit.kind == JOBS_NUMBER) {
		limit.kind = JOBS_PERCENT;
		s++;
	}
	if (*s != '\0')
		return -1;
	*ret = limit;
	return 0;
}

int64_t
jobs_limit_resolve(const struct jobs_limit *limit, int cpus)
{
	int64_t n = limit->n;

	switch (limit->kind) {
	case JOBS_NUMBER:
		return n;
	case JOBS_PERCENT:
		n = (cpus * n + 50) / 100;
		break;
	case JOBS_PLUS:
		n = cpus + n;
		break;
	case JOBS_MINUS:
		n = cpus - n;
		break;
	}
	return n > 1 ? n : 1;
}

void
format_duration(int64_t ns, char *buf, size_t size)
{
	int64_t ms = ns > 0 ? ns / 1000000 + (ns % 1000000 >= 500000) : 0;

	snprintf(buf, size, "%lld.%03llds", (long long)(ms / 1000),
	    (long long)(ms % 1000));
}

/* Writes ns in that unit, as "1.5s", with as many decimals as it needs. */
static void
format_term(int64_t ns, const struct unit *unit, char *buf, size_t size)
{
	char digits[16] = "";
	int64_t rest = ns % unit->value;
	size_t len = 0;

	for (int64_t place = unit->value / 10; rest > 0; place /= 10) {
		digits[len++] = (char)('0' + rest / place);
		rest %= place;
	}
	digits[len] = '\0';
	snprintf(buf, size, "%lld%s%s%s", (long long)(ns / unit->value),
	    len > 0 ? "." : "", digits, unit->name);
}

void
format_limit_duration(int64_t ns, char *buf, size_t size)
{
	size_t unit, len = 0;

	/* One term for each of the whole days, hours and minutes. */
	for (unit = 0; duration_units[unit].value > NS_PER_SECOND; unit++) {
		int64_t n = ns / duration_units[unit].value;

		ns %= duration_units[unit].value;
		if (n > 0 && len < size)
			len += (size_t)snprintf(buf + len, size - len, "%lld%s",
			    (long long)n, duration_units[unit].name);
	}
	/* The rest, less than a minute, is one term in a unit that suits it. */
	if (len == 0 && ns > 0)
		while (unit < NELEMS(duration_units) - 1 &&
		    ns < duration_units[unit].value)
			unit++;
	if ((ns > 0 || len == 0) && len < size)
		format_term(ns, &duration_units[unit], buf + len, size - len);
}

void
format_size(int64_t bytes, char *buf, size_t size)
{
	static const char units[] = "KMGTP";
	int64_t tenths = bytes < INT64_MAX / 10 ? bytes * 10 : INT64_MAX;
	const char *unit = units;

	if (bytes < 1024) {
		snprintf(buf, size, "%" PRId64, bytes);
		return;
	}
	for (tenths /= 1024; tenths >= 10240 && unit[1] != '\0'; unit++)
		tenths /= 1024;
	snprintf(buf, size, "%" PRId64 ".%d%c", tenths / 10, (int)(tenths % 10),
	    *unit);
}
