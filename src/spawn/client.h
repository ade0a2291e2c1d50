/* nursery --spawn: commands for the nursery that we are in. */
#ifndef SPAWN_CLIENT_H
#define SPAWN_CLIENT_H

#include <stdbool.h>

struct source;

/*
 * Hands every command of source to the nursery that NURSERY_SOCKET names, with
 * our directory and environment.  With wait, until all are over.  Returns the
 * exit status: 0, with wait that of the first to fail, or EXITS_NURSERY after
 * saying why in one line.
 */
int client_spawn(struct source *source, bool wait);

#endif
