/*
 * The readiness of services without the rest of nursery: one verb a call.
 *
 *   ready parse TEXT	what --ready TEXT means
 *   ready message TEXT	what a datagram of sd_notify means
 *   ready run [-s] SPEC COMMAND
 *	starts COMMAND with sh -c and prints what is learnt of its readiness, a
 *	line each; ends it with SIGTERM then (-s: waits for its own end).  Once
 *	it is ready an hour goes by: nothing may come of that.
 *   ready dials SPEC N	how N tries of tcp or unix ended, each way once
 *   ready delays	after how long exec: is asked again, in virtual time
 */
#include <assert.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/strvec.h"
#include "base/xalloc.h"
#include "ready/dial.h"
#include "ready/notify_socket.h"
#include "ready/ready.h"
#include "ready/spec.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/process.h"
#include "sys/rundir.h"
#include "sys/signals.h"

#include "verbs.h"

#define HOUR_NS (INT64_C(3600) * NS_PER_S)

static const char *const kind_names[READY_KINDS] = { "notify", "fd", "tcp",
	"unix", "file", "log", "exec", "http" };

static int
verb_parse(char **args)
{
	struct ready_spec spec = { .number = -1 };
	char *why = NULL;

	if (spec_parse(args[0], &spec, &why) < 0) {
		assert(spec.number == -1);
		printf("error: %s\n", why);
		free(why);
		return 1;
	}
	assert(why == NULL);
	printf("%s %s", kind_names[spec.kind],
	    spec.value != NULL ? spec.value : "-");
	if (spec.number > 0)
		printf(" %d", spec.number);
	if (spec.request != NULL)
		printf(
		    " [%.*s]", (int)strcspn(spec.request, "\r"), spec.request);
	for (size_t i = 0; i < spec.n_addresses; i++) {
		struct ready_address *address = &spec.addresses[i];
		char host[NI_MAXHOST], port[NI_MAXSERV];

		if (address->name.ss_family == AF_UNIX)
			continue;
		getnameinfo((struct sockaddr *)&address->name, address->len,
		    host, sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
		printf(" %s/%s", host, port);
	}
	putchar('\n');
	spec_release(&spec);
	return 0;
}

static int
verb_message(char **args)
{
	struct notify_message message;

	notify_socket_parse(args[0], &message);
	printf("%s [%s] %" PRId64 "\n", message.ready ? "ready" : "-",
	    message.status != NULL ? message.status : "", message.extend_ns);
	return 0;
}

/* A program that was started: the service or a probe. */
struct program {
	pid_t pid; /* 0: it does not run */
	int pidfd;
};

struct run {
	struct loop *loop;
	struct ready *ready;
	struct ready_spec spec;
	struct signals signals;
	struct loop_io child;
	struct loop_io output; /* of the pipe that the service writes to */
	struct process_spawner *spawner;
	struct program service;
	struct program probe;
	char folder[RUNDIR_MAX];
	bool stay;
	bool told;
};

static int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	if (dir == NULL)
		err(125, "/proc/self/fd");
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

static void
start(struct run *run, struct program *program, const char *text,
    const int fds[2], char *const *env)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)text, NULL };
	struct process_request request = { .cgroup_fd = -1,
		.argv = argv,
		.envp = env,
		.fds = { 0, fds[0], fds[1] },
		.signals = &run->signals };
	struct process spawned;

	if (program == &run->service)
		request.extra_fd =
		    ready_child_fd(run->ready, &request.extra_number);
	if (process_spawn(run->spawner, &request, &spawned) != PROCESS_OK)
		err(125, "spawn");
	program->pid = spawned.pid;
	program->pidfd = spawned.pidfd;
}

static void
tell_time(struct run *run)
{
	run->told = true;
	fflush(stdout);
	if (!run->stay)
		kill(-run->service.pid, SIGTERM);
}

static void
on_ready(void *arg)
{
	puts("ready");
	tell_time(arg);
}

static void
on_failed(void *arg, const char *why)
{
	printf("failed: the service %s\n", why);
	tell_time(arg);
}

static void
on_probe(void *arg)
{
	struct run *run = arg;
	static const int fds[] = { 1, 2 };

	assert(run->probe.pid == 0);
	start(run, &run->probe, run->spec.value, fds, environ);
}

static void
on_extend(void *arg, int64_t ns)
{
	(void)arg;
	printf("extend %" PRId64 "\n", ns);
}

static bool
reap(struct program *program, int *ret_status)
{
	if (program->pid == 0 ||
	    waitpid(program->pid, ret_status, WNOHANG) <= 0)
		return false;
	close(program->pidfd);
	program->pid = 0;
	return true;
}

static void
on_child(struct loop_io *io, uint32_t events)
{
	struct run *run = io->arg;
	struct signalfd_siginfo info;
	int status;

	(void)events;
	while (read(io->fd, &info, sizeof(info)) > 0)
		;
	if (reap(&run->probe, &status) && run->service.pid != 0)
		ready_probe_ended(
		    run->ready, status == 0 ? NULL : "has failed");
	if (reap(&run->service, &status)) {
		if (WIFEXITED(status))
			printf("exited %d\n", WEXITSTATUS(status));
		else if (run->stay)
			printf("died of %d\n", WTERMSIG(status));
	}
}

static void
on_output(struct loop_io *io, uint32_t events)
{
	struct run *run = io->arg;
	char bytes[1024];
	ssize_t len = read(io->fd, bytes, sizeof(bytes));
	int fd = io->fd;

	(void)events;
	if (len > 0) {
		ready_log(run->ready, bytes, (size_t)len);
	} else if (len == 0) {
		loop_del(run->loop, io);
		close(fd);
	}
}

/* Returns the end of the pipe that becomes the service's 1 and 2. */
static int
open_output(struct run *run)
{
	int fds[2];

	if (fd_pipe(fds) < 0)
		err(125, "pipe");
	run->output = (struct loop_io){ .ready = on_output, .arg = run };
	loop_add(run->loop, &run->output, fds[0], EPOLLIN);
	return fds[1];
}

static void
open_run(struct run *run)
{
	static const struct ready_events events = { on_ready, on_failed,
		on_probe, on_extend };
	char *path;

	signals_begin(&run->signals);
	signals_block(&run->signals);
	run->loop = loop_new();
	run->spawner = process_spawner_new();
	run->child =
	    (struct loop_io){ .ready = on_child, .arg = run, .urgent = true };
	loop_add(run->loop, &run->child, signals_open(&run->signals), EPOLLIN);
	if (rundir_new(run->folder, NULL) < 0)
		err(125, "folder");
	path = xasprintf("%s/notify", run->folder);
	run->ready = ready_new(run->loop, &run->spec, path, &events, run);
	if (run->ready == NULL)
		err(125, "ready_new");
	free(path);
}

static void
start_service(struct run *run, const char *text)
{
	struct strvec env = STRVEC_INIT;
	enum ready_before before;
	int fds[2];

	strvec_push_all(&env, environ);
	if (ready_notify_path(run->ready) != NULL)
		strvec_pushf(
		    &env, "NOTIFY_SOCKET=%s", ready_notify_path(run->ready));
	while ((before = ready_look(run->ready)) == READY_LOOKING)
		loop_turn(run->loop, true);
	if (before == READY_TAKEN)
		puts("taken");
	fds[0] = fds[1] = open_output(run);
	start(run, &run->service, text, fds, env.items);
	close(fds[0]);
	ready_begin(run->ready);
	strvec_release(&env);
}

static void
close_run(struct run *run)
{
	int signalfd = run->child.fd;

	if (ready_status(run->ready) != NULL)
		printf("status: %s\n", ready_status(run->ready));
	ready_free(run->ready);
	if (rmdir(run->folder) < 0)
		puts("something is left in the folder");
	spec_release(&run->spec);
	loop_del(run->loop, &run->child);
	close(signalfd);
	loop_free(run->loop);
	process_spawner_free(run->spawner);
}

static int
verb_run(char **args)
{
	struct run run = { 0 };
	char *why;
	int fds;

	if (strcmp(args[0], "-s") == 0) {
		run.stay = true;
		args++;
	}
	if (spec_parse(args[0], &run.spec, &why) < 0)
		errx(125, "'%s' is %s", args[0], why);
	fds = count_fds();
	open_run(&run);
	start_service(&run, args[1]);
	while (
	    run.service.pid != 0 || run.probe.pid != 0 || run.output.fd >= 0) {
		loop_turn(run.loop, true);
		if (!run.told)
			continue;
		loop_skip_time(run.loop, -HOUR_NS);
		loop_turn(run.loop, false);
	}
	for (int i = 0; i < 32; i++) /* reads what the service sent last */
		loop_turn(run.loop, false);
	close_run(&run);
	if (count_fds() != fds)
		puts("descriptors are left open");
	return 0;
}

static void
note_probe(void *arg)
{
	*(bool *)arg = true;
}

/*
 * Lets time go by in steps of a millisecond, to which the time that we need
 * adds some: by the clock no try may come too early, by the steps none too
 * late.
 */
static int
verb_delays(char **args)
{
	static const struct ready_events events = { .probe = note_probe };
	static const int wanted[] = { 0, 5, 10, 20, 40, 80, 160, 250, 250,
		250 };
	struct loop *loop = loop_new();
	struct ready_spec spec;
	bool asked = false;
	struct ready *ready;
	char *why;

	(void)args;
	if (spec_parse("exec:x", &spec, &why) < 0)
		return 1;
	ready = ready_new(loop, &spec, NULL, &events, &asked);
	ready_begin(ready);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		int64_t start_ns = loop_now(loop);
		int steps = 0;

		for (loop_turn(loop, false); !asked; loop_turn(loop, false)) {
			loop_skip_time(loop, -NS_PER_MS);
			steps++;
		}
		if (steps > wanted[i] ||
		    loop_now(loop) - start_ns < wanted[i] * NS_PER_MS)
			printf("try %zu after %d steps\n", i, steps);
		/* No other probe is asked for while one runs. */
		asked = false;
		loop_skip_time(loop, -HOUR_NS);
		loop_turn(loop, false);
		if (asked)
			printf("try %zu while one runs\n", i + 1);
		ready_probe_ended(ready, "has failed");
	}
	ready_free(ready);
	spec_release(&spec);
	loop_free(loop);
	puts("done");
	return 0;
}

static void
on_nothing(void *arg)
{
	(void)arg;
}

/* SPEC: prints what stands in the way, or how far looking before got. */
static int
verb_why(char **args)
{
	static const struct ready_events events = { .ready = on_nothing };
	struct loop *loop = loop_new();
	struct ready_spec spec;
	struct ready *ready;
	enum ready_before before;
	char *why;

	if (spec_parse(args[0], &spec, &why) < 0)
		errx(125, "'%s' is %s", args[0], why);
	ready = ready_new(loop, &spec, NULL, &events, NULL);
	if (ready == NULL)
		err(125, "ready_new");
	while ((before = ready_look(ready)) == READY_LOOKING)
		loop_turn(loop, true);
	if (before == READY_TAKEN) {
		puts("taken");
	} else {
		ready_begin(ready);
		while (ready_status(ready) == NULL)
			loop_turn(loop, true);
		puts(ready_status(ready));
	}
	ready_free(ready);
	spec_release(&spec);
	loop_free(loop);
	return 0;
}

struct dialling {
	bool over;
	int error;
};

static void
on_dialled(void *arg, int error)
{
	struct dialling *dialling = arg;

	dialling->over = true;
	dialling->error = error;
}

/* SPEC N: prints how each try ended, unless it is as the one before. */
static int
verb_dials(char **args)
{
	struct loop *loop = loop_new();
	struct ready_spec spec;
	struct dialling dialling;
	struct dial *dial;
	int last = -1;
	char *why;

	if (spec_parse(args[0], &spec, &why) < 0)
		errx(125, "'%s' is %s", args[0], why);
	dial = dial_new(
	    loop, spec.addresses, spec.n_addresses, on_dialled, &dialling);
	for (int i = 0; i < atoi(args[1]); i++) {
		dialling.over = false;
		dial_try(dial);
		while (!dialling.over)
			loop_turn(loop, true);
		if (dialling.error != last)
			puts(strerror(dialling.error));
		last = dialling.error;
	}
	dial_free(dial);
	spec_release(&spec);
	loop_free(loop);
	return 0;
}

static const struct verb verbs[] = {
	{ "parse", 1, 1, verb_parse },
	{ "message", 1, 1, verb_message },
	{ "run", 2, 3, verb_run },
	{ "delays", 0, 0, verb_delays },
	{ "dials", 2, 2, verb_dials },
	{ "why", 1, 1, verb_why },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
