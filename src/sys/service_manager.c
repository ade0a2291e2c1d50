#include "service_manager.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/time.h>

#include "base/xalloc.h"

#define VARIABLE "NOTIFY_SOCKET"

/* Returns 0, or -1 with errno. */
static int
set_name(struct service_manager *manager, const char *value)
{
	size_t len = strlen(value);

	if (*value != '/' && *value != '@') {
		errno = EAFNOSUPPORT;
		return -1;
	}
	if (len >= sizeof(manager->name.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(manager->name.sun_path, value, len + 1);
	manager->len =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	if (*value == '/')
		manager->len++;
	else /* its end is that of the name */
		manager->name.sun_path[0] = '\0';
	return 0;
}

int
service_manager_take(struct service_manager *ret, char **ret_value)
{
	const char *found = getenv(VARIABLE);
	char *value;

	*ret = (struct service_manager){ .name.sun_family = AF_UNIX };
	if (found == NULL)
		return 0;
	value = xstrdup(found);
	unsetenv(VARIABLE); /* jobs are not to have a bad one either */
	if (*value == '\0' || set_name(ret, value) == 0) {
		free(value);
		return 0;
	}
	*ret_value = value;
	return -1;
}

int
service_manager_send(const struct service_manager *manager, const char *text,
    size_t len, bool waits)
{
	const struct timeval second = { .tv_sec = 1 };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof(second));
	if (sendto(fd, text, len, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT),
		(const struct sockaddr *)&manager->name, manager->len) < 0)
		error = errno;
	close(fd);
	errno = error;
	return error == 0 ? 0 : -1;
}
