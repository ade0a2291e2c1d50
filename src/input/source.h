/*
 * Where commands come from: the operands of the command line, or records read
 * from a descriptor as they arrive.
 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

enum source_state {
	SOURCE_RECORD, /* a command */
	SOURCE_WAIT,   /* nothing yet: ask again when the descriptor is readable
			*/
	SOURCE_END,    /* no more */
	SOURCE_ERROR,  /* the input is bad; source_error() says why */
};

/* Commands are the n words; they are not copied. */
struct source *source_from_words(char *const *words, size_t n);

/*
 * Commands are the records of fd (not owned, its flags are not changed), each
 * ended by the delimiter byte or the end of the input.  With lines true a
 * record that is blank, or whose first non-blank is '#', is skipped.
 */
struct source *source_from_fd(int fd, char delimiter, bool lines);

void source_free(struct source *src);

/*
 * Takes the next command.  The text is borrowed until the next call, not
 * terminated, and may not contain a NUL.  Reads from the descriptor only when
 * no whole record is there; it does not block if the descriptor is readable.
 */
enum source_state source_next(
    struct source *src, const char **ret_text, size_t *ret_len);

/* The descriptor to wait for after SOURCE_WAIT, or -1. */
int source_fd(const struct source *src);

/* Why source_next() said SOURCE_ERROR, as a message. */
const char *source_error(const struct source *src);

/* True if every command is known (words, or end of input was seen). */
bool source_ended(const struct source *src);

/* How many commands are sure to come: the operands not yet taken. */
uint64_t source_known(const struct source *src);

/*
 * Counts the commands not yet taken, and drops them: all operands; of a
 * descriptor what was read, and what more can be had at once, up to 1 MiB.
 * source_ended() then says whether that was all.
 */
uint64_t source_left(struct source *src);

#endif
