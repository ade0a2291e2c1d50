#include "pressure.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>

#include "base/parse.h"
#include "cgroup.h"

/* Parses the word at s, which ends at one of the stops: a number of units. */
static int
scan(const char *s, const char *stops, int64_t unit, int64_t *ret)
{
	size_t len = strcspn(s, stops);
	char word[32];

	if (len >= sizeof(word))
		return -1;
	memcpy(word, s, len);
	word[len] = '\0';
	return parse_scaled(word, unit, ret);
}

/* The text is like 0.52 0.58 0.59 3/597 12345, with 3 tasks that can run. */
int
pressure_parse_load(const char *s, int64_t *ret_milli)
{
	const char *tasks = s;
	int64_t running;

	for (int i = 0; i < 3; i++) {
		tasks = strchr(tasks, ' ');
		if (tasks == NULL)
			return -1;
		tasks++;
	}
	if (scan(tasks, "/", 1000, &running) < 0)
		return -1;
	*ret_milli = running > 1000 ? running - 1000 : 0; /* not us */
	return 0;
}

/* Finds the line that starts with key and parses the number of units there. */
static int
find_number(const char *s, const char *key, int64_t unit, int64_t *ret)
{
	size_t len = strlen(key);

	for (; s != NULL; s = strchr(s, '\n')) {
		if (*s == '\n')
			s++;
		if (strncmp(s, key, len) == 0)
			return scan(
			    s + len + strspn(s + len, " "), " \n", unit, ret);
	}
	return -1;
}

int
pressure_parse_memory(const char *s, int64_t *ret_bytes)
{
	return find_number(s, "MemAvailable:", 1024, ret_bytes);
}

static int
read_proc(const char *root, const char *name, char *buf, size_t size)
{
	char dir[PATH_MAX];

	if (snprintf(dir, sizeof(dir), "%s/proc", root) >= (int)sizeof(dir))
		return -1;
	return cgroup_read(dir, name, buf, size);
}

int
pressure_load(const char *root, int64_t *ret_milli)
{
	char text[128];

	if (read_proc(root, "loadavg", text, sizeof(text)) < 0)
		return -1;
	return pressure_parse_load(text, ret_milli);
}

/* Lowers the bytes at arg to the limit of one cgroup. */
static bool
lower_total(void *arg, const char *dir, bool v2)
{
	int64_t *bytes = arg, limit;
	char text[64];

	if (cgroup_read(dir, v2 ? "memory.max" : "memory.limit_in_bytes", text,
		sizeof(text)) == 0 &&
	    scan(text, "\n", 1, &limit) == 0 && limit < *bytes)
		*bytes = limit;
	return true;
}

int
pressure_total(const char *root, int64_t *ret_bytes)
{
	char text[4096];
	int64_t bytes;

	if (read_proc(root, "meminfo", text, sizeof(text)) < 0 ||
	    find_number(text, "MemTotal:", 1024, &bytes) < 0)
		return -1;
	cgroup_visit(root, "memory", lower_total, &bytes);
	*ret_bytes = bytes;
	return 0;
}

/*
 * Lowers the bytes at arg to what the limit of one cgroup leaves.  What the
 * cgroup uses for files that nobody needs now counts as free: the kernel gives
 * it to who wants memory.
 */
static bool
lower_memory(void *arg, const char *dir, bool v2)
{
	int64_t *bytes = arg, limit, used, cache;
	char text[4096];

	if (cgroup_read(dir, v2 ? "memory.max" : "memory.limit_in_bytes", text,
		sizeof(text)) < 0 ||
	    scan(text, "\n", 1, &limit) < 0) /* "max": no limit */
		return true;
	if (cgroup_read(dir, v2 ? "memory.current" : "memory.usage_in_bytes",
		text, sizeof(text)) < 0 ||
	    scan(text, "\n", 1, &used) < 0)
		return true;
	if (cgroup_read(dir, "memory.stat", text, sizeof(text)) == 0 &&
	    find_number(text, v2 ? "inactive_file " : "total_inactive_file ", 1,
		&cache) == 0)
		used = used > cache ? used - cache : 0;
	limit = limit > used ? limit - used : 0;
	if (limit < *bytes)
		*bytes = limit;
	return true;
}

int
pressure_memory(const char *root, int64_t *ret_bytes)
{
	char text[4096];
	int64_t bytes;

	if (read_proc(root, "meminfo", text, sizeof(text)) < 0 ||
	    pressure_parse_memory(text, &bytes) < 0)
		return -1;
	cgroup_visit(root, "memory", lower_memory, &bytes);
	*ret_bytes = bytes;
	return 0;
}

/* The bytes that a limit leaves us, who use so many pages. */
static int64_t
left_of(int resource, int64_t pages)
{
	struct rlimit limit;
	int64_t used = pages * sysconf(_SC_PAGESIZE);

	if (getrlimit((__rlimit_resource_t)resource, &limit) < 0 ||
	    limit.rlim_cur > INT64_MAX)
		return INT64_MAX;
	return (int64_t)limit.rlim_cur > used ? (int64_t)limit.rlim_cur - used
					      : 0;
}

/*
 * The bytes that our limits of address space and data leave.  /proc/self/statm
 * has seven numbers of pages: the first is all, the sixth data.
 */
static int64_t
limits_leave(const char *root)
{
	char text[128];
	const char *data = text;
	int64_t all_pages, data_pages, all, rest;

	if (read_proc(root, "self/statm", text, sizeof(text)) < 0)
		return INT64_MAX;
	for (int i = 0; i < 5 && data != NULL; i++) {
		data = strchr(data, ' ');
		data = data != NULL ? data + 1 : NULL;
	}
	if (data == NULL || scan(text, " ", 1, &all_pages) < 0 ||
	    scan(data, " ", 1, &data_pages) < 0)
		return INT64_MAX;
	all = left_of(RLIMIT_AS, all_pages);
	rest = left_of(RLIMIT_DATA, data_pages);
	return all < rest ? all : rest;
}

int
pressure_room(const char *root, int64_t *ret_bytes)
{
	int64_t own = limits_leave(root);

	if (pressure_memory(root, ret_bytes) < 0)
		*ret_bytes = INT64_MAX;
	if (own < *ret_bytes)
		*ret_bytes = own;
	return *ret_bytes < INT64_MAX ? 0 : -1;
}
