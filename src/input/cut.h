/*
 * Where a stream may be cut into blocks: at ends of records, as GNU parallel's
 * --pipe knows them.  Pure: looks at bytes in memory, and reads nothing.
 */
#ifndef INPUT_CUT_H
#define INPUT_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No record may be longer; GNU parallel's limit. */
#define CUT_RECORD_MAX INT32_MAX

struct buf;
struct cut;

struct cut_options {
	/*
	 * A record ends where end is followed by start; either may be NULL, and
	 * both are "\n" and nothing if both are NULL.  Both empty: anywhere.
	 */
	const char *start, *end;
	bool regexp;     /* they are regular expressions, see pattern.h */
	bool csv;        /* lines are records of csv.h, instead of those */
	int64_t records; /* -N: so many make a block; 0: as many as fit */
	int64_t lines;   /* -L: so many lines make a record; 0: see above */
	/*
	 * GNU parallel's count of records does not look at the first byte: an
	 * empty line at the start of a block is part of the next one.
	 */
	bool blind_start;
	/* --group-by: lines with one value in this column are a record, from 1;
	 * negative: from the last; 0: there is no such column */
	int64_t column;
	const char *colsep; /* regular expression; between columns */
};

/*
 * Returns the rules; NULL with a message in *ret_error, which the caller frees,
 * if an expression is bad.
 */
struct cut *cut_new(const struct cut_options *options, char **ret_error);

/* NULL is allowed. */
void cut_free(struct cut *cut);

/*
 * How many of the bytes, which begin with a record, make a block; 0 if its end
 * is not among them.  eof: nothing follows, so that what is left is a block.
 */
size_t cut_block(const struct cut *cut, const char *data, size_t len, bool eof);

/*
 * The same, however many records that are: where the last one ends of which the
 * end is there.
 */
size_t cut_part(const struct cut *cut, const char *data, size_t len);

/*
 * The first place where a record may begin, behind the first byte, which is
 * what comes before; for regular expressions the last one.  SIZE_MAX: there is
 * none.
 */
size_t cut_start(const struct cut *cut, const char *data, size_t len);

/*
 * How many of the bytes in which cut_start() found nothing are to be looked at
 * again when more are there; SIZE_MAX: all.
 */
size_t cut_overlap(const struct cut *cut);

/*
 * --group-by by a name that has been found in the header: the number of its
 * column.
 */
void cut_set_column(struct cut *cut, int64_t number);

/* Appends the bytes without what begins and ends the records in them. */
void cut_strip(
    const struct cut *cut, const char *data, size_t len, struct buf *out);

#endif
