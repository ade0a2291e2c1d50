/*
 * Labelling: the bytes of one job, or of one of its two streams, get a label
 * before each line.
 *
 * A line ends at a newline or a carriage return, as in GNU parallel.  The label
 * is written with the first byte of its line, when it has the time of that
 * byte: so there is none after the last newline, but a last line that does not
 * end has one.
 *
 * Where there are colours, what the job has coloured is not at the end of its
 * line, and goes on in its next one: see sgr.h.
 */
#ifndef OUTPUT_LABELLING_H
#define OUTPUT_LABELLING_H

#include <stdbool.h>
#include <stddef.h>

struct label;
struct labelling;
struct stamp;

/* Size of the buffer that lines are labelled in. */
#define LABELLED_SIZE 262144

/* Bytes that labelling_end() writes at most. */
#define LABELLING_END_MAX 8

/*
 * Returns the state for bytes that are to be labelled.  label and stamp are
 * borrowed.  label may be NULL: then only colours are kept to their lines.
 */
struct labelling *labelling_new(
    const struct label *label, const struct stamp *stamp, bool coloured);

/* Frees it; NULL is allowed. */
void labelling_free(struct labelling *l);

/* Begins anew, as if no byte had come. */
void labelling_reset(struct labelling *l);

/*
 * How many bytes to label in one go at most, so that the outcome is not too big
 * even if all of them are newlines.
 */
size_t labelling_input_max(const struct labelling *l);

/*
 * Begins to label the len bytes of data, which must stay valid until all of it
 * is labelled.
 */
void labelling_begin(struct labelling *l, const char *data, size_t len);

/*
 * Writes the next bytes with their labels to buf, which has room for size bytes
 * (at least 1).  Returns how many bytes it wrote; 0 if all is written.
 * *ret_whole is how many of them are up to and with the last newline.
 */
size_t labelling_next(
    struct labelling *l, char *buf, size_t size, size_t *ret_whole);

/*
 * The bytes end here: writes what ends their last line, which has not ended by
 * itself, to buf: colours off, and a newline if one is wanted.  Returns how
 * many bytes that is.
 */
size_t labelling_end(
    struct labelling *l, bool newline, char buf[LABELLING_END_MAX]);

#endif
