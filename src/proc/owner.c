#include "owner.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/parse.h"
#include "procpid.h"
#include "procstat.h"

#define PREFIX "nursery-"

int
owner_of(pid_t pid, struct owner *ret)
{
	struct procstat process;
	struct procpid procpid;
	struct stat ns;

	procpid_init(&procpid);
	if (!procpid.usable || procpid.other ||
	    stat("/proc/self/ns/pid", &ns) < 0 ||
	    procstat_read(pid, &process) < 0)
		return -1;
	*ret = (struct owner){ pid, process.started, ns.st_ino };
	return 0;
}

void
owner_name(const struct owner *owner, char name[OWNER_NAME_MAX])
{
	snprintf(name, OWNER_NAME_MAX, PREFIX "%d-%" PRIu64 "-%" PRIu64,
	    (int)owner->pid, owner->started, owner->namespace_ino);
}

/* Parses the digits at *at up to a dash or the end, and skips both. */
static int
take_number(const char **at, int64_t max, int64_t *ret)
{
	size_t len = strcspn(*at, "-");
	char word[32];

	if (len >= sizeof(word))
		return -1;
	memcpy(word, *at, len);
	word[len] = '\0';
	*at += len;
	*at += **at == '-';
	return parse_count(word, 0, max, ret);
}

int
owner_parse(const char *name, struct owner *ret)
{
	int64_t pid, started, ino;
	char again[OWNER_NAME_MAX];
	const char *at = name + sizeof(PREFIX) - 1;

	if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0 ||
	    take_number(&at, INT32_MAX, &pid) < 0 ||
	    take_number(&at, INT64_MAX, &started) < 0 ||
	    take_number(&at, INT64_MAX, &ino) < 0)
		return -1;
	*ret = (struct owner){ (pid_t)pid, (uint64_t)started, (uint64_t)ino };
	owner_name(ret, again);
	return strcmp(again, name) == 0 ? 0 : -1; /* such as 007 */
}

/*
 * True if the process counts time as we do, see time_namespaces(7): else its
 * start, as we read it, is not what it has read itself.
 */
static bool
shares_time(pid_t pid)
{
	char path[64], own[64], other[64];
	ssize_t own_len = readlink("/proc/self/ns/time", own, sizeof(own));
	ssize_t other_len;

	if (own_len < 0)
		return true; /* a kernel before Linux 5.6 */
	snprintf(path, sizeof(path), "/proc/%d/ns/time", (int)pid);
	other_len = readlink(path, other, sizeof(other));
	return other_len == own_len && memcmp(own, other, (size_t)own_len) == 0;
}

bool
owner_is_gone(const struct owner *owner, const struct owner *judge)
{
	struct procstat stat;

	if (owner->namespace_ino != judge->namespace_ino)
		return false; /* we cannot see the processes there */
	if (procstat_read(owner->pid, &stat) == 0)
		return procstat_is_dead(&stat) ||
		    (stat.started != owner->started && shares_time(owner->pid));
	/* /proc may hide a process that is there: see hidepid in proc(5) */
	return (errno == ENOENT || errno == ESRCH) && kill(owner->pid, 0) < 0 &&
	    errno == ESRCH;
}
