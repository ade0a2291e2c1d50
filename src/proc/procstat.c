#include "procstat.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/fd.h"

int
procstat_number(const char *text, const char **ret_end)
{
	unsigned number = 0; /* flags may use all 32 bits */

	while (isdigit((unsigned char)*text))
		number = number * 10 + (unsigned)(*text++ - '0');
	*ret_end = text;
	return (int)number;
}

/* The numbers of fields, as proc_pid_stat(5) counts them. */
enum {
	FIELD_STATE = 3,
	FIELD_FLAGS = 9,
	FIELD_THREADS = 20,
	FIELD_STARTED = 22,
	FIELD_PENDING = 31,
	FIELD_ENV_END = 51,
};

/* PF_EXITING and PF_SIGNALED of the kernel, which have always been the same. */
#define FLAG_EXITING 0x4
#define FLAG_SIGNALED 0x400
/*
 * SIGKILL, which the kernel also gives to each thread of a process when it is
 * sent another signal that ends it.
 */
#define PENDING_KILL 0x100

static uint64_t
big_number(const char *text)
{
	uint64_t number = 0;

	while (isdigit((unsigned char)*text))
		number = number * 10 + (uint64_t)(*text++ - '0');
	return number;
}

static const char *
skip_fields(const char *at, int count)
{
	for (; count > 0; count--) {
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	return at;
}

int
procstat_read(pid_t pid, struct procstat *ret)
{
	char path[64], text[1024], *p;
	const char *end;
	int fd, flags, pending;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = fd_open_in_need(path, O_RDONLY);
	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	/* the second field is a name that may contain anything */
	p = strrchr(text, ')');
	if (p == NULL || p[1] != ' ' || strlen(p) < sizeof(") S 1") - 1)
		return -1;
	ret->state = p[2];
	ret->parent = procstat_number(p + 4, &end);
	ret->threads = procstat_number(
	    skip_fields(p + 2, FIELD_THREADS - FIELD_STATE), &end);
	flags = procstat_number(
	    skip_fields(p + 2, FIELD_FLAGS - FIELD_STATE), &end);
	pending = procstat_number(
	    skip_fields(p + 2, FIELD_PENDING - FIELD_STATE), &end);
	ret->ending = (flags & FLAG_EXITING) != 0;
	ret->killed =
	    (flags & FLAG_SIGNALED) != 0 || (pending & PENDING_KILL) != 0;
	/* an address: far beyond an int */
	ret->has_environ =
	    *skip_fields(p + 2, FIELD_ENV_END - FIELD_STATE) != '0';
	ret->started =
	    big_number(skip_fields(p + 2, FIELD_STARTED - FIELD_STATE));
	p = strrchr(p, ' '); /* the last field */
	ret->status = procstat_number(p + 1, &end);
	return 0;
}

bool
procstat_is_dead(const struct procstat *stat)
{
	/* the state is that of the first thread, which others may outlive */
	return stat->state == 'X' || (stat->state == 'Z' && stat->threads <= 1);
}

bool
procstat_is_dying(const struct procstat *stat)
{
	/* without a signal, one thread can end and leave the others alive */
	return stat->killed || (stat->ending && stat->threads <= 1) ||
	    procstat_is_dead(stat);
}
