/*
 * Runs the output layer without the rest of nursery.
 *
 *   output [-e] [-g N] [-l TAG] [-n] [-R N] [-r FD] [-t DIR] MODE BUFFER
 *     COMMAND...
 *	starts every COMMAND with sh -c at once; MODE is keep, group, line or
 *	ungroup.  -e: ends the commands when output is undeliverable; -g:
 *	gives up after N turns of the loop; -l: the lines of the Nth command
 *	are labelled with TAG and N; -n: says a note whenever a command
 *	ends; -R: the output of a command is held until it has succeeded; if
 *	it fails it runs again, N times in all ($TRY is the number of the
 *	time); -r: a report goes to the descriptor FD.
 *   output [-l TAG] [-r FD] [-t DIR] [-s] MODE BUFFER --merge COUNT
 *	no processes: behind one open capture COUNT others write a line and end
 *	(-s: 100 bytes each on standard error too); then the first ends.
 *
 * Exits with 0, or 125 if output could not be delivered.
 */
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "base/xalloc.h"
#include "output/output.h"
#include "sys/fd.h"
#include "sys/loop.h"

struct driver;

struct child {
	struct driver *driver;
	struct capture *cap;
	pid_t pid;
	int number;
	const char *command;
	int status; /* of waitpid(2) */
	long tries;
	uint64_t wrote;
	bool drained;
};

struct driver {
	struct loop *loop;
	struct output *out;
	struct loop_io signals;
	sigset_t original;
	struct child *children;
	int len;
	int running; /* number of children that are not reaped */
	int undrained;
	long turns; /* number of turns after which to give up; 0: never */
	long tries; /* how often a command that fails runs at most */
	bool ends_on_error;
	bool notes;
	bool on_stderr;
	const char *tag; /* NULL: no labels */
	FILE *report;
	int errors[3];
};

static void
wrote(void *job)
{
	struct child *child = job;

	assert(!child->drained);
	child->wrote++;
}

static void run(struct child *child, const int fds[2]);

static void
drained(void *job, int error, const int64_t wrote[2])
{
	(void)wrote;
	struct child *child = job;
	int fds[2];

	assert(error == 0);
	assert(!child->drained);
	if (child->tries < child->driver->tries) {
		if (child->status != 0) {
			/* also what a retry that is called off does */
			if (capture_again(child->cap, NULL, fds) < 0)
				err(1, "cannot capture again");
			capture_cancel(child->cap);
			if (capture_again(child->cap, NULL, fds) < 0)
				err(1, "cannot capture again");
			run(child, fds);
			return;
		}
		capture_release(child->cap);
	}
	child->drained = true;
	child->cap = NULL;
	child->driver->undrained--;
}

static void
undeliverable(void *arg, int fd, int error, bool lost)
{
	struct driver *driver = arg;

	assert((fd == 1 || fd == 2) && error != 0);
	assert(
	    driver->errors[fd] == 0 || (driver->errors[fd] == error && lost));
	driver->errors[fd] = error;
	for (int i = 0; driver->ends_on_error && i < driver->len; i++)
		if (driver->children[i].pid > 0)
			kill(driver->children[i].pid, SIGTERM);
}

static void
on_sigpipe(int sig)
{
	(void)sig;
}

static void
reap(struct loop_io *io, uint32_t events)
{
	struct driver *driver = io->arg;
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	(void)events;
	while (read(io->fd, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < driver->len; i++) {
			struct child *child = &driver->children[i];
			char line[64];

			if (child->pid != pid)
				continue;
			child->pid = 0;
			child->status = status;
			driver->running--;
			capture_drain(child->cap);
			snprintf(line, sizeof(line), "note: %d ended\n",
			    child->number);
			if (driver->notes)
				output_note(driver->out, line, strlen(line));
		}
	}
}

static struct capture *
capture(struct driver *driver, struct child *child, int ret_fds[2])
{
	struct capture *cap;
	struct output_label label = { .behind = '\t' };
	char *tag = NULL;

	if (driver->tag != NULL) {
		tag = xasprintf("%s%d", driver->tag, child->number);
		label.text = tag;
		label.len = strlen(tag);
	}
	cap = capture_open(
	    driver->out, NULL, child, tag != NULL ? &label : NULL, ret_fds);
	free(tag);
	if (cap == NULL)
		err(1, "cannot capture");
	return cap;
}

_Noreturn static void
give_up(struct driver *driver)
{
	for (int i = 0; i < driver->len; i++)
		if (driver->children[i].pid > 0)
			kill(driver->children[i].pid, SIGTERM);
	output_free(driver->out);
	close(driver->signals.fd);
	loop_free(driver->loop);
	free(driver->children);
	exit(0);
}

static void
run(struct child *child, const int fds[2])
{
	struct driver *driver = child->driver;
	char number[24];

	child->tries++;
	driver->running++;
	snprintf(number, sizeof(number), "%ld", child->tries);
	setenv("TRY", number, 1);
	child->pid = fork();
	if (child->pid < 0)
		err(1, "cannot fork");
	if (child->pid == 0) {
		if ((fds[0] != 1 && dup2(fds[0], 1) < 0) ||
		    (fds[1] != 2 && dup2(fds[1], 2) < 0))
			_exit(126);
		sigprocmask(SIG_SETMASK, &driver->original, NULL);
		execl("/bin/sh", "sh", "-c", child->command, (char *)NULL);
		_exit(127);
	}
	capture_started(child->cap);
	if (child->tries > 1 && child->tries == driver->tries)
		capture_release(child->cap);
}

static void
start(struct driver *driver, struct child *child, const char *command)
{
	int fds[2];

	child->driver = driver;
	child->command = command;
	child->cap = capture(driver, child, fds);
	if (driver->tries > 1)
		capture_hold(child->cap);
	run(child, fds);
}

static void
run_commands(struct driver *driver, char **commands, int len)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &driver->original);
	driver->signals =
	    (struct loop_io){ .ready = reap, .arg = driver, .urgent = true };
	if (loop_add(driver->loop, &driver->signals,
		signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), EPOLLIN) < 0)
		err(1, "cannot watch signals");
	driver->children = xcalloc((size_t)len, sizeof(struct child));
	driver->len = driver->undrained = len;
	for (int i = 0; i < len; i++) {
		driver->children[i].number = i + 1;
		start(driver, &driver->children[i], commands[i]);
	}
	while (driver->undrained > 0 || !output_idle(driver->out)) {
		loop_turn(driver->loop, true);
		if (driver->turns > 0 && --driver->turns == 0)
			give_up(driver);
	}
}

static void
say(int fd, const char *line)
{
	if (write(fd, line, strlen(line)) != (ssize_t)strlen(line))
		err(1, "cannot write to the pipe");
}

static void
run_merge(struct driver *driver, long count)
{
	struct child first = { .driver = driver };
	struct child each = { .driver = driver };
	char line[200];
	int fds[2], held, error;

	driver->undrained = (int)count + 1;
	first.cap = capture(driver, &first, fds);
	held = dup(fds[0]);
	error = dup(fds[1]);
	capture_started(first.cap);
	for (long i = 1; i <= count; i++) {
		each.drained = false;
		each.number = (int)i;
		each.cap = capture(driver, &each, fds);
		snprintf(line, sizeof(line), "line %ld\n", i);
		say(fds[0], line);
		snprintf(line, sizeof(line), "%99ld\n", i);
		if (driver->on_stderr)
			say(fds[1], line);
		capture_started(each.cap);
		if (i % 3 == 0)
			loop_turn(driver->loop, false);
		capture_drain(each.cap);
	}
	say(held, "first\n");
	close(held);
	close(error);
	loop_turn(driver->loop, false);
	capture_drain(first.cap);
	while (driver->undrained > 0 || !output_idle(driver->out))
		loop_turn(driver->loop, true);
}

static enum output_mode
parse_mode(const char *name)
{
	static const char *const names[] = { "keep", "group", "line",
		"ungroup" };

	for (int i = 0; i < 4; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum output_mode)i;
	errx(1, "%s: no such mode", name);
}

static int
report(struct driver *driver, int close_error)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	if (driver->report != NULL) {
		for (int i = 0; i < driver->len; i++)
			fprintf(driver->report, "job %d events %" PRIu64 "\n",
			    i + 1, driver->children[i].wrote);
		fprintf(driver->report,
		    "peak %ld KiB cpu %ld.%03ld s errors %s %s %s\n",
		    usage.ru_maxrss,
		    usage.ru_utime.tv_sec + usage.ru_stime.tv_sec,
		    (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000,
		    strerrorname_np(driver->errors[1]),
		    strerrorname_np(driver->errors[2]),
		    strerrorname_np(close_error));
		fclose(driver->report);
	}
	return driver->errors[1] || driver->errors[2] || close_error ? 125 : 0;
}

static int
close_both(struct output *out)
{
	int error = output_close(out, STDOUT_FILENO);
	int late = output_close(out, STDERR_FILENO);

	return error != 0 ? error : late;
}

int
main(int argc, char **argv)
{
	struct driver driver = { 0 };
	struct output_options options = { .tmpdir = "/tmp",
		.colour = COLOUR_NEVER };
	struct output_events events = { .wrote = wrote,
		.drained = drained,
		.undeliverable = undeliverable };
	struct sigaction noop = { .sa_handler = on_sigpipe };
	int opt, status;

	if (fd_open_standard() < 0)
		return 125;
	while ((opt = getopt(argc, argv, "+eg:l:nR:r:st:")) != -1) {
		if (opt == 'e')
			driver.ends_on_error = true;
		else if (opt == 'g')
			driver.turns = atol(optarg);
		else if (opt == 'l')
			driver.tag = optarg;
		else if (opt == 'n')
			driver.notes = true;
		else if (opt == 'R')
			driver.tries = atol(optarg);
		else if (opt == 'r')
			driver.report = fdopen(atoi(optarg), "w");
		else if (opt == 's')
			driver.on_stderr = true;
		else if (opt == 't')
			options.tmpdir = optarg;
		else
			return 1;
	}
	if (argc - optind < 3)
		errx(1,
		    "usage: output [-ens] [-g N] [-l TAG] [-R N] "
		    "[-r FD] [-t DIR] MODE BUFFER COMMAND...");
	sigaction(SIGPIPE, &noop, NULL);
	sigaction(SIGXFSZ, &noop, NULL);
	options.mode = parse_mode(argv[optind++]);
	options.buffer = strtoll(argv[optind++], NULL, 10);
	driver.loop = loop_new();
	driver.out = output_new(driver.loop, &options, &events, &driver);
	if (strcmp(argv[optind], "--merge") == 0 && argc - optind == 2)
		run_merge(&driver, atol(argv[optind + 1]));
	else
		run_commands(&driver, argv + optind, argc - optind);
	loop_turn(driver.loop, false); /* an error is told a turn after it */
	status = report(&driver, close_both(driver.out));
	output_free(driver.out);
	if (driver.children != NULL)
		close(driver.signals.fd);
	loop_free(driver.loop);
	free(driver.children);
	return status;
}
