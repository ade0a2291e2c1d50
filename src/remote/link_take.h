/* What comes from an agent: its greeting, then frames, each acted upon. */
#ifndef REMOTE_LINK_TAKE_H
#define REMOTE_LINK_TAKE_H

#include <stddef.h>

struct link;

/* Takes bytes that were read.  Tells events; the link may have ended then. */
void link_take(struct link *link, const char *data, size_t len);

#endif
