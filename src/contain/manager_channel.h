/*
 * What the worker has to say to the service manager, see sys/service_manager.h,
 * goes by way of the front: systemd heeds no other process.
 */
#ifndef CONTAIN_MANAGER_CHANNEL_H
#define CONTAIN_MANAGER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

struct service_manager;

/*
 * Makes the way from worker to front: ret_fds[0] is the end of the front; both
 * are -1 if nobody wants to be told.  Returns 0, or -1 with errno.
 */
int manager_channel_open(const struct service_manager *manager, int ret_fds[2]);

/* Keeps fd, one end of it, and closes the other end.  Returns fd. */
int manager_channel_keep(int fd, int other);

/* In the worker: posts len bytes; true if the front is to be woken for them. */
bool manager_channel_post(int fd, const char *text, size_t len);

/*
 * In the front: sends what the worker has posted.  Says it once, noted in
 * *unheard, if nobody hears; and waits no more from then on.
 */
void manager_channel_send(
    int fd, const struct service_manager *manager, bool *unheard);

#endif
