#include "link_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "link_input.h"
#include "link_send.h"
#include "link_state.h"
#include "pack.h"

/*
 * So many bytes of a job may wait here: its credit, and what was in its two
 * pipes when it ended, which may be as large as a user can make them.
 */
#define WAITING_MAX ((size_t)REMOTE_CREDIT + 4 * 1048576)

static int
compare(const struct link_job *a, const struct link_job *b)
{
	return a->id < b->id ? -1 : a->id > b->id;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(
    link_job_tree, link_job, node, compare, static __attribute__((__unused__)))

struct link_job *
link_job_find(struct link *link, uint32_t id)
{
	struct link_job key = { .id = id };

	return RB_FIND(link_job_tree, &link->jobs.tree, &key);
}

struct link_job *
link_job_any(struct link *link)
{
	return RB_ROOT(&link->jobs.tree);
}

void
link_job_watch(struct link *link)
{
	struct link_job *job;

	RB_FOREACH(job, link_job_tree, &link->jobs.tree)
		link_input_watch(job);
}

bool
link_job_any_runs(struct link *link, bool started)
{
	struct link_job *job;

	RB_FOREACH(job, link_job_tree, &link->jobs.tree)
		if (!job->over && (job->pid != 0 || !started))
			return true;
	return false;
}

bool
link_job_is_frame(const struct frame *frame)
{
	return frame->type == FRAME_TAKEN ||
	    (frame->type >= FRAME_STARTED && frame->type <= FRAME_EXIT);
}

/* A descriptor of our own for the pipe; it does not block. */
static int
duplicate(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy >= 0 && fcntl(copy, F_SETFL, O_WRONLY | O_NONBLOCK) < 0) {
		int error = errno;

		close(copy);
		errno = error;
		return -1;
	}
	return copy;
}

static void
choose_id(struct link_job *job)
{
	struct link_jobs *jobs = &job->link->jobs;

	do
		job->id = ++jobs->last_id;
	while (
	    job->id == 0 || RB_INSERT(link_job_tree, &jobs->tree, job) != NULL);
}

struct link_job *
link_job_new(struct link *link, void *owner, const int fds[2],
    void (*moved)(struct pour *pour, size_t n))
{
	int n = fds[0] == fds[1] ? 1 : 2, copies[2] = { -1, -1 };
	struct link_job *job;

	for (int i = 0; i < n; i++) {
		copies[i] = duplicate(fds[i]);
		if (copies[i] >= 0)
			continue;
		if (i > 0) {
			int error = errno;

			close(copies[0]);
			errno = error;
		}
		return NULL;
	}
	job = xcalloc(1, sizeof(*job));
	job->link = link;
	job->owner = owner;
	job->n_pours = n;
	job->input.fd = -1;
	job->input.credit = REMOTE_CREDIT;
	for (int i = 0; i < n; i++)
		pour_init(&job->pours[i], link->loop, copies[i], moved, job);
	choose_id(job);
	return job;
}

/* Sees whether bytes wait; jobs that have some are counted. */
static void
update_waits(struct link_job *job)
{
	bool waits = false;

	for (int i = 0; i < job->n_pours; i++)
		waits = waits || pour_waiting(&job->pours[i]) > 0;
	if (waits && !job->waits)
		job->link->jobs.n_waiting++;
	else if (!waits && job->waits)
		job->link->jobs.n_waiting--;
	job->waits = waits;
}

void
link_job_free(struct link_job *job)
{
	struct link_jobs *jobs = &job->link->jobs;

	RB_REMOVE(link_job_tree, &jobs->tree, job);
	link_input_close(job);
	for (int i = 0; i < job->n_pours; i++)
		pour_release(&job->pours[i]);
	if (job->waits)
		jobs->n_waiting--;
	message_release_exit(&job->end);
	free(job);
}

/* The job has ended, and its pipes have taken all. */
static void
finish(struct link_job *job)
{
	struct link *link = job->link;
	struct remote_exit end = job->end;
	void *owner = job->owner;

	job->end.name = NULL;
	for (int i = 0; i < job->n_pours; i++)
		end.unread |= job->pours[i].error != 0;
	link_job_free(job);
	link->events.exited(owner, &end);
	message_release_exit(&end);
}

/* Bytes of the job have left our memory. */
static void
give_credit(struct link_job *job, size_t n)
{
	struct link *link = job->link;

	job->owed += n;
	if (job->owed < REMOTE_CREDIT_STEP || job->over)
		return;
	pack_u32(&link->scratch, (uint32_t)job->owed);
	link_send_scratch(link, FRAME_CREDIT, job->id);
	job->owed = 0;
}

void
link_job_moved(struct link_job *job, size_t n)
{
	give_credit(job, n);
	update_waits(job);
	if (job->over && !job->waits)
		finish(job);
}

static bool
take_started(struct link_job *job, const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };
	uint32_t pid = unpack_u32(&from);

	if (!unpack_is_done(&from) || pid == 0 || pid > INT32_MAX ||
	    job->pid != 0)
		return false;
	job->pid = pid;
	job->link->events.started(job->owner, job->pid);
	return true;
}

static bool
take_out(struct link_job *job, const struct frame *frame)
{
	size_t waiting = frame->len;
	struct pour *pour;

	if (frame->aux != STDOUT_FILENO && frame->aux != STDERR_FILENO)
		return false;
	for (int i = 0; i < job->n_pours; i++)
		waiting += pour_waiting(&job->pours[i]);
	if (waiting > WAITING_MAX)
		return false;
	pour = &job->pours[(frame->aux - STDOUT_FILENO) % job->n_pours];
	give_credit(job, pour_write(pour, frame->data, frame->len));
	update_waits(job);
	if (frame->len > 0)
		job->link->events.wrote(job->owner);
	return true;
}

static bool
take_orphans(struct link_job *job, const struct frame *frame)
{
	struct remote_orphans orphans;

	if (message_get_orphans(frame->data, frame->len, &orphans) < 0)
		return false;
	job->link->events.orphans(job->owner, &orphans);
	message_release_orphans(&orphans);
	return true;
}

static bool
take_exit(struct link_job *job, const struct frame *frame)
{
	if (message_get_exit(frame->data, frame->len, &job->end) < 0)
		return false;
	job->over = true;
	link_input_close(job);
	if (!job->waits)
		finish(job);
	else if (job->link->events.ebbing != NULL)
		job->link->events.ebbing(job->owner, &job->end);
	return true;
}

bool
link_job_take(struct link_job *job, const struct frame *frame)
{
	if (job->over)
		return false;
	switch (frame->type) {
	case FRAME_STARTED:
		return take_started(job, frame);
	case FRAME_OUT:
		return take_out(job, frame);
	case FRAME_ORPHANS:
		return take_orphans(job, frame);
	case FRAME_EXIT:
		return take_exit(job, frame);
	case FRAME_TAKEN:
		return link_input_take(job, frame);
	default:
		return false;
	}
}
