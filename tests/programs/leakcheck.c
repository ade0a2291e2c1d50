/* clang-format off */
/*
 * leakcheck: runs one command and proves that none of its descendants outlives
 * it.  The tests call nursery through it, so each is a test of NO ORPHAN.
 *
 *	leakcheck [-i] [-t SECONDS] [-g SECONDS] [-p FILE] [-w FILE] -- CMD...
 *
 * It is a subreaper: whatever the command leaves behind becomes its child.  Of
 * a whole tree left behind only the topmost processes are named.  A signal that
 * leakcheck gets goes on to the command; but SIGALRM means: give up now.
 *
 *  -t SECONDS  the hard limit (default 60): past it everything is killed,
 *              status 98; if leakcheck itself is stuck it is killed 20 s later
 *  -g SECONDS  how long descendants may take to vanish after the command has
 *              ended (default 0: at once).  Tests that SIGKILL one of nursery's
 *              two processes need it, as the other one then has to clean up
 *  -i          the command inherits signal mask and dispositions; without it
 *              they are the default ones, whatever ran the tests
 *  -p FILE     writes the pids of leakcheck and of the command to FILE
 *  -w FILE     writes how the command ended to FILE: "exit N" or "signal N"
 *
 * Exit status: that of the command, 128+N if it died of signal N; 99 if it left
 * a process, which is then named in a line "LEAK: PID COMM" and killed; 98 past
 * the limit; 125 if leakcheck itself failed.
 */
/* clang-format on */
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checked.h"

enum {
	STATUS_LIMIT = 98,
	STATUS_LEAK = 99,
	STATUS_SELF = 125,
	REAP_AT_ONCE = 1000,
	CHILDREN_MAX = 4096,
	STUCK_S = 20,
};

struct watch {
	pid_t child;
	bool ended;
	bool limit_hit;
	int status; /* of waitpid(2), when ended */
	int64_t limit_ns;
	int64_t grace_ns;
	bool inherit;
	const char *pid_file;
	const char *status_file;
	sigset_t old_mask;
	struct sigaction old_chld;
};

static int64_t
seconds_arg(const char *arg)
{
	char *end;
	double seconds = strtod(arg, &end);

	if (*arg == '\0' || *end != '\0' || !(seconds >= 0 && seconds < 1e6))
		errx(STATUS_SELF, "'%s' is not a number of seconds", arg);
	return (int64_t)(seconds * 1e9);
}

/* Writes one line to the file; a NULL path means that nobody asked for it. */
static void __attribute__((__format__(printf, 2, 3)))
write_line(const char *path, const char *fmt, ...)
{
	va_list ap;
	FILE *f;

	if (path == NULL)
		return;
	f = fopen(path, "we");
	if (f == NULL)
		err(STATUS_SELF, "%s", path);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	if (fclose(f) != 0)
		err(STATUS_SELF, "%s", path);
}

static void
run_command(const struct watch *w, char **argv)
{
	sigset_t none;

	if (w->inherit) {
		sigaction(SIGCHLD, &w->old_chld, NULL);
		sigprocmask(SIG_SETMASK, &w->old_mask, NULL);
	} else {
		for (int sig = 1; sig < NSIG; sig++)
			signal(sig, SIG_DFL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
	}
	execvp(argv[0], argv);
	warn("%s", argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

static void
start(struct watch *w, char **argv)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t all;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) != 0)
		err(STATUS_SELF, "PR_SET_CHILD_SUBREAPER");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &w->old_mask);
	sigaction(SIGCHLD, &dfl, &w->old_chld);
	w->child = fork();
	if (w->child < 0)
		err(STATUS_SELF, "fork");
	if (w->child == 0)
		run_command(w, argv);
	write_line(w->pid_file, "%d %d\n", (int)getpid(), (int)w->child);
}

/*
 * Reaps what can be reaped, but at most REAP_AT_ONCE: programs that fork and
 * exit in a loop must not keep us here.  False if no child is left at all.
 */
static bool
reap(struct watch *w)
{
	int status;
	pid_t pid = 0;

	for (int i = 0; i < REAP_AT_ONCE; i++) {
		pid = waitpid(-1, &status, WNOHANG | __WALL);
		if (pid <= 0)
			break;
		if (pid == w->child && !w->ended) {
			w->ended = true;
			w->status = status;
		}
	}
	return pid >= 0;
}

/* Waits for a signal, at most until the deadline; 0 at the deadline. */
static int
next_signal(int64_t deadline)
{
	int64_t left = deadline - now_ns();
	struct timespec ts;
	sigset_t all;
	int sig;

	if (left < 0)
		left = 0;
	ts.tv_sec = left / NS_PER_S;
	ts.tv_nsec = left % NS_PER_S;
	sigfillset(&all);
	sig = sigtimedwait(&all, NULL, &ts);
	return sig > 0 ? sig : (errno == EINTR ? SIGCHLD : 0);
}

static void
watch_until_end(struct watch *w)
{
	int64_t deadline = now_ns() + w->limit_ns;

	for (;;) {
		int sig;

		reap(w);
		if (w->ended)
			return;
		sig = next_signal(deadline);
		if (sig == 0 || sig == SIGALRM) {
			w->limit_hit = true;
			return;
		}
		if (sig != SIGCHLD)
			kill(w->child, sig);
	}
}

/* Lists the children of a process's first thread.  Returns how many. */
static size_t
list_children_of(pid_t pid, pid_t *list, size_t max)
{
	char path[64];
	size_t len = 0;
	int child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid,
	    (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (len < max && fscanf(f, "%d", &child) == 1)
		list[len++] = child;
	fclose(f);
	return len;
}

/*
 * Lists our children: as we are a subreaper, any descendant hangs below one of
 * them.  They are unreaped, so their pids are nobody else's; the pid of a
 * grandchild might be, by the time we use it.  Returns how many.
 */
static size_t
list_children(pid_t *list, size_t max)
{
	return list_children_of(getpid(), list, max);
}

/* The state letter of a process and its name; 'X' if it is gone. */
static char
process_state(pid_t pid, char comm[static 64])
{
	char path[64], line[512], *name, *end;
	FILE *f;

	strcpy(comm, "?");
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 'X';
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	name = strchr(line, '(');
	end = strrchr(line, ')');
	if (name == NULL || end == NULL || end[1] == '\0')
		return 'X';
	*end = '\0';
	snprintf(comm, 64, "%s", name + 1);
	return end[2];
}

/* Names the running children if say is set; returns how many there are. */
static int
count_running(const char *say)
{
	static pid_t list[CHILDREN_MAX];
	size_t len = list_children(list, CHILDREN_MAX);
	int running = 0;

	for (size_t i = 0; i < len; i++) {
		char comm[64];
		char state = process_state(list[i], comm);

		if (state == 'Z' || state == 'X')
			continue;
		running++;
		if (say != NULL)
			fprintf(stderr, "%s: %d %s\n", say, (int)list[i], comm);
	}
	return running;
}

/* Names everything below a process and what it does: why is it not over? */
static void
say_tree(pid_t pid, int depth)
{
	pid_t list[64];
	size_t len = list_children_of(pid, list, 64);

	for (size_t i = 0; i < len; i++) {
		char comm[64], path[64], where[64] = "?";
		char state = process_state(list[i], comm);
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/wchan", (int)list[i]);
		f = fopen(path, "re");
		if (f != NULL) {
			if (fgets(where, sizeof(where), f) == NULL)
				where[0] = '\0';
			fclose(f);
		}
		fprintf(stderr, "LIMIT: %*s%d %s, state %c in %s\n", 2 * depth,
		    "", (int)list[i], comm, state, where);
		if (depth < 8)
			say_tree(list[i], depth + 1);
	}
}

/* Kills every descendant until none is left; gives up after 5 s. */
static void
kill_all(struct watch *w)
{
	static pid_t list[CHILDREN_MAX];
	int64_t deadline = now_ns() + 5000000000;

	while (reap(w) && now_ns() < deadline) {
		size_t len = list_children(list, CHILDREN_MAX);

		for (size_t i = 0; i < len; i++)
			kill(list[i], SIGKILL);
		next_signal(now_ns() + 1000000);
	}
}

/*
 * Waits until no descendant is left; a running one may take as long as the
 * grace, a zombie some ms more.  False if something remains.
 */
static bool
all_gone(struct watch *w)
{
	int64_t begin = now_ns();

	while (reap(w)) {
		int64_t waited = now_ns() - begin;

		if (waited >= w->grace_ns &&
		    (waited >= 50000000 || count_running(NULL) > 0))
			return false;
		next_signal(now_ns() + 1000000);
	}
	return true;
}

/* Has the kernel kill us if we are still there long after the limit. */
static void
limit_ourselves(const struct watch *w)
{
	struct sigevent kill_us = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGKILL };
	struct itimerspec when = {
		.it_value.tv_sec =
		    (w->limit_ns + w->grace_ns) / NS_PER_S + STUCK_S,
	};
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &kill_us, &timer) != 0 ||
	    timer_settime(timer, 0, &when, NULL) != 0)
		err(STATUS_SELF, "timer");
}

static int
finish(struct watch *w)
{
	int code = WIFEXITED(w->status) ? WEXITSTATUS(w->status)
					: 128 + WTERMSIG(w->status);

	if (w->limit_hit) {
		fprintf(stderr, "LIMIT: the command did not end; killed:\n");
		say_tree(getpid(), 0);
		kill_all(w);
		return STATUS_LIMIT;
	}
	write_line(w->status_file, "%s %d\n",
	    WIFEXITED(w->status) ? "exit" : "signal",
	    WIFEXITED(w->status) ? code : WTERMSIG(w->status));
	if (all_gone(w))
		return code;
	if (count_running("LEAK") == 0)
		fprintf(stderr, "LEAK: ? zombies that nobody can reap\n");
	kill_all(w);
	return STATUS_LEAK;
}

int
main(int argc, char **argv)
{
	struct watch w = { .limit_ns = 60000000000 };
	int opt;

	while ((opt = getopt(argc, argv, "+it:g:p:w:")) != -1) {
		switch (opt) {
		case 'i':
			w.inherit = true;
			break;
		case 't':
			w.limit_ns = seconds_arg(optarg);
			break;
		case 'g':
			w.grace_ns = seconds_arg(optarg);
			break;
		case 'p':
			w.pid_file = optarg;
			break;
		case 'w':
			w.status_file = optarg;
			break;
		default:
			return STATUS_SELF;
		}
	}
	if (optind == argc)
		errx(STATUS_SELF, "no command");
	limit_ourselves(&w);
	start(&w, argv + optind);
	watch_until_end(&w);
	return finish(&w);
}
