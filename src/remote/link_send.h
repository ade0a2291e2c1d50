/* Frames from the controller to an agent: collected, and written once a turn */
#ifndef REMOTE_LINK_SEND_H
#define REMOTE_LINK_SEND_H

#include <stddef.h>
#include <stdint.h>

struct link;

/*
 * Sends a frame, or as many as the payload needs, at the end of this turn of
 * the loop.  Nothing is sent on a connection that has ended.
 */
void link_send(struct link *link, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len);

/* Sends what link->scratch holds, and empties it. */
void link_send_scratch(struct link *link, uint8_t type, uint32_t job);

void link_send_ping(struct link *link);

#endif
