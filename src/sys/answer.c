#include "answer.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/buf.h"

#define READ_SIZE 4096

/* Starts it with fd as standard output.  Returns 0 or an errno. */
static int
start(char *const *argv, bool quiet, int fd, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (quiet)
		posix_spawn_file_actions_addopen(
		    &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(ret_pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Reads to the end, and keeps up to max bytes. */
static void
read_all(int fd, size_t max, struct buf *ret)
{
	char bytes[READ_SIZE];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) != 0) {
		size_t len = n > 0 ? (size_t)n : 0;

		if (n < 0 && errno != EINTR)
			return;
		if (len > max)
			len = max;
		buf_append(ret, bytes, len);
		max -= len;
	}
}

int
answer_read(char *const *argv, bool quiet, size_t max, struct buf *ret)
{
	int fds[2], error, status = -1;
	pid_t pid = -1;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	error = start(argv, quiet, fds[1], &pid);
	close(fds[1]);
	if (error == 0) {
		read_all(fds[0], max, ret);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close(fds[0]);
	errno = error;
	return error == 0 ? status : -1;
}
