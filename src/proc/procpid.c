#include "procpid.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "procstat.h"
#include "sys/fd.h"

/*
 * Finds the line of a file in /proc that starts with name and a colon.  Returns
 * what follows, in buf; NULL if there is none.
 */
static const char *
read_field(const char *path, const char *name, char *buf, size_t size)
{
	int fd = fd_open_in_need(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);
	size_t len = strlen(name);
	const char *line;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return NULL;
	buf[n] = '\0';
	for (line = buf; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1;
	}
	return NULL;
}

/* The number at the index, from 0, of a line of numbers; 0 if it has none. */
static pid_t
number_at(const char *text, int index)
{
	pid_t number = 0;

	for (; index >= 0; index--)
		number = procstat_number(text + strspn(text, " \t"), &text);
	return number;
}

static const char *
read_numbers(pid_t shown, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)shown);
	return read_field(path, "NSpid", buf, size);
}

void
procpid_init(struct procpid *ret)
{
	char text[4096];
	const char *numbers;
	ssize_t n = readlink("/proc/self", text, sizeof(text) - 1);
	pid_t shown;

	*ret = (struct procpid){ .usable = false };
	if (n <= 0)
		return;
	text[n] = '\0';
	shown = procstat_number(text, &numbers);
	ret->usable = shown == getpid();
	if (ret->usable)
		return;
	numbers = read_numbers(shown, text, sizeof(text));
	if (numbers == NULL || number_at(numbers, 0) != shown)
		return;
	while (number_at(numbers, ret->level + 1) != 0)
		ret->level++;
	ret->other = ret->level > 0;
	ret->usable = ret->other && number_at(numbers, ret->level) == getpid();
}

pid_t
procpid_shown(const struct procpid *procpid, pid_t pid)
{
	char path[64], text[512];
	const char *number;
	int pidfd;

	if (!procpid->other)
		return pid;
	pidfd = fd_pidfd_in_need(pid);
	if (pidfd < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	number = read_field(path, "Pid", text, sizeof(text));
	close(pidfd);
	return number != NULL ? number_at(number, 0)
			      : 0; /* "Pid: -1": it has ended */
}

pid_t
procpid_own(const struct procpid *procpid, pid_t shown)
{
	const char *numbers;
	char text[4096];

	if (!procpid->other)
		return shown;
	numbers = read_numbers(shown, text, sizeof(text));
	return numbers != NULL ? number_at(numbers, procpid->level) : 0;
}
