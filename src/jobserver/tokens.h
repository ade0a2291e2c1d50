/*
 * The tokens that we hold of a job server.
 *
 * A token is one byte in a pipe; whoever takes it may run one more job, and
 * puts the same byte back.  The bytes that are held are in memory that is
 * shared with a child process, so that whichever of the two is left can give
 * them back.
 */
#ifndef JOBSERVER_TOKENS_H
#define JOBSERVER_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

struct jobserver_address;
struct tokens;

/*
 * Opens the pipe of the server once more, so that we can read without waiting
 * and change nothing for others who have it open.  Returns NULL with errno if
 * that is not possible: the descriptors are not open or are no pipe, or there
 * is no such FIFO.
 */
struct tokens *tokens_open(const struct jobserver_address *address);

/* Gives back what is held, and frees.  NULL is allowed. */
void tokens_free(struct tokens *tokens);

/* A descriptor that is readable when a token may be free; only to be watched.
 */
int tokens_fd(const struct tokens *tokens);

/*
 * Takes a token if there is one; never waits.  False if there is none, or no
 * server any more: see tokens_are_lost().
 */
bool tokens_take(struct tokens *tokens);

/* True if the server has gone: there will never be another token. */
bool tokens_are_lost(const struct tokens *tokens);

/* How many are held. */
size_t tokens_held(const struct tokens *tokens);

/* Gives back all that are held but the first ones; keep says how many. */
void tokens_give_back(struct tokens *tokens, size_t keep);

#endif
