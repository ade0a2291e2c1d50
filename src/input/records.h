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

struct budget;

struct records {
	int fd;     /* the descriptor that is read, or -1 */
	bool owned; /* records_release() closes the descriptor */
	bool fifo;  /* a FIFO that we opened: it has not ended while nobody has
		       opened it for writing */
	struct delimiter delimiter; /* what ends each record */
	struct budget *budget;      /* what the call under way may use */
	bool eof;                   /* nothing more can be read */
	int error;                  /* errno of a read that failed, or 0 */
	size_t max;                 /* longest record; 0: no limit */
	/*
	 * A record longer than max loses the rest; false: it is taken before
	 * its end has come, longer than max, so that the caller can refuse it.
	 */
	bool cut;
	uint64_t count;  /* records taken so far */
	struct buf buf;  /* bytes read, from start on not taken yet */
	uint64_t before; /* bytes read before the first one in buf */
	size_t start;    /* offset in buf of the first record not yet taken */
	size_t scanned;  /* no delimiter begins between start and here */
};

/*
 * Prepares to read fd, which stays the caller's and whose flags are not
 * changed.  The budget is the caller's, too, and must live on: what is read and
 * taken is spent from it.
 */
void records_init(struct records *r, int fd, const struct delimiter *delimiter,
    struct budget *budget);

/*
 * Opens the file instead, and owns its descriptor; a FIFO without waiting for a
 * writer.  Returns 0; or -1 with errno, EISDIR for a directory.
 */
int records_open(struct records *r, const char *path,
    const struct delimiter *delimiter, struct budget *budget);

/* Frees what was read, and closes the descriptor if it is owned. */
void records_release(struct records *r);

/*
 * Takes the next record, reading only when no whole one is there.  The text is
 * borrowed until the next call.  After SOURCE_AGAIN the budget is spent; after
 * SOURCE_WAIT poll r->fd for reading; after SOURCE_ERROR see r->error.
 */
enum source_state records_next(
    struct records *r, const char **ret_text, size_t *ret_len);

/*
 * Takes the next record if what was read already holds a whole one; else
 * returns false.  Looks at no budget.
 */
bool records_take(struct records *r, const char **ret_text, size_t *ret_len);

/*
 * Reads once, at most RECORDS_READ_SIZE.  SOURCE_RECORD says that it did, or
 * met the end; the text taken last is no longer valid.  Looks at no budget.
 */
enum source_state records_fill(struct records *r);

/* Forgets what was read, and reads no more. */
void records_drop(struct records *r);

#define RECORDS_READ_SIZE (64 * 1024)

/* True if the end was seen and nothing is left. */
bool records_ended(const struct records *r);

#endif
