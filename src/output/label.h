/*
 * Labels: what --tag puts before each line of a job.
 *
 * As GNU parallel does it, a line ends at a newline or a carriage return, and
 * the label comes with the first byte of a line: where nothing follows there
 * is no label either, and a last line without an end gets one.
 */
#ifndef OUTPUT_LABEL_H
#define OUTPUT_LABEL_H

#include <stdbool.h>
#include <stddef.h>

struct label;

/* Bytes on their way to be labelled; in the caller's storage. */
struct label_run {
	const struct label *label;
	const char *data, *end; /* those to come */
	const char *lf, *cr;    /* the next of each, or end */
	size_t due;             /* bytes of the label that go before data */
};

/* Returns the label of tag, which is copied, and a tab. */
struct label *label_new(const char *tag, size_t len);

/* Frees it; NULL is allowed. */
void label_free(struct label *label);

/*
 * How many bytes to label at once, so that the outcome is of bearable size
 * even if all of them are newlines.
 */
size_t label_input_max(const struct label *label);

/*
 * Begins with the len bytes of data, which must stay; mid_line: what came
 * before them did not end a line.
 */
void label_begin(struct label_run *run, const struct label *label,
    const char *data, size_t len, bool mid_line);

/*
 * Writes the next bytes with their labels to buf of size bytes (at least 1).
 * Returns how many; 0 if that was all.  *ret_whole is how many of them are
 * whole lines, ended by a newline.
 */
size_t label_next(
    struct label_run *run, char *buf, size_t size, size_t *ret_whole);

/* After the last label_next(): true if the last line has not ended. */
bool label_is_mid_line(const struct label_run *run);

#endif
