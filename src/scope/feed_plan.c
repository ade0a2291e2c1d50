#include "feed_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/wait.h>

#include "base/xalloc.h"
#include "contain/foreign.h"
#include "contain/proctree.h"
#include "contain/scan.h"
#include "job.h"
#include "service.h"
#include "state.h"

struct special {
	const struct plan_item *options;
	const struct kind *kind;
	struct nursery *nursery;
	struct job *job;         /* while it lives */
	struct service *service; /* if it is one, from its beginning on */
	bool begun;
	bool stopped;      /* it was told to end because the work is over */
	struct loop_io io; /* of the pidfd of one that is not our child */
};

struct specials {
	struct special *items; /* in the order of the options */
	size_t len;
};

/* The name of the program, as far as the text of a command tells. */
static char *
program_name(const char *command)
{
	size_t len = strcspn(command, " \t\n;&|<>()'\"");
	const char *slash = memrchr(command, '/', len);
	size_t start = slash != NULL ? (size_t)(slash - command) + 1 : 0;

	if (start == len)
		return xstrdup("service");
	return xmemdup0(command + start, len - start);
}

/* Its lines carry the program's name, numbered from the second of a name on. */
static void
make_service(struct special *special)
{
	struct nursery *n = special->nursery;
	char *name = program_name(special->options->command), *other, *numbered;
	int same = 1;

	for (struct special *s = n->specials->items; s < special; s++) {
		if (!s->kind->vital)
			continue;
		other = program_name(s->options->command);
		same += strcmp(name, other) == 0;
		free(other);
	}
	numbered = same > 1 ? xasprintf("%s %d", name, same) : xstrdup(name);
	special->service =
	    service_new(n, special->options, special->job, numbered);
	special->job->service = special->service;
	free(numbered);
	free(name);
}

static struct job *
begin(struct special *special, const char *text)
{
	struct nursery *n = special->nursery;

	special->begun = true;
	special->job = job_new(
	    n, special->options->kind, ++n->admitted, text, strlen(text));
	if (special->kind->takes_slot)
		special->job->slot = admission_take_slot(n);
	n->work += special->kind->holds_open && !special->kind->cleanup;
	if (special->kind->vital)
		make_service(special);
	return special->job;
}

/* Our nature is to wait for children; this one tells by its pidfd. */
static void
adopted_ended(struct loop_io *io, uint32_t events)
{
	struct special *special = io->arg;
	struct nursery *n = special->nursery;
	struct job *job = special->job;
	int code = CLD_EXITED, status = 0;

	(void)events;
	loop_del(n->loop, io);
	if (job->family.leader.exited)
		return;
	foreign_status(job->family.leader.pidfd, job->family.leader.member.pid,
	    &code, &status);
	scan_leader_ended(&job->family, code, status);
}

static void
adopt(struct special *special)
{
	const struct plan_item *options = special->options;
	struct nursery *n = special->nursery;
	char name[32], *text;
	struct job *job;

	proctree_name(n->contain->proctree, options->pid, name, sizeof(name));
	text = xasprintf("%d %s", (int)options->pid, name);
	job = begin(special, text);
	free(text);
	family_started(&job->family, options->pid,
	    fcntl(options->pidfd, F_DUPFD_CLOEXEC, 0));
	special->io.ready = adopted_ended;
	special->io.arg = special;
	admission_join(n, job);
	job_began(job);
	if (job->family.leader.pidfd < 0 ||
	    loop_add(n->loop, &special->io, job->family.leader.pidfd, EPOLLIN) <
		0)
		admission_fail(job, errno);
}

void
special_init(struct nursery *n)
{
	const struct scope_options *options = n->options;
	struct specials *specials = xcalloc(1, sizeof(*specials));

	n->specials = specials;
	specials->len = options->n_plan;
	specials->items = xcalloc(specials->len + 1, sizeof(*specials->items));
	for (size_t i = 0; i < specials->len; i++) {
		struct special *special = &specials->items[i];

		special->options = &options->plan[i];
		special->kind = kind_of(special->options->kind);
		special->nursery = n;
		special->io.fd = -1;
	}
	for (size_t i = 0; i < specials->len; i++)
		if (!specials->items[i].kind->child)
			adopt(&specials->items[i]);
}

/* True while what comes next has to wait for a service. */
static bool
must_wait(const struct nursery *n)
{
	for (size_t i = 0; i < n->specials->len; i++) {
		const struct special *special = &n->specials->items[i];

		if (special->service != NULL &&
		    !service_is_ready(special->service))
			return true;
	}
	return false;
}

/* The next that has not begun: services before others, or those at the end. */
static struct special *
next_special(const struct nursery *n, bool cleanup)
{
	struct special *next = NULL;

	for (size_t i = 0; i < n->specials->len; i++) {
		struct special *special = &n->specials->items[i];

		if (special->begun || special->kind->cleanup != cleanup)
			continue;
		if (next == NULL ||
		    (special->kind->vital && !next->kind->vital))
			next = special;
	}
	return next;
}

struct job *
special_next(struct nursery *n, bool room, bool *ret_wait)
{
	bool cleanup = n->stage == STAGE_CLEANUP;
	struct special *special = next_special(n, cleanup);

	*ret_wait = true;
	if (cleanup && (n->n_open > n->n_draining || n->abandoned))
		return NULL; /* one by one */
	if (!cleanup && must_wait(n))
		return NULL;
	if (special == NULL) {
		*ret_wait = cleanup;
		return NULL;
	}
	if (special->kind->takes_slot && !room)
		return NULL;
	if (cleanup) /* what stopped the one before was not for this one */
		loop_timer_clear(n->loop, &n->ladder_timer);
	return begin(special, special->options->command);
}

bool
special_end_services(struct nursery *n)
{
	for (size_t i = n->specials->len; i-- > 0;) {
		struct special *special = &n->specials->items[i];

		if (special->job == NULL || special->kind->holds_open)
			continue;
		if (!special->stopped)
			job_event(special->job,
			    n->options->job.grace_ns == 0 ? JOB_KILL
							  : JOB_STOP);
		special->stopped = true;
		return false;
	}
	return true;
}

bool
special_has_cleanup(const struct nursery *n)
{
	return !n->abandoned && next_special(n, true) != NULL;
}

uint64_t
special_left(const struct nursery *n)
{
	uint64_t left = 0;

	for (size_t i = 0; i < n->specials->len; i++)
		left += !n->specials->items[i].begun;
	return left;
}

void
special_job_over(struct nursery *n, const struct job *job)
{
	for (size_t i = 0; i < n->specials->len; i++) {
		struct special *special = &n->specials->items[i];

		if (special->job != job)
			continue;
		loop_del(n->loop, &special->io);
		special->job = NULL;
	}
}

void
special_release(struct nursery *n)
{
	if (n->specials == NULL)
		return;
	for (size_t i = 0; i < n->specials->len; i++)
		service_free(n->specials->items[i].service);
	free(n->specials->items);
	free(n->specials);
}
