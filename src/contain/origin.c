#include "origin.h"

#include <unistd.h>

#include "base/parse.h"
#include "cgroup/leaves.h"
#include "family.h"
#include "front.h"

static struct family *
family_by_id(struct contain *contain, int64_t id)
{
	struct family *family;

	TAILQ_FOREACH(family, &contain->families, link)
		if ((int64_t)family->id == id && !family->gone)
			return family;
	return NULL;
}

int64_t
origin_environ_number(
    const struct contain *contain, pid_t pid, const char *name)
{
	char value[32];
	int64_t number;

	if (proctree_environ(
		contain->proctree, pid, name, value, sizeof(value)) < 0 ||
	    parse_count(value, 0, INT64_MAX, &number) < 0)
		return -1;
	return number;
}

/* The family whose cgroup the process is in. */
static struct family *
family_by_leaf(struct contain *contain, pid_t pid)
{
	const struct leaf *leaf = leaves_find(contain->leaves, pid);
	struct family *family;

	TAILQ_FOREACH(family, &contain->families, link)
		if (leaf != NULL && family->leaf == leaf)
			return family;
	return NULL;
}

static bool
is_of_nursery(struct contain *contain, pid_t pid)
{
	return origin_environ_number(contain, pid, "NURSERY_PID") ==
	    front_pid(contain->front);
}

/* True if the environment of the process names a job of ours that is over. */
static bool
is_over(struct contain *contain, pid_t pid)
{
	int64_t id = origin_environ_number(contain, pid, "NURSERY_ID");

	return id >= 0 && is_of_nursery(contain, pid) &&
	    family_by_id(contain, id) == NULL;
}

struct family *
origin_of(struct contain *contain, pid_t pid)
{
	struct member *leader = contain_find(contain, getpgid(pid));
	struct family *first = TAILQ_FIRST(&contain->families);
	struct family *family = family_by_leaf(contain, pid);

	if (family != NULL)
		return family;
	if (leader != NULL && leader->is_leader)
		return leader->family;
	if (is_of_nursery(contain, pid))
		return family_by_id(
		    contain, origin_environ_number(contain, pid, "NURSERY_ID"));
	if (contain->n_families == 1 && first->leader.child && !first->gone)
		return first;
	return NULL;
}

struct family *
origin_above(struct contain *contain, pid_t pid)
{
	const struct member *member = contain_find(contain, getpgid(pid));

	if (member != NULL && member->is_leader)
		return member->family;
	for (; pid > 1; pid = proctree_parent(contain->proctree, pid)) {
		member = contain_find(contain, pid);
		if (member != NULL &&
		    !(member->is_leader && member->family->leader.reaped))
			return member->family;
	}
	return NULL;
}

bool
origin_is_by_pipe(const struct family *family, pid_t pid)
{
	const struct contain *contain = family->contain;
	dev_t dev;
	ino_t ino;

	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (proctree_file(contain->proctree, pid, fd, &dev, &ino) ==
			0 &&
		    contain->events.owns_pipe(family, dev, ino))
			return true;
	return false;
}

bool
origin_is_spared(struct contain *contain, pid_t pid)
{
	return contain->spares_late && is_over(contain, pid);
}
