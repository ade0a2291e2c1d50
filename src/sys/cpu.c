#include "cpu.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "cgroup.h"

/* The period of a quota where none is given, in us; see cpu.max. */
#define DEFAULT_PERIOD_US 100000

/* The number of CPUs in the affinity mask, at least 1. */
static int
affinity_count(void)
{
	cpu_set_t fixed;

	if (sched_getaffinity(0, sizeof(fixed), &fixed) == 0)
		return CPU_COUNT(&fixed) > 0 ? CPU_COUNT(&fixed) : 1;
	/* EINVAL: the kernel's masks are larger; it does not say how large. */
	for (int n = 2 * CPU_SETSIZE; errno == EINVAL && n <= 1 << 20; n *= 2) {
		cpu_set_t *set = CPU_ALLOC((size_t)n);
		size_t size = CPU_ALLOC_SIZE((size_t)n);
		int count = 0;

		if (set == NULL)
			break;
		if (sched_getaffinity(0, size, set) == 0)
			count = CPU_COUNT_S(size, set);
		CPU_FREE(set);
		if (count > 0)
			return count;
	}
	return 1;
}

/* quota / period, rounded up, at least 1; 0 for no limit. */
static int
quota_cpus(int64_t quota, int64_t period)
{
	int64_t cpus;

	if (period == 0)
		return 0;
	cpus = quota / period + (quota % period > 0);
	if (cpus > INT_MAX)
		return 0;
	return cpus > 1 ? (int)cpus : 1;
}

/*
 * Reads a decimal number at *s and moves *s behind it.  Returns 0, or -1 if it
 * does not fit or there is none; -1, which stands for no quota, counts as none.
 */
static int
scan_number(const char **s, int64_t *ret)
{
	const char *p = *s;
	int64_t value = 0;

	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *p - '0', &value))
			return -1;
	if (p == *s)
		return -1;
	*ret = value;
	*s = p;
	return 0;
}

int
cpu_parse_max(const char *s)
{
	int64_t quota, period = DEFAULT_PERIOD_US;

	if (scan_number(&s, &quota) < 0)
		return 0;
	if (*s == ' ') {
		s++;
		if (scan_number(&s, &period) < 0)
			return 0;
	}
	if (*s == '\n')
		s++;
	return *s == '\0' ? quota_cpus(quota, period) : 0;
}

/* The quota in the files of one cgroup, in CPUs, or 0 for none. */
static int
directory_quota(const char *dir, bool v2)
{
	char quota[64], period[64], both[130];

	if (cgroup_read(dir, v2 ? "cpu.max" : "cpu.cfs_quota_us", quota,
		sizeof(quota)) < 0)
		return 0;
	if (v2)
		return cpu_parse_max(quota);
	if (quota[0] == '-') /* no quota, as usual: no need of the period */
		return 0;
	if (cgroup_read(dir, "cpu.cfs_period_us", period, sizeof(period)) < 0)
		return 0;
	quota[strcspn(quota, "\n")] = '\0';
	snprintf(both, sizeof(both), "%s %s", quota, period);
	return cpu_parse_max(both);
}

struct quota {
	int limit; /* the lowest one so far, in CPUs */
};

static bool
lower_quota(void *arg, const char *dir, bool v2)
{
	struct quota *quota = arg;
	int cpus = directory_quota(dir, v2);

	if (cpus > 0 && cpus < quota->limit)
		quota->limit = cpus;
	return quota->limit > 1;
}

int
cpu_quota(const char *root, int limit)
{
	struct quota quota = { limit };

	assert(limit >= 1);
	if (limit > 1)
		cgroup_visit(root, "cpu", lower_quota, &quota);
	return quota.limit;
}

int
cpu_count(void)
{
	int cpus = affinity_count();

	return cpus > 1 ? cpu_quota("", cpus) : cpus;
}

int
cpu_sockets(void)
{
	static const char key[] = "physical id";
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];
	int64_t highest = 0, id;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *value = strchr(line, ':');

		line[strcspn(line, "\n")] = '\0';
		/* sockets are numbered from 0 */
		if (strncmp(line, key, strlen(key)) == 0 && value != NULL &&
		    parse_count(value + 1 + strspn(value + 1, " "), 0, 4095,
			&id) == 0 &&
		    id > highest)
			highest = id;
	}
	if (file != NULL)
		fclose(file);
	return (int)highest + 1;
}
