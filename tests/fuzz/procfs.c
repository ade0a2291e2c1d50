/*
 * What is read of /proc: stat, children and environ of a process.  The files
 * are opened here, and have the bytes of the input.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/syscall.h>

#include "proc/procstat.h"
#include "proc/proctree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file that stands for those in /proc; -1: none does. */
static int stand_in = -1;

int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (stand_in >= 0 && strncmp(path, "/proc/", 6) == 0) {
		lseek(stand_in, 0, SEEK_SET);
		return fcntl(stand_in, F_DUPFD_CLOEXEC, 3);
	}
	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static void
check_environ(struct proctree *tree, const uint8_t *data, size_t size)
{
	char value[32] = "untouched", line[64];
	int len;

	if (proctree_environ(tree, 1, "NURSERY_PID", value, sizeof(value)) <
	    0) {
		assert(strcmp(value, "untouched") == 0);
		return;
	}
	len = snprintf(line, sizeof(line), "NURSERY_PID=%s", value);
	assert(memmem(data, size, line, (size_t)len) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proclist list = { NULL, 0, 0 };
	struct procstat stat;
	struct proctree *tree;
	char name[16];

	tree = proctree_new();
	stand_in = memfd_create("stand-in", MFD_CLOEXEC);
	assert(stand_in >= 0);
	assert(write(stand_in, data, size) == (ssize_t)size);
	if (procstat_read(1, &stat) == 0) {
		assert(memchr(data, ')', size) != NULL);
		(void)procstat_is_dead(&stat);
	}
	check_environ(tree, data, size);
	proctree_name(tree, 1, name, sizeof(name));
	assert(strchr(name, '\n') == NULL && strlen(name) < sizeof(name));
	proctree_free(tree);
	tree = proctree_new();
	if (proctree_children(tree, &list) == 0)
		for (size_t i = 0; i < list.len; i++)
			assert(list.procs[i].pid > 0);
	proclist_release(&list);
	proctree_free(tree);
	close(stand_in);
	stand_in = -1;
	return 0;
}
