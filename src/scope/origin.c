#include "origin.h"

#include <unistd.h>

#include "contain/front.h"
#include "contain/proctree.h"
#include "job.h"
#include "output/relay.h"
#include "reach.h"
#include "state.h"

static struct job *
job_by_seq(struct nursery *n, int64_t seq)
{
	struct job *job;

	TAILQ_FOREACH(job, &n->jobs, link)
		if ((int64_t)job->seq == seq && job_is_alive(job))
			return job;
	return NULL;
}

static bool
is_of_nursery(struct nursery *n, pid_t pid)
{
	return reach_environ_number(n, pid, "NURSERY_PID") ==
	    front_pid(n->front);
}

bool
origin_is_over(struct nursery *n, pid_t pid)
{
	int64_t seq = reach_environ_number(n, pid, "NURSERY_SEQ");

	return seq >= 0 && is_of_nursery(n, pid) && job_by_seq(n, seq) == NULL;
}

struct job *
origin_of(struct nursery *n, pid_t pid)
{
	struct member *leader = members_find(n, getpgid(pid));
	struct job *first = TAILQ_FIRST(&n->jobs);

	if (leader != NULL && leader->is_leader)
		return leader->job;
	if (is_of_nursery(n, pid))
		return job_by_seq(
		    n, reach_environ_number(n, pid, "NURSERY_SEQ"));
	if (first != NULL && TAILQ_NEXT(first, link) == NULL &&
	    first->kind->child && job_is_alive(first))
		return first;
	return NULL;
}

struct job *
origin_above(struct nursery *n, pid_t pid)
{
	const struct member *member = members_find(n, getpgid(pid));

	if (member != NULL && member->is_leader)
		return member->job;
	for (; pid > 1; pid = proctree_parent(n->members.proctree, pid)) {
		member = members_find(n, pid);
		if (member != NULL &&
		    !(member->is_leader && member->job->leader_reaped))
			return member->job;
	}
	return NULL;
}

bool
origin_is_by_pipe(const struct nursery *n, const struct job *job, pid_t pid)
{
	dev_t dev;
	ino_t ino;

	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
		if (proctree_file(n->members.proctree, pid, fd, &dev, &ino) < 0)
			continue;
		if (job->capture != NULL &&
		    capture_has_pipe(job->capture, dev, ino))
			return true;
		if (job->relay != NULL && relay_has_pipe(job->relay, dev, ino))
			return true;
	}
	return false;
}
