/*
 * The store: the room that all queues share, in memory and in a file.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "pool.h"
#include "spool.h"

#define STORE_SCRATCH 262144

struct store {
	struct pool pool;   /* memory */
	struct spool spool; /* a file, for what has no room in memory */
	uint64_t waiting;   /* bytes in all queues */
	bool full; /* both had no room for what came last: read little */
	/*
	 * STORE_SCRATCH bytes for a read that is dealt with at once; owned.
	 * Queues read the file into it.
	 */
	char *scratch;
};

/* The argument buffer of store_init() if the user does not set one. */
#define STORE_DEFAULT (-1)

/*
 * Prepares a store in the caller's storage, for buffer bytes in memory and a
 * file in the folder dir.  STORE_DEFAULT is 64 MiB, or a quarter of the memory
 * that there is, whichever is less.
 */
void store_init(struct store *store, int64_t buffer, const char *dir);

/*
 * The same for at most buffer bytes, or a quarter of the memory that there is:
 * nobody has asked for that many.
 */
void store_init_modest(struct store *store, int64_t buffer, const char *dir);

/* Frees what was prepared; every queue must have been released. */
void store_release(struct store *store);

#endif
