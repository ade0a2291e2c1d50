/*
 * What the worker has to say to whoever has started nursery goes by way of the
 * front: systemd heeds no other process.
 */
#ifndef CONTAIN_NOTES_H
#define CONTAIN_NOTES_H

#include <stdbool.h>
#include <stddef.h>

struct notifier;

/*
 * Makes the way from worker to front: ret_fds[0] is the end of the front; both
 * are -1 if nobody wants to be told.  Returns 0, or -1 with errno.
 */
int notes_open(const struct notifier *notifier, int ret_fds[2]);

/* Keeps fd, one end of it, and closes the other end.  Returns fd. */
int notes_keep(int fd, int other);

/* In the worker: posts len bytes; true if the front is to be woken for them. */
bool notes_post(int fd, const char *text, size_t len);

/*
 * In the front: sends what the worker has posted.  Says it once, noted in
 * *unheard, if nobody hears; and waits no more from then on.
 */
void notes_send(int fd, const struct notifier *notifier, bool *unheard);

#endif
