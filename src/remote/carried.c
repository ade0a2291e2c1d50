#include "carried.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

bool
carried_is_terminal(int fd)
{
	struct termios mode;

	/* srun -u gives each task one that is raw, and made for bytes */
	return tcgetattr(fd, &mode) == 0 && (mode.c_oflag & OPOST) != 0;
}

int
carried_take(int *ret_in_fd, int *ret_out_fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	*ret_in_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	*ret_out_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (null_fd < 0 || *ret_in_fd < 0 || *ret_out_fd < 0 ||
	    dup2(null_fd, STDIN_FILENO) < 0 || dup2(null_fd, STDOUT_FILENO) < 0)
		return -1;
	close(null_fd);
	return 0;
}
