/*
 * A reel: bytes that several read, each at its own pace and from the start.
 *
 * They are in files without a name, the first of which is in memory: if readers
 * keep up, there is no other.  A reader gets slices of them, see base/block.h;
 * so a file lives on as long as a reader needs it, whatever was dropped here.
 */
#ifndef STORE_REEL_H
#define STORE_REEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reel_part;
struct slice;

struct reel {
	const char *dir;         /* of the files; borrowed */
	struct reel_part *parts; /* in their order; owned */
	size_t n, cap;
	uint64_t start; /* of the first part: what was before it is dropped */
	uint64_t end;   /* how many bytes were ever appended */
};

/* Prepares a reel in the caller's storage; opens nothing. */
void reel_init(struct reel *reel, const char *dir);

void reel_release(struct reel *reel);

/*
 * Puts bytes behind the others.  Returns 0, or -1 with errno if there is no
 * room, or no file can be made: then it is not known how many were put.
 */
int reel_append(struct reel *reel, const char *data, size_t len);

/*
 * Shows the bytes from that place on, at most so many and those of one file.
 * *ret has a borrowed reference.  False if there are none yet.
 */
bool reel_look(
    const struct reel *reel, uint64_t at, uint64_t most, struct slice *ret);

/* Nobody needs what is before that place any more: drops whole files of it. */
void reel_drop(struct reel *reel, uint64_t before);

#endif
