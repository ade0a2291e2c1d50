/*
 * Telling whoever has started us that we are ready: sd_notify(3), from the
 * other side than ready/notify.c.
 */
#ifndef SYS_NOTIFIER_H
#define SYS_NOTIFIER_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/socket.h>
#include <sys/un.h>

struct notifier {
	struct sockaddr_un name;
	socklen_t len; /* of the name; 0: nobody wants to be told */
};

/*
 * Takes $NOTIFY_SOCKET, a path or with @ before it an abstract name, out of the
 * environment, so that our children do not use it in our place.  Returns 0,
 * also if it is not set; or -1 with errno if nothing can be told there: then
 * its value is in *ret_value, from malloc(3).
 */
int notifier_take(struct notifier *ret, char **ret_value);

/*
 * Sends len bytes, lines as sd_notify(3) has them.  If waits, it does so for a
 * second at most.  Returns 0, or -1 with errno.
 */
int notifier_send(
    const struct notifier *notifier, const char *text, size_t len, bool waits);

#endif
