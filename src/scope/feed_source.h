/* The commands of the user as jobs. */
#ifndef SCOPE_FEED_SOURCE_H
#define SCOPE_FEED_SOURCE_H

#include "feed.h"

struct source;

/* Returns the feed of a source, which is borrowed. */
struct feed feed_source_new(struct scope *scope, struct source *source);
void feed_source_free(struct feed *feed);

#endif
