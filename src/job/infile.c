#include "infile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/random.h"
#include "base/xalloc.h"
#include "job.h"
#include "sys/rundir.h"

/* -1 with errno, EEXIST if there is something of that name. */
static int
make(const char *path, bool fifo)
{
	int fd;

	if (fifo)
		return mkfifo(path, 0600);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

int
infile_make(struct job *job, bool fifo)
{
	while (job->place.input == NULL) {
		char *path = xasprintf("%s/" RUNDIR_INPUT "%08x%08x",
		    job->context->inlets.folder, random_below(UINT32_MAX),
		    random_below(UINT32_MAX));
		int error = make(path, fifo) < 0 ? errno : 0;

		if (error == 0) {
			job->place.input = path;
			break;
		}
		free(path);
		if (error != EEXIST) {
			errno = error;
			return -1;
		}
	}
	return 0;
}

void
infile_remove(struct job *job)
{
	if (job->place.input != NULL)
		unlink(job->place.input);
	free(job->place.input);
	job->place.input = NULL;
}
