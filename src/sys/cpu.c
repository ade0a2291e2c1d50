#include "cpu.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
 * Reads a decimal number at *s and moves *s behind it.  Returns 0, or -1 if
 * there is none, as for a quota of -1, or it does not fit.
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

/* Says whether word is one of those that the commas of list part. */
static bool
list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (;;) {
		size_t item = strcspn(list, ",");

		if (item == len && memcmp(list, word, len) == 0)
			return true;
		if (list[item] == '\0')
			return false;
		list += item + 1;
	}
}

/* Undoes \040 and the like, in place. */
static void
unescape(char *s)
{
	char *to = s;

	while (*s != '\0') {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
			    (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/*
 * 36 35 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2
 * rw,nsdelegate Of the fields, number 3 is the root and 4 the mount point;
 * behind a lone dash come the type, the source and the options of the file
 * system.
 */
int
cpu_parse_mountinfo(char *line, struct cpu_mount *ret)
{
	char *field, *root = NULL, *point = NULL, *type, *options;
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	while ((field = strsep(&line, " ")) != NULL) {
		if (n == 3)
			root = field;
		else if (n == 4)
			point = field;
		else if (n > 5 && strcmp(field, "-") == 0)
			break;
		n++;
	}
	type = strsep(&line, " ");
	strsep(&line, " ");
	options = strsep(&line, " ");
	if (root == NULL || point == NULL || options == NULL ||
	    root[0] != '/' || point[0] != '/')
		return -1;
	if (strcmp(type, "cgroup2") != 0 &&
	    (strcmp(type, "cgroup") != 0 || !list_has(options, "cpu")))
		return -1;
	unescape(root);
	unescape(point);
	*ret = (struct cpu_mount){
		.root = root,
		.point = point,
		.v2 = strcmp(type, "cgroup2") == 0,
	};
	return 0;
}

/* 0::/user.slice is the one of v2, 4:cpu,cpuacct:/user.slice one of v1. */
int
cpu_parse_cgroup(char *line, const char **ret_path, bool *ret_v2)
{
	char *id, *controllers;
	bool v2;

	line[strcspn(line, "\n")] = '\0';
	id = strsep(&line, ":");
	controllers = strsep(&line, ":");
	if (line == NULL || line[0] != '/')
		return -1;
	v2 = strcmp(id, "0") == 0 && controllers[0] == '\0';
	if (!v2 && !list_has(controllers, "cpu"))
		return -1;
	*ret_path = line;
	*ret_v2 = v2;
	return 0;
}

/* Reads a short file into buf as a string.  Returns 0, or -1. */
static int
read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return -1;
	buf[n] = '\0';
	return 0;
}

/* The quota that the files of one directory say, in CPUs, or 0 for none. */
static int
directory_quota(const char *dir, bool v2)
{
	char path[PATH_MAX], quota[64], period[64], both[130];

	if (snprintf(path, sizeof(path), "%s/%s", dir,
		v2 ? "cpu.max" : "cpu.cfs_quota_us") >= (int)sizeof(path) ||
	    read_file(path, quota, sizeof(quota)) < 0)
		return 0;
	if (v2)
		return cpu_parse_max(quota);
	if (quota[0] == '-') /* the usual case: one file less to read */
		return 0;
	if (snprintf(path, sizeof(path), "%s/%s", dir, "cpu.cfs_period_us") >=
		(int)sizeof(path) ||
	    read_file(path, period, sizeof(period)) < 0)
		return 0;
	quota[strcspn(quota, "\n")] = '\0';
	snprintf(both, sizeof(both), "%s %s", quota, period);
	return cpu_parse_max(both);
}

/*
 * The lowest of limit and the quotas of the directory base + path and of those
 * above it down to base.
 */
static int
lowest_quota(const char *base, const char *path, bool v2, int limit)
{
	char dir[PATH_MAX];
	size_t stem = strlen(base);

	if (snprintf(dir, sizeof(dir), "%s%s", base, path) >= (int)sizeof(dir))
		return limit;
	while (limit > 1) {
		int cpus = directory_quota(dir, v2);
		char *slash;

		if (cpus > 0 && cpus < limit)
			limit = cpus;
		slash = strrchr(dir + stem, '/');
		if (slash == NULL)
			break;
		*slash = '\0';
	}
	return limit;
}

/*
 * Finds the cgroup's mount in mountinfo.  Writes where it is to base and what
 * of path is below it to *ret_below.  Returns 0, or -1.
 */
static int
find_mount(const char *root, const char *path, bool v2, char *base, size_t size,
    const char **ret_below)
{
	char file[PATH_MAX], *line = NULL;
	size_t room = 0;
	int found = -1;
	FILE *f;

	snprintf(file, sizeof(file), "%s/proc/self/mountinfo", root);
	f = fopen(file, "re");
	if (f == NULL)
		return -1;
	while (found < 0 && getline(&line, &room, f) > 0) {
		struct cpu_mount mount;
		size_t len;

		if (cpu_parse_mountinfo(line, &mount) < 0 || mount.v2 != v2)
			continue;
		len = strcmp(mount.root, "/") == 0 ? 0 : strlen(mount.root);
		if (strncmp(path, mount.root, len) != 0 ||
		    (path[len] != '/' && path[len] != '\0'))
			continue; /* another part of the tree */
		if (snprintf(base, size, "%s%s", root, mount.point) < (int)size)
			found = 0;
		*ret_below = path + len;
	}
	free(line);
	fclose(f);
	return found;
}

/* The lowest of limit and what the cgroup at path and those above it say. */
static int
cgroup_quota(const char *root, const char *path, bool v2, int limit)
{
	char base[PATH_MAX], procs[PATH_MAX];
	const char *below = path;

	if (strncmp(path, "/..", 3) == 0)
		return limit; /* outside what this namespace can see */
	if (strcmp(path, "/") == 0)
		below = path = "";
	/* Where it is nearly always; only else is mountinfo worth its cost. */
	snprintf(
	    base, sizeof(base), "%s/sys/fs/cgroup%s", root, v2 ? "" : "/cpu");
	if (snprintf(procs, sizeof(procs), "%s%s/cgroup.procs", base, path) >=
	    (int)sizeof(procs))
		return limit;
	if (access(procs, F_OK) < 0 &&
	    find_mount(root, path, v2, base, sizeof(base), &below) < 0)
		return limit;
	return lowest_quota(base, below, v2, limit);
}

int
cpu_quota(const char *root, int limit)
{
	char file[PATH_MAX], *line = NULL;
	size_t room = 0;
	FILE *f;

	assert(limit >= 1);
	snprintf(file, sizeof(file), "%s/proc/self/cgroup", root);
	f = fopen(file, "re");
	if (f == NULL)
		return limit;
	while (getline(&line, &room, f) > 0) {
		const char *path;
		bool v2;

		if (cpu_parse_cgroup(line, &path, &v2) < 0)
			continue;
		/* The last line is v2's, and bare if v1 has the controller. */
		limit = cgroup_quota(root, path, v2, limit);
		break;
	}
	free(line);
	fclose(f);
	return limit;
}

int
cpu_count(void)
{
	int cpus = affinity_count();

	return cpus > 1 ? cpu_quota("", cpus) : cpus;
}
