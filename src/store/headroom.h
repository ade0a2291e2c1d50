/*
 * Headroom: whether there is memory for more bytes that wait.  We ask before
 * memory runs out, since that would kill us or another process.
 */
#ifndef STORE_HEADROOM_H
#define STORE_HEADROOM_H

#include <stdbool.h>
#include <stdint.h>

/* How much of the memory that there is may be used. */
enum headroom_share {
	HEADROOM_QUARTER,
	/* half, for a file in memory, which is not in our address space */
	HEADROOM_FILE,
	HEADROOM_MOST, /* all but a reserve */
};

struct headroom {
	enum headroom_share share;
	int64_t allowed;    /* we look again when more bytes are in use */
	bool tight;         /* the last look, or malloc(3), said no */
	int64_t tight_used; /* bytes in use when it said no */
	int refused;        /* requests since it said no */
};

/* Prepares it in the caller's storage. */
void headroom_init(struct headroom *headroom, enum headroom_share share);

/*
 * True if so many more bytes may be taken while used bytes are in use.  Looks
 * at the memory of the machine only now and then.
 */
bool headroom_has(struct headroom *headroom, int64_t used, int64_t more);

/* There was no memory although headroom_has() was true. */
void headroom_end(struct headroom *headroom, int64_t used);

/* Bytes were given back: now so many are in use. */
void headroom_give(struct headroom *headroom, int64_t used);

#endif
