#include "foreground.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "contain/front.h"
#include "state.h"
#include "sys/process.h"
#include "sys/tty.h"

void
foreground_init(struct foreground *foreground, struct scope *scope)
{
	*foreground = (struct foreground){ .scope = scope, .fd = -1 };
}

void
foreground_release(struct foreground *foreground)
{
	if (foreground->fd >= 0)
		close(foreground->fd);
	foreground->fd = -1;
}

/*
 * Opens our terminal for the job, which is in the foreground there unless we
 * are not, or another job is.  Without a terminal it reads nothing.
 */
static int
equip(struct job *job, struct process_request *request)
{
	struct foreground *foreground = job->owner;
	pid_t ours = front_group(foreground->scope->front);

	if (foreground->fd < 0)
		foreground->fd =
		    open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (foreground->fd < 0)
		return 0;
	request->fds[0] = foreground->fd;
	request->foreground = tty_foreground() == ours;
	foreground->gave |= request->foreground;
	return 0;
}

/* Ctrl-C at a terminal where a job is in the foreground is meant for us, too.
 */
static void
judged(struct job *job)
{
	const struct foreground *foreground = job->owner;
	const struct outcome *outcome = &job->attempt.outcome;

	if (outcome->kind == OUTCOME_KILLED && outcome->detail == SIGINT &&
	    tty_foreground() == job->family.leader.member.pid)
		front_signal(foreground->scope->front, SIGINT);
}

/*
 * A shell in the job may have brought a group of its own to the foreground,
 * which was then killed with the job: nobody is left there.  But a shell that
 * has put us into the background keeps the terminal.
 */
static void
over(struct job *job)
{
	const struct foreground *foreground = job->owner;
	pid_t group = foreground->gave ? tty_foreground() : -1;

	if (group > 0 &&
	    (group == job->family.leader.member.pid ||
		(kill(-group, 0) < 0 && errno == ESRCH)))
		tty_set_foreground(front_group(foreground->scope->front));
}

void
foreground_give(struct foreground *foreground, struct job *job)
{
	static const struct job_hooks hooks = {
		.equip = equip, .judged = judged, .over = over
	};

	assert(job->hooks == NULL && job->owner == NULL);
	job->hooks = &hooks;
	job->owner = foreground;
}
