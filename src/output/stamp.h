/* The times that --timestamps and {time} put before lines. */
#ifndef OUTPUT_STAMP_H
#define OUTPUT_STAMP_H

#include <stdint.h>

struct loop;

/* Bytes of a time at most, with a NUL. */
#define STAMP_MAX 256

/* How times are written; in the caller's storage. */
struct stamp {
	const struct loop *loop;
	const char *format; /* borrowed; NULL: seconds since start_ns */
	int64_t start_ns;   /* by loop_now() */
};

/*
 * Writes the time of this turn of the loop to text, with a NUL: seconds with
 * three digits behind the point, or what strftime(3) makes of the format, in
 * which %N is nanoseconds and %3N their first three digits, as in date(1).
 */
void stamp_write(const struct stamp *stamp, char text[STAMP_MAX]);

#endif
