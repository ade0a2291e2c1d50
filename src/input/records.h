/*
 * The records of a descriptor, as they arrive: each ended by the delimiter or
 * by the end of the input.  Never blocks.
 */
#ifndef INPUT_RECORDS_H
#define INPUT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/parse.h"
#include "item.h"

struct records {
	int fd;     /* or -1 */
	bool owned; /* close it at the end */
	bool fifo;  /* we opened it: no writer yet is not the end */
	struct delimiter delimiter;
	bool eof;
	int error;      /* errno after SOURCE_ERROR */
	size_t max;     /* of a longer record the rest is dropped; 0: none */
	uint64_t count; /* taken so far */
	struct buf buf;
	size_t start;   /* of the first record not yet taken */
	size_t scanned; /* no delimiter begins between start and here */
};

/* The fd stays the caller's, its flags are not changed. */
void records_init(struct records *r, int fd, const struct delimiter *delimiter);

/*
 * Opens the file, fifos without waiting for a writer.  Returns 0; or -1 with
 * errno, EISDIR for a directory.
 */
int records_open(
    struct records *r, const char *path, const struct delimiter *delimiter);

void records_release(struct records *r);

/*
 * Takes the next record, reading only when no whole one is there, and then only
 * so much that others have their turn.  The text is borrowed until the next
 * call.  After SOURCE_WAIT poll r->fd for reading;
 * after SOURCE_ERROR see r->error.
 */
enum source_state records_next(
    struct records *r, const char **ret_text, size_t *ret_len);

/* The same from what was read already: false if that holds no whole record. */
bool records_take(struct records *r, const char **ret_text, size_t *ret_len);

/*
 * Reads once, at most RECORDS_READ_SIZE.  SOURCE_RECORD says that it did, or
 * met the end; the text taken last is no longer valid.
 */
enum source_state records_fill(struct records *r);

#define RECORDS_READ_SIZE (64 * 1024)

/* True if the end was seen and nothing is left. */
bool records_ended(const struct records *r);

#endif
