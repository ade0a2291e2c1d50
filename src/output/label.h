/*
 * Labels: what --tag puts before each line of a job.
 *
 * A line ends at a newline or a carriage return, as in GNU parallel.  The label
 * is written with the first byte of its line: so there is none after the last
 * newline, but a last line that does not end has one.
 */
#ifndef OUTPUT_LABEL_H
#define OUTPUT_LABEL_H

#include <stdbool.h>
#include <stddef.h>

struct label;

/* Bytes that are being labelled, piece by piece; in the caller's storage. */
struct label_run {
	const struct label *label;
	const char *data, *end; /* bytes still to be labelled */
	const char *lf, *cr;    /* next newline and carriage return, or end */
	size_t label_left;      /* last bytes of a label that go before data */
};

/*
 * Returns a label: the len bytes of tag, which are copied, and a tab.  The
 * caller has made safe what comes from arguments or commands, see msg_safe().
 */
struct label *label_new(const char *tag, size_t len);

/* Frees it; NULL is allowed. */
void label_free(struct label *label);

/*
 * How many bytes to label in one run at most, so that the outcome is not too
 * big even if all of them are newlines.
 */
size_t label_input_max(const struct label *label);

/*
 * Begins to label the len bytes of data, which must stay valid during the run.
 * Mid_line: they continue a line that has its label already.
 */
void label_begin(struct label_run *run, const struct label *label,
    const char *data, size_t len, bool mid_line);

/*
 * Writes the next bytes with their labels to buf, which has room for size bytes
 * (at least 1).  Returns how many bytes it wrote; 0 if the run is over.
 * *ret_whole is how many of them are up to and with the last newline.
 */
size_t label_next(
    struct label_run *run, char *buf, size_t size, size_t *ret_whole);

/* After the end of the run: true if the last line has not ended. */
bool label_is_mid_line(const struct label_run *run);

#endif
