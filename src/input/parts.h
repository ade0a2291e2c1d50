/*
 * --pipe-part: files in parts that begin and end where records do.  The files
 * are read only around the ends of the parts.
 */
#ifndef INPUT_PARTS_H
#define INPUT_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/block.h"
#include "blocks.h"
#include "item.h"

struct parts;

struct parts_options {
	const char *const *paths; /* borrowed */
	size_t n_paths;
	int64_t share; /* > 0: the size is the files' in so many parts */
	/* size, header, skip_first, headed and cut count; see blocks.h */
	struct blocks_options blocks;
};

/*
 * Opens the files.  NULL with a message in *ret_error, which the caller frees,
 * if one is no file that can be read at any place.
 */
struct parts *parts_new(const struct parts_options *options, char **ret_error);

/* NULL is allowed. */
void parts_free(struct parts *parts);

/* As blocks_next() and its kin; a header is that of the file at hand. */
enum source_state parts_next(struct parts *parts, struct slice *ret);
const struct slice *parts_header(const struct parts *parts);
const char *parts_error(const struct parts *parts);

#endif
