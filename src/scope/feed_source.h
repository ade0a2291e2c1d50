/* The commands of the user as jobs. */
#ifndef SCOPE_FEED_SOURCE_H
#define SCOPE_FEED_SOURCE_H

#include <stdbool.h>

#include "feed.h"

struct source;

/* Returns the feed of a source, which is borrowed. */
struct feed feed_source_new(struct scope *scope, struct source *source);
void feed_source_free(struct feed *feed);

/*
 * How many commands are to come, as far as one can look ahead, see
 * source_ahead(); arg of the feed.
 */
uint64_t feed_source_ahead(void *feed, bool *ret_all);

/* True if nothing can be read for now; arg of the feed. */
bool feed_source_waits(const void *feed);

/*
 * How many descriptors a job needs for what it is given to read; arg of the
 * feed.
 */
int feed_source_files(const void *feed);

/* For what, to follow "waiting for". */
const char *feed_source_awaits(const void *feed);

#endif
