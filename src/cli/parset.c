#include "parset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "options.h"
#include "sys/fd.h"

static void
say_unwritten(void)
{
	msg_warn("cannot write to standard output: %s", strerror(errno));
}

/* Returns 0, or -1 after a message. */
static int
put(int fd, const char *text)
{
	if (fd_write_all(fd, text, strlen(text)) == 0)
		return 0;
	say_unwritten();
	return -1;
}

static bool
is_array(const struct gnu_options *gnu)
{
	return gnu->parset == PARSET_ARRAY || gnu->parset == PARSET_ASSOC;
}

/* Collects what is written to standard output.  Returns what that was, or -1.
 */
static int
collect(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int text = fd < 0 ? -1 : fd_memory_file();
	int result = text < 0 ? -1 : dup2(text, STDOUT_FILENO);
	int error = errno;

	if (text >= 0)
		close(text);
	if (result < 0 && fd >= 0)
		close(fd);
	errno = error;
	return result < 0 ? -1 : fd;
}

int
parset_begin(struct options *options)
{
	struct gnu_options *gnu = &options->scope.parallel;
	int fd;

	if (gnu->parset == PARSET_NONE)
		return 0;
	fd = collect();
	if (fd < 0) {
		msg_warn("cannot collect standard output: %s", strerror(errno));
		return -1;
	}
	gnu->parset_fd = fd;
	if (!is_array(gnu))
		return 0;
	if (put(STDOUT_FILENO, gnu->names.items[0]) < 0)
		return -1;
	return put(STDOUT_FILENO, "=(");
}

/*
 * Writes what was collected to the descriptor.  Returns 0, or -1 after a
 * message.
 */
static int
put_collected(int fd)
{
	char bytes[BUFSIZ];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(STDOUT_FILENO, bytes, sizeof(bytes), at)) > 0) {
		if (fd_write_all(fd, bytes, (size_t)n) < 0) {
			say_unwritten();
			return -1;
		}
		at += n;
	}
	if (n == 0)
		return 0;
	msg_warn("cannot read what was collected: %s", strerror(errno));
	return -1;
}

int
parset_end(const struct options *options, int status)
{
	const struct gnu_options *gnu = &options->scope.parallel;
	int fd = gnu->parset_fd > 0 ? gnu->parset_fd : STDOUT_FILENO;
	bool failed = status < 0, delivered = true;
	char text[32];

	if (gnu->parset != PARSET_NONE) {
		if (gnu->parset_fd > 0 && !failed)
			delivered = put_collected(fd) == 0 &&
			    (!is_array(gnu) || put(fd, ")\n") == 0);
		failed |= !delivered;
		snprintf(text, sizeof(text), "\nreturn %d",
		    failed ? msg_failure() : status);
		/* a failure is told once */
		if (delivered)
			failed |= put(fd, text) < 0;
		else
			fd_write_all(fd, text, strlen(text));
	}
	return failed ? msg_failure() : status;
}
