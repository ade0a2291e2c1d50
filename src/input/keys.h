/*
 * What lines are told apart by: a column of each, or what Perl code makes of
 * it, for --group-by, --shard and --bin.
 */
#ifndef INPUT_KEYS_H
#define INPUT_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "item.h"

struct column;
struct keys;
struct perl;

struct keys_options {
	struct column *column; /* borrowed */
	bool csv;              /* lines are records of csv.h */
	struct perl *perl;     /* borrowed; NULL: there is no code */
	const char *code;      /* which changes $_, the column */
};

/*
 * Returns the keys; NULL with a message in *ret_error, which the caller frees,
 * if the code cannot be compiled.
 */
struct keys *keys_new(const struct keys_options *options, char **ret_error);

/* NULL is allowed. */
void keys_free(struct keys *keys);

/*
 * Finds the keys of the lines in these bytes, the last of which may have no
 * end.  SOURCE_RECORD: they are there.  SOURCE_WAIT: ask the same again when
 * keys_fd() can be read; SOURCE_ERROR: see keys_error().
 */
enum source_state keys_find(struct keys *keys, const char *data, size_t len);

/*
 * After that: so many lines there are, where one ends, and its key, borrowed
 * until keys_find() is asked for other lines.
 */
size_t keys_lines(const struct keys *keys);
size_t keys_line_end(const struct keys *keys, size_t line);
struct argument keys_of(const struct keys *keys, size_t line);

/* True while keys_find() waits for what the code says. */
bool keys_are_awaited(const struct keys *keys);

int keys_fd(const struct keys *keys);
const char *keys_error(const struct keys *keys);

#endif
