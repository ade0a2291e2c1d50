#include "parset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "options.h"
#include "sys/fd.h"

/* Writes all of it to the descriptor, if that can be done. */
static void
put(int fd, const char *text)
{
	if (fd_write_all(fd, text, strlen(text)) < 0)
		msg_warn(
		    "cannot write to standard output: %s", strerror(errno));
}

static bool
is_array(const struct gnu_options *gnu)
{
	return gnu->parset == PARSET_ARRAY || gnu->parset == PARSET_ASSOC;
}

int
parset_begin(struct options *options)
{
	const struct gnu_options *gnu = &options->scope.parallel;
	int fd;

	if (gnu->parset == PARSET_NONE)
		return 0;
	fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (fd < 0) {
		msg_warn(
		    "cannot keep standard output open: %s", strerror(errno));
		return -1;
	}
	options->scope.parallel.parset_fd = fd;
	if (!is_array(gnu))
		return 0;
	put(STDOUT_FILENO, gnu->names.items[0]);
	put(STDOUT_FILENO, "=(");
	return 0;
}

void
parset_end(const struct options *options, int status)
{
	const struct gnu_options *gnu = &options->scope.parallel;
	bool begun = options->scope.parallel.parset_fd > 0;
	char text[32];

	if (gnu->parset == PARSET_NONE)
		return;
	snprintf(text, sizeof(text), "%s\nreturn %d",
	    begun && is_array(gnu) ? ")\n" : "", status);
	put(begun ? options->scope.parallel.parset_fd : STDOUT_FILENO, text);
}
