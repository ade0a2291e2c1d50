/*
 * pty: runs a command in a session of its own, on a terminal of its own, and
 * plays the user who sits there.
 *
 *	pty [-T] [-t SECONDS] [-e ACTION]... -- CMD...
 *
 * What appears on the terminal goes to standard output, without CR.  Nothing
 * typed is echoed.  The actions are done one after the other:
 *
 *	wait TEXT	until TEXT has appeared, behind what the last wait found
 *	key ^C		types a control character (^C ^Z ^D ^\ ...)
 *	send TEXT	types TEXT and Enter
 *	type TEXT	types TEXT
 *	gate PATH	waits for a line in the FIFO PATH
 *	open PATH	opens the FIFO PATH for good: whoever waits for it to be
 *			opened goes on
 *	running		waits until the command, a shell, has a job in the
 *			foreground that is not stopped (after "send fg")
 *	hangup		closes the terminal
 *
 * Then it waits for the end of the command.  -t limits each wait (20 s), and
 * the whole to twice that; -T sets TOSTOP: who writes from the background
 * is stopped.
 * Exit status: that of the command, 128+N if it died of signal N; 98 if
 * something was waited for in vain (everything is killed then).
 */
#include <sys/ioctl.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "checked.h"

enum { IN_VAIN = 98, ACTIONS_MAX = 64 };

struct terminal {
	int masterfd; /* -1 after hangup, or when the terminal has ended */
	pid_t child;
	int64_t limit_ns;
	int64_t give_up_ns; /* deadline of all actions together */
	char *seen;         /* all that has appeared, len bytes */
	size_t len;
	size_t room;
	size_t waited; /* length of the part of seen that waits have found */
};

static _Noreturn void
in_vain(const struct terminal *t, const char *what, const char *arg)
{
	fflush(stdout);
	fprintf(stderr, "pty: in vain: %s %s\n", what, arg);
	kill(-t->child, SIGKILL);
	kill(t->child, SIGKILL);
	_exit(IN_VAIN);
}

/* Keeps and prints what has appeared, but for CR. */
static void
take(struct terminal *t, const char *bytes, size_t len)
{
	if (t->len + len + 1 > t->room) {
		t->room = (t->len + len + 1) * 2;
		t->seen = realloc(t->seen, t->room);
		if (t->seen == NULL)
			err(1, NULL);
	}
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\r')
			continue;
		t->seen[t->len++] = bytes[i] == '\0' ? '@' : bytes[i];
		putchar(bytes[i]);
	}
	t->seen[t->len] = '\0';
	fflush(stdout);
}

/*
 * Waits until the terminal has something, or extrafd (-1: none) can be read,
 * at most to the deadline.  Returns true if extrafd can be read.
 */
static bool
turn(struct terminal *t, int extrafd, int64_t deadline)
{
	struct pollfd fds[2] = {
		{ .fd = t->masterfd, .events = POLLIN },
		{ .fd = extrafd, .events = POLLIN },
	};
	int64_t left = (deadline - now_ns()) / 1000000;
	char block[4096];

	if (poll(fds, 2, left < 0 ? 0 : left > 100 ? 100 : (int)left) <= 0)
		return false;
	if (fds[0].revents != 0) {
		ssize_t n = read(t->masterfd, block, sizeof(block));

		if (n > 0) {
			take(t, block, (size_t)n);
		} else if (n == 0 || errno == EIO) {
			close(t->masterfd); /* nobody has it open any more */
			t->masterfd = -1;
		}
	}
	return fds[1].revents != 0;
}

static int64_t
deadline_of(const struct terminal *t)
{
	int64_t deadline = now_ns() + t->limit_ns;

	return deadline < t->give_up_ns ? deadline : t->give_up_ns;
}

static void
wait_text(struct terminal *t, const char *text)
{
	int64_t deadline = deadline_of(t);

	for (;;) {
		const char *found =
		    t->seen == NULL ? NULL : strstr(t->seen + t->waited, text);

		if (found != NULL) {
			t->waited = (size_t)(found - t->seen) + strlen(text);
			return;
		}
		if (t->masterfd < 0 || now_ns() >= deadline)
			in_vain(t, "wait", text);
		turn(t, -1, deadline);
	}
}

static void
wait_gate(struct terminal *t, const char *path)
{
	int64_t deadline = deadline_of(t);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char byte = '\0';

	if (fd < 0)
		err(1, "%s", path);
	while (byte != '\n') {
		if (turn(t, fd, deadline)) {
			if (read(fd, &byte, 1) != 1)
				err(1, "%s", path);
		} else if (now_ns() >= deadline) {
			in_vain(t, "gate", path);
		}
	}
	close(fd);
}

/* True if the leader of the foreground group is not the shell, nor stopped. */
static bool
job_runs(const struct terminal *t)
{
	char path[64], line[512], *end;
	pid_t group = tcgetpgrp(t->masterfd);
	bool runs = false;
	FILE *f;

	if (group <= 0 || group == t->child)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)group);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	if (fgets(line, sizeof(line), f) != NULL &&
	    (end = strrchr(line, ')')) != NULL && end[1] == ' ')
		runs = strchr("RSD", end[2]) != NULL;
	fclose(f);
	return runs;
}

static void
wait_running(struct terminal *t)
{
	int64_t deadline = deadline_of(t);

	while (!job_runs(t)) {
		if (t->masterfd < 0 || now_ns() >= deadline)
			in_vain(t, "running", "");
		turn(t, -1, now_ns() + 5000000);
	}
}

static void
type_bytes(const struct terminal *t, const char *bytes, size_t len)
{
	if (write(t->masterfd, bytes, len) != (ssize_t)len)
		err(1, "typing");
}

static void
type_key(const struct terminal *t, const char *key)
{
	char byte;

	if (key[0] != '^' || key[1] == '\0')
		errx(1, "'%s' is not a key such as ^C", key);
	byte = (char)(key[1] & 0x1f);
	type_bytes(t, &byte, 1);
}

static void
do_action(struct terminal *t, const char *action)
{
	const char *space = strchr(action, ' ');
	size_t len = space != NULL ? (size_t)(space - action) : strlen(action);
	const char *arg = space != NULL ? space + 1 : "";

	if (len == 4 && strncmp(action, "wait", len) == 0) {
		wait_text(t, arg);
	} else if (len == 4 && strncmp(action, "gate", len) == 0) {
		wait_gate(t, arg);
	} else if (len == 4 && strncmp(action, "open", len) == 0) {
		if (open(arg, O_RDWR | O_CLOEXEC) < 0) /* stays open */
			err(1, "%s", arg);
	} else if (len == 4 && strncmp(action, "type", len) == 0) {
		type_bytes(t, arg, strlen(arg));
	} else if (len == 4 && strncmp(action, "send", len) == 0) {
		type_bytes(t, arg, strlen(arg));
		type_bytes(t, "\r", 1);
	} else if (len == 3 && strncmp(action, "key", len) == 0) {
		type_key(t, arg);
	} else if (strcmp(action, "running") == 0) {
		wait_running(t);
	} else if (strcmp(action, "hangup") == 0) {
		close(t->masterfd);
		t->masterfd = -1;
	} else {
		errx(1, "no action '%s'", action);
	}
}

static _Noreturn void
run_command(int masterfd, int slavefd, char **argv)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (ioctl(slavefd, TIOCSCTTY, 0) != 0)
		err(126, "TIOCSCTTY");
	dup2(slavefd, STDIN_FILENO);
	dup2(slavefd, STDOUT_FILENO);
	dup2(slavefd, STDERR_FILENO);
	if (slavefd > STDERR_FILENO)
		close(slavefd);
	close(masterfd);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static void
start(struct terminal *t, bool tostop, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct termios mode;
	int slavefd;

	t->masterfd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (t->masterfd < 0 || grantpt(t->masterfd) != 0 ||
	    unlockpt(t->masterfd) != 0)
		err(1, "posix_openpt");
	slavefd = open(ptsname(t->masterfd), O_RDWR | O_NOCTTY);
	if (slavefd < 0 || tcgetattr(slavefd, &mode) != 0)
		err(1, "pty slave");
	mode.c_lflag &= ~(tcflag_t)ECHO;
	if (tostop)
		mode.c_lflag |= TOSTOP;
	if (tcsetattr(slavefd, TCSANOW, &mode) != 0)
		err(1, "tcsetattr");
	ioctl(slavefd, TIOCSWINSZ, &size);
	t->child = fork();
	if (t->child < 0)
		err(1, "fork");
	if (t->child == 0)
		run_command(t->masterfd, slavefd, argv);
	close(slavefd);
}

/* Reads on until the command has ended and the terminal is empty. */
static int
finish(struct terminal *t)
{
	bool ended = false;
	int status = 0;

	while (!ended) {
		if (now_ns() >= t->give_up_ns)
			in_vain(t, "the command does not end", "");
		ended = waitpid(t->child, &status, WNOHANG) == t->child;
		/* The end of the command is EIO, or is seen after 20 ms. */
		if (!ended)
			turn(t, -1, now_ns() + 20000000);
	}
	while (t->masterfd >= 0) {
		size_t before = t->len;

		turn(t, -1, now_ns() + 10000000);
		if (t->len == before)
			break;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	static struct terminal t = { .masterfd = -1, .limit_ns = 20000000000 };
	const char *actions[ACTIONS_MAX];
	bool tostop = false;
	int count = 0, opt;

	while ((opt = getopt(argc, argv, "+Te:t:")) != -1) {
		switch (opt) {
		case 'T':
			tostop = true;
			break;
		case 'e':
			if (count == ACTIONS_MAX)
				errx(1, "too many actions");
			actions[count++] = optarg;
			break;
		case 't':
			t.limit_ns = (int64_t)(atof(optarg) * 1e9);
			break;
		default:
			return 1;
		}
	}
	if (optind == argc)
		errx(1, "no command");
	t.give_up_ns = now_ns() + 2 * t.limit_ns;
	signal(SIGPIPE, SIG_IGN);
	start(&t, tostop, argv + optind);
	for (int i = 0; i < count; i++)
		do_action(&t, actions[i]);
	return finish(&t);
}
