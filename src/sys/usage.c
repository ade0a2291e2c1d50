#include "usage.h"

#include <time.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/syscall.h>

#include "loop.h"

/* The kernel counts memory in units of so many bytes; see getrusage(2). */
#define RSS_UNIT 1024

static int64_t
ns_of(const struct timeval *time)
{
	return time->tv_sec * NS_PER_S + time->tv_usec * 1000;
}

int
usage_waitid(
    idtype_t type, id_t id, siginfo_t *info, int options, struct usage *ret)
{
	struct rusage used = { .ru_maxrss = 0 };
	/* the function of the C library does not ask for what was used */
	long result = syscall(SYS_waitid, type, id, info, options, &used);

	if (result < 0)
		return -1;
	*ret = (struct usage){ .user_ns = ns_of(&used.ru_utime),
		.system_ns = ns_of(&used.ru_stime),
		.max_rss = used.ru_maxrss * RSS_UNIT };
	return 0;
}

void
usage_add(struct usage *sum, const struct usage *used)
{
	sum->user_ns += used->user_ns;
	sum->system_ns += used->system_ns;
	if (sum->max_rss < used->max_rss)
		sum->max_rss = used->max_rss;
}

int64_t
usage_our_rss(void)
{
	struct rusage used;

	return getrusage(RUSAGE_SELF, &used) < 0 ? 0
						 : used.ru_maxrss * RSS_UNIT;
}

int64_t
usage_wall_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * NS_PER_S + time.tv_nsec;
}
