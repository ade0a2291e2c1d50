#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Opens the terminal and prepares it.  Returns it, or -1 with errno. */
static int
open_terminal(int fd, const struct winsize *size)
{
	struct termios modes;
	int terminal;

	if (unlockpt(fd) < 0 || ioctl(fd, TIOCSWINSZ, size) < 0)
		return -1;
	terminal = ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0)
		return -1;
	if (tcgetattr(terminal, &modes) == 0) {
		modes.c_oflag &= ~(tcflag_t)OPOST;
		modes.c_iflag |= IUTF8;
		if (tcsetattr(terminal, TCSANOW, &modes) == 0)
			return terminal;
	}
	close(terminal);
	return -1;
}

int
pty_open(const struct winsize *size, int ret_fds[2])
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int terminal, error;

	if (fd < 0)
		return -1;
	terminal = open_terminal(fd, size);
	if (terminal < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	ret_fds[0] = fd;
	ret_fds[1] = terminal;
	return 0;
}

ssize_t
pty_read(int fd, int terminal, char *buf, size_t len)
{
	ssize_t n = read(fd, buf, len);

	return n < 0 && errno == EIO && terminal < 0 ? 0 : n;
}

size_t
pty_drop_returns(char *data, size_t len, bool *held)
{
	size_t kept = 0;
	char *first;

	if (*held) {
		memmove(data + 1, data, len++);
		data[0] = '\r';
	}
	*held = len > 0 && data[len - 1] == '\r';
	len -= *held;
	first = memchr(data, '\r', len);
	if (first == NULL)
		return len;
	for (size_t i = kept = (size_t)(first - data); i < len; i++)
		if (data[i] != '\r' || i + 1 == len || data[i + 1] != '\n')
			data[kept++] = data[i];
	return kept;
}

void
pty_own_size(struct winsize *ret)
{
	static const int fds[] = { STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO };

	*ret = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		struct winsize size;

		if (ioctl(fds[i], TIOCGWINSZ, &size) < 0 || size.ws_col == 0 ||
		    size.ws_row == 0)
			continue;
		*ret = size;
		return;
	}
}

void
pty_resize(int fd, const struct winsize *size)
{
	ioctl(fd, TIOCSWINSZ, size);
}
