/* The lines that cpu_quota() reads: what is found lies within the line. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sys/cgroup.h"
#include "sys/cpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_path(const char *path, const char *line, size_t size)
{
	assert(path >= line && path + strlen(path) <= line + size);
	assert(*path == '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = xmemdup0(data, size);
	struct cgroup_mount mount;
	const char *path;
	bool v2;

	assert(cpu_parse_max(line) >= 0);
	if (cgroup_parse_mountinfo(line, "cpu", &mount) == 0) {
		check_path(mount.root, line, size);
		check_path(mount.point, line, size);
	}
	if (size > 0)
		memcpy(line, data, size);
	if (cgroup_parse_self(line, "cpu", &path, &v2) == 0)
		check_path(path, line, size);
	free(line);
	return 0;
}
