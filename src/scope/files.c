#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/resource.h>

#include "base/msg.h"
#include "feed.h"
#include "feed_source.h"
#include "output/output.h"
#include "record/recorder.h"
#include "state.h"
#include "sys/fd.h"

/* A soft limit below this is raised at once.  Also what a message advises. */
#define ENOUGH 64
/* What every run opens: epoll, /dev/null, signalfd; and the pidfd of a job. */
#define EVERY_RUN 4
/* The most that is looked for. */
#define NEEDED_MAX 32

/* How many descriptors can still be opened, at most NEEDED_MAX are asked for.
 */
static int
count_free(int wanted)
{
	int fds[NEEDED_MAX], n = 0;

	while (n < wanted && n < NEEDED_MAX) {
		fds[n] = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		if (fds[n] < 0)
			break;
		n++;
	}
	for (int i = 0; i < n; i++)
		close(fds[i]);
	return n < NEEDED_MAX ? n : wanted;
}

/* Ends the program: so many descriptors are missing, or more. */
static _Noreturn void
end(const struct scope *scope, int missing)
{
	bool reports = recorder_files(&scope->options->records) > 0;
	struct rlimit limit;
	unsigned long long most, needed;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		limit.rlim_max = 0;
	most = limit.rlim_max;
	needed = most + (unsigned long long)missing;
	msg_fatal("only %llu files may be open at once, and at least %llu are "
		  "needed: raise the limit (try 'ulimit -n %llu')%s (nothing "
		  "was started)",
	    most, needed,
	    needed < ENOUGH ? (unsigned long long)ENOUGH : needed + ENOUGH,
	    reports ? ", or ask for fewer reports" : "");
}

void
files_init(struct scope *scope)
{
	struct rlimit *nofile = &scope->admission.nofile;
	int needed = EVERY_RUN + recorder_files(&scope->options->records);
	struct rlimit limit;
	int found;

	if ((getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < ENOUGH &&
		fd_raise_limit(nofile) > 0) ||
	    fd_keep_reserve(nofile) > 0)
		scope->context.nofile = nofile;
	found = count_free(needed);
	if (found < needed)
		end(scope, needed - found);
}

void
files_refuse(struct scope *scope, int error)
{
	if (error == EMFILE)
		end(scope, 1);
}

bool
files_raise(struct scope *scope, int error)
{
	struct rlimit *nofile = &scope->admission.nofile;

	if ((error != EMFILE && error != ENFILE) ||
	    scope->context.nofile != NULL || fd_raise_limit(nofile) <= 0)
		return false;
	scope->context.nofile = nofile;
	return true;
}

bool
files_find(struct scope *scope, int error)
{
	return files_raise(scope, error) ||
	    (error == EMFILE &&
		(output_spare(scope->context.output) ||
		    feeds_spare(&scope->feeds)));
}

void
files_check(struct scope *scope)
{
	int needed = 2 * capture_pipes(scope->context.output) + 1, found;

	if (scope->options->agent == NULL)
		needed +=
		    feed_source_files(scope->feeds.items[FEED_SOURCE].arg);
	do
		found = count_free(needed);
	while (found < needed && files_find(scope, EMFILE));
	if (found < needed)
		end(scope, needed - found);
}
