#include "tty.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/stat.h>

#include "fd.h"

bool
tty_obeys(int fd)
{
	static const char *const mute[] = { "", "dumb", "unknown" };
	const char *term = getenv("TERM");

	if (term == NULL || !isatty(fd))
		return false;
	for (size_t i = 0; i < sizeof(mute) / sizeof(mute[0]); i++)
		if (strcmp(term, mute[i]) == 0)
			return false;
	return true;
}

bool
tty_can_draw(int fd)
{
	return tty_obeys(fd) && fd_is_writable(fd);
}

void
tty_size(int fd, int *ret_columns, int *ret_rows)
{
	struct winsize size = { 0 };

	ioctl(fd, TIOCGWINSZ, &size);
	*ret_columns = size.ws_col > 0 ? size.ws_col : 80;
	*ret_rows = size.ws_row > 0 ? size.ws_row : 24;
}

bool
tty_same(int a, int b)
{
	struct stat first, second;

	if (!isatty(a) || !isatty(b))
		return false;
	if (tcgetsid(a) > 0 && tcgetsid(b) > 0)
		return true; /* a session has but one */
	return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
	    first.st_rdev == second.st_rdev;
}

void
tty_clean(int fd, enum tty_mark mark)
{
	/* lines that are too long are wrapped again; clear all below */
	static const char *const sequences[] = {
		[TTY_BELOW] = "\033[?7h\r\033[J",
		[TTY_BELOW_TEXT] = "\033[?7h\r\n\033[J",
	};
	struct pollfd ready = { .fd = fd, .events = POLLOUT };

	if (mark == TTY_EMPTY || poll(&ready, 1, 0) <= 0)
		return;
	if (write(fd, sequences[mark], strlen(sequences[mark])) < 0)
		return; /* there is no terminal any more */
}

/* Else what is done to a terminal in the background stops us. */
static void
block_stop(sigset_t *ret_before)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	sigprocmask(SIG_BLOCK, &stop, ret_before);
}

static int
open_own(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

pid_t
tty_foreground(void)
{
	int fd = open_own();
	pid_t group;

	if (fd < 0)
		return -1;
	group = tcgetpgrp(fd);
	close(fd);
	return group;
}

void
tty_set_foreground(pid_t group)
{
	int fd = open_own();
	sigset_t before;

	if (fd < 0)
		return;
	block_stop(&before);
	tcsetpgrp(fd, group);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fd);
}

static void
set_modes(int fd, const struct termios *modes)
{
	sigset_t before;

	block_stop(&before);
	tcsetattr(fd, TCSANOW, modes);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void
tty_take_keys(struct tty_keys *keys, int fd)
{
	struct termios modes;

	if (tcgetpgrp(fd) != getpgrp() || tcgetattr(fd, &modes) < 0)
		return;
	if (!atomic_load(&keys->taken))
		keys->before = modes;
	atomic_store(&keys->taken, true);
	modes = keys->before;
	modes.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON);
	modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	set_modes(fd, &modes);
}

void
tty_give_keys_back(struct tty_keys *keys, int fd)
{
	if (!atomic_load(&keys->taken))
		return;
	set_modes(fd, &keys->before);
	atomic_store(&keys->taken, false);
}
