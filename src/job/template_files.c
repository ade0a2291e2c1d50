#include "template_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "job.h"
#include "options.h"
#include "sys/fd.h"

/*
 * Nothing is opened that could make us wait.  Returns a descriptor, or -1 with
 * errno: ENXIO for what is no regular file.
 */
static int
open_file(const char *path)
{
	int fd = open(path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    0666);
	struct stat st;
	int error = ENXIO;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		error = errno;
	else if (S_ISREG(st.st_mode))
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* Leaves no file that is cut.  Returns 0 or an errno. */
static int
write_file(const char *path, const char *text)
{
	int fd = open_file(path), error = 0;

	if (fd < 0)
		return errno;
	if (fd_write_all(fd, text, strlen(text)) < 0)
		error = errno;
	if (close(fd) < 0 && error == 0)
		error = errno;
	if (error != 0)
		unlink(path);
	return error;
}

/* Returns the error; one that is waited for is said by those who wait. */
static int
say_error(const char *path, int error)
{
	if (error != ENOSPC && error != EMFILE && error != ENFILE &&
	    error != ENOMEM)
		msg_warn("--template: cannot write '%s': %s", path,
		    error == ENXIO ? "it is no regular file" : strerror(error));
	return error;
}

int
template_files_write(struct job *job)
{
	const struct strvec *files = &job->place.files;

	for (size_t i = 0; i + 1 < files->len; i += 2) {
		int error = write_file(files->items[i], files->items[i + 1]);

		if (error != 0)
			return say_error(files->items[i], error);
		if (job->place.n_written < i + 2)
			job->place.n_written = i + 2;
	}
	return 0;
}

void
template_files_remove(struct job *job)
{
	const struct strvec *files = &job->place.files;

	if (!job->context->options->cleanup)
		return;
	for (size_t i = 0; i < job->place.n_written; i += 2)
		if (unlink(files->items[i]) < 0 && errno != ENOENT)
			msg_warn("--cleanup: cannot remove '%s': %s",
			    files->items[i], strerror(errno));
}
