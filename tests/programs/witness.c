/*
 * witness: a job of which tests/attack knows what it will write and do, to
 * compare that with what comes out of nursery.
 *
 *	witness [-e] [-x STATUS] [-r N] [-s MS] [-u] [-o] [-d] NAME SIZE
 *
 * It writes lines of about SIZE bytes in all to standard output.  They follow
 * from NAME alone: see line_of() here and witness_lines() in
 * tests/attack/judge.py.  To the file $MARKS it appends "begin NAME ATTEMPT" at
 * first, and "end NAME STATUS" when all is written and it is about to exit.
 *
 *	-e	writes as many lines to standard error, by turns
 *	-x	its exit status
 *	-r	its exit status is 7 in its first N attempts
 *	-s	sleeps in the middle, for so many milliseconds
 *	-u	waits in the middle until it is told to end by SIGTERM
 *	-o	leaves a child that holds its output
 *	-d	leaves a daemon: orphaned, in a session of its own
 *
 * All of its processes end after LIFETIME_S at the latest.
 */
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
#include <unistd.h>

enum {
	LIFETIME_S = 100,
	LINE_MAX_LEN = 4000, /* one write(2) of it to a pipe is atomic */
};

struct witness {
	const char *name;
	size_t size;
	bool both;
	bool until_told;
	bool orphan;
	bool daemon;
	int status;
	int failures;
	int pause_ms;
};

/* A line of the stream, 'o' or 'e'.  Returns its length. */
static size_t
line_of(char line[static LINE_MAX_LEN], const char *name, char stream,
    unsigned number, uint32_t *state)
{
	size_t len, body;

	*state = *state * 1103515245u + 12345u;
	body = *state >> 16;
	body %= number % 8 == 7 ? 3500 : 100;
	len = (size_t)snprintf(
	    line, LINE_MAX_LEN, "%s.%c.%u ", name, stream, number);
	for (size_t i = 0; i < body; i++)
		line[len++] = (char)('a' + ((*state >> 8) + i) % 26);
	line[len++] = '\n';
	return len;
}

static void
mark(const char *what, const char *name, int value)
{
	const char *path = getenv("MARKS");
	char line[256];
	int len, fd;

	if (path == NULL)
		return;
	len = snprintf(line, sizeof(line), "%s %s %d\n", what, name, value);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, line, (size_t)len) != len)
		err(8, "%s", path);
	close(fd);
}

static void
write_all(const struct witness *w, int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			mark("lost", w->name, errno);
			_exit(9);
		}
		bytes += n;
		len -= (size_t)n;
	}
}

static void
start_state(uint32_t *state, const char *name, char stream)
{
	*state = (unsigned char)stream;
	for (; *name != '\0'; name++)
		*state = *state * 31u + (unsigned char)*name;
}

/* Leaves a child behind, or a daemon. */
static void
leave(bool daemon)
{
	pid_t pid = fork();

	if (pid < 0)
		err(8, "fork");
	if (pid > 0)
		return;
	if (daemon) {
		setsid();
		if (fork() > 0)
			_exit(0);
	}
	alarm(LIFETIME_S);
	for (;;)
		pause();
}

/* What happens when half of the output is written. */
static void
be_in_the_middle(const struct witness *w)
{
	sigset_t term;
	int sig;

	if (w->pause_ms > 0)
		poll(NULL, 0, w->pause_ms);
	if (w->until_told) {
		sigemptyset(&term);
		sigaddset(&term, SIGTERM);
		mark("wait", w->name, 0);
		sigwait(&term, &sig);
	}
}

static void
speak(const struct witness *w)
{
	static char line[LINE_MAX_LEN];
	size_t done = 0;
	uint32_t out, error;
	bool middle = false;

	start_state(&out, w->name, 'o');
	start_state(&error, w->name, 'e');
	for (unsigned i = 0; done < w->size; i++) {
		size_t len = line_of(line, w->name, 'o', i, &out);

		write_all(w, STDOUT_FILENO, line, len);
		done += len;
		if (w->both) {
			len = line_of(line, w->name, 'e', i, &error);
			write_all(w, STDERR_FILENO, line, len);
		}
		if (!middle && done >= w->size / 2) {
			middle = true;
			be_in_the_middle(w);
		}
	}
}

static int
number_of(const char *arg)
{
	char *end;
	long n = strtol(arg, &end, 10);

	if (*arg == '\0' || *end != '\0' || n < 0 || n > 1000000000)
		errx(8, "'%s' is not a number", arg);
	return (int)n;
}

static void
read_options(struct witness *w, int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "+edoux:r:s:")) != -1) {
		switch (opt) {
		case 'e':
			w->both = true;
			break;
		case 'd':
			w->daemon = true;
			break;
		case 'o':
			w->orphan = true;
			break;
		case 'u':
			w->until_told = true;
			break;
		case 'x':
			w->status = number_of(optarg);
			break;
		case 'r':
			w->failures = number_of(optarg);
			break;
		case 's':
			w->pause_ms = number_of(optarg);
			break;
		default:
			exit(8);
		}
	}
	if (argc - optind != 2)
		errx(8, "needs NAME SIZE");
	w->name = argv[optind];
	w->size = (size_t)number_of(argv[optind + 1]);
}

int
main(int argc, char **argv)
{
	struct witness w = { 0 };
	const char *attempt = getenv("NURSERY_ATTEMPT");
	sigset_t term;

	read_options(&w, argc, argv);
	alarm(LIFETIME_S);
	if (w.until_told) {
		sigemptyset(&term);
		sigaddset(&term, SIGTERM);
		sigprocmask(SIG_BLOCK, &term, NULL);
	}
	mark("begin", w.name, attempt != NULL ? atoi(attempt) : 0);
	speak(&w);
	if (w.orphan)
		leave(false);
	if (w.daemon)
		leave(true);
	if (attempt != NULL && atoi(attempt) <= w.failures)
		w.status = 7;
	mark("end", w.name, w.status);
	return w.status;
}
