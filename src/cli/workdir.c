#include "workdir.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "options.h"

/*
 * Makes a directory and those above it, as far as they are missing.  If that
 * fails, entering the directory fails, too, and that is reported.
 */
static void
make(const char *directory)
{
	char *path = xstrdup(directory);

	for (char *s = path + 1; *s != '\0'; s++) {
		if (*s != '/')
			continue;
		*s = '\0';
		mkdir(path, 0777);
		*s = '/';
	}
	mkdir(path, 0777);
	free(path);
}

int
workdir_prepare(struct options *options)
{
	const char *directory = options->scope.job.directory;
	char absolute[PATH_MAX], *inside;
	int error = 0;

	if (directory == NULL || options->action != OPTIONS_RUN)
		return 0;
	make(directory);
	inside = xasprintf("%s/.", directory);
	if (access(inside, X_OK) < 0 || realpath(inside, absolute) == NULL)
		error = errno;
	free(inside);
	if (error != 0) {
		msg_warn("--workdir: cannot enter '%s': %s", directory,
		    strerror(error));
		return -1;
	}
	strvec_push(&options->kept, absolute);
	options->scope.job.directory =
	    options->kept.items[options->kept.len - 1];
	if (setenv("PWD", absolute, 1) < 0)
		msg_fatal("out of memory");
	return 0;
}
