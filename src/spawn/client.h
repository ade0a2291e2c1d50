/* nursery --spawn: hands commands to the nursery that we are a job of. */
#ifndef SPAWN_CLIENT_H
#define SPAWN_CLIENT_H

#include <stdbool.h>

struct source;

/*
 * Hands every command of source to the nursery that NURSERY_SOCKET names, with
 * our directory and environment; with wait true it returns only when all of
 * them are over.  Returns the exit status: 0; with wait true that of the first
 * command to fail; or EXITS_NURSERY after saying why in one line.
 */
int client_spawn(struct source *source, bool wait);

#endif
