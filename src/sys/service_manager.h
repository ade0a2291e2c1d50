/*
 * The service manager: whoever has started us as a service of its own, systemd
 * or another nursery, and gave us a notification socket on which we say that we
 * are ready, as sd_notify(3) does.  The sockets that our own services have from
 * us are in ready/notify_socket.h.
 */
#ifndef SYS_SERVICE_MANAGER_H
#define SYS_SERVICE_MANAGER_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/socket.h>
#include <sys/un.h>

struct service_manager {
	struct sockaddr_un name;
	socklen_t len; /* of the name; 0: nobody wants to be told */
};

/*
 * Takes $NOTIFY_SOCKET, a path or with @ before it an abstract name, out of the
 * environment, so that our children do not use it in our place.  Returns 0,
 * also if it is not set; or -1 with errno if nothing can be told there: then
 * its value is in *ret_value, from malloc(3).
 */
int service_manager_take(struct service_manager *ret, char **ret_value);

/*
 * Sends len bytes, lines as sd_notify(3) has them.  If waits, it does so for a
 * second at most.  Returns 0, or -1 with errno.
 */
int service_manager_send(const struct service_manager *manager,
    const char *text, size_t len, bool waits);

#endif
