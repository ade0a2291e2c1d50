/*
 * Bytes that several may need and that are not copied: in memory or in a file.
 * A block is freed when the last of them gives up its reference.
 */
#ifndef BASE_BLOCK_H
#define BASE_BLOCK_H

#include <stddef.h>
#include <stdint.h>

struct block {
	size_t refs;
	char *data;  /* size bytes, not initialised; NULL: they are in a file */
	size_t size; /* of data */
	int fd;      /* the file; owned; -1: there is none */
};

/* Some bytes of a block, with a reference to it. */
struct slice {
	struct block *block;
	uint64_t at; /* the first of them, from the start of memory or file */
	uint64_t len;
};

/*
 * Returns a block of so many bytes of memory, with one reference.  Behind them
 * is a NUL, for functions that look for the end of a string, as regexec(3) may.
 */
struct block *block_new(size_t size);

/* Returns a block of this memory, which it owns from now on. */
struct block *block_of_memory(char *data, size_t size);

/*
 * Returns a block of the file, whose descriptor it owns and which can be read
 * at any place; with one reference.
 */
struct block *block_of_file(int fd);

/* Returns the block, with one more reference. */
struct block *block_ref(struct block *block);

/* Gives up a reference; NULL is allowed. */
void block_unref(struct block *block);

#endif
