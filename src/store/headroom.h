/*
 * Headroom: whether there is memory for more bytes that wait.  It is looked at
 * before memory runs out, which would kill us, or whoever else needs some.
 */
#ifndef STORE_HEADROOM_H
#define STORE_HEADROOM_H

#include <stdbool.h>
#include <stdint.h>

/* How much of the memory that there is may be used. */
enum headroom_share {
	HEADROOM_QUARTER,
	HEADROOM_FILE, /* half, by a file in memory: the limits of our own */
	/* address space do not count it */
	HEADROOM_MOST, /* all but a reserve */
};

struct headroom {
	enum headroom_share share;
	int64_t allowed;    /* bytes in use until it is looked again */
	bool tight;         /* the last look, or malloc(3), said no */
	int64_t tight_used; /* bytes that were in use then */
	int refused;        /* requests since then */
};

/* Prepares it in the caller's storage. */
void headroom_init(struct headroom *headroom, enum headroom_share share);

/*
 * True if more bytes may be taken where used bytes are in use.  Looks at the
 * memory only now and then.
 */
bool headroom_has(struct headroom *headroom, int64_t used, int64_t more);

/* There was no memory although headroom_has() was true. */
void headroom_end(struct headroom *headroom, int64_t used);

/* Bytes were given back: now so many are in use. */
void headroom_give(struct headroom *headroom, int64_t used);

#endif
