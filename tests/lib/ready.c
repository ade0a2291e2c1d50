/*
 * The readiness of services without the rest of nursery, for tests/ready.bats.
 *
 *   ready parse TEXT	what --ready TEXT means
 *   ready message TEXT	what a datagram of sd_notify means
 *   ready run [-s] SPEC COMMAND
 *	starts COMMAND with sh -c and prints what is learnt of its readiness, a
 *	line each; ends it with SIGTERM then (-s: waits for its own end).  Once
 *	it is ready an hour goes by: nothing may come of that.
 *   ready dials SPEC N	how N tries of tcp or unix ended, each way once
 *   ready delays	after how long exec: is asked again, in virtual time
 *   ready spawn NUMBER FD COMMAND ARG...
 *	starts COMMAND with a pipe as its descriptor NUMBER, which is our FD,
 *	and prints what it writes there
 *
 * What a service does, for run:
 *   ready send [-f N] MESSAGE	a datagram, \n is a newline, with N descriptors
 *   ready barrier		waits until all before it was read
 *   ready listen TYPE NAME	TYPE is tcp4, tcp6, stream, seqpacket or dgram;
 *				bound: tcp4, but nobody listens
 *   ready listen full PORT GATE	nobody is let in until the gate is open
 *   ready free-port		a port of TCP that nobody has
 */
#include <assert.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/strvec.h"
#include "base/xalloc.h"
#include "ready/dial.h"
#include "ready/notify.h"
#include "ready/ready.h"
#include "ready/spec.h"
#include "sys/fd.h"
#include "sys/loop.h"
#include "sys/process.h"
#include "sys/rundir.h"
#include "sys/signals.h"

#define HOUR_NS (INT64_C(3600) * NS_PER_S)

static const char *const kind_names[READY_KINDS] = { "notify", "fd", "tcp",
	"unix", "file", "log", "exec" };

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

	notify_parse(args[0], &message);
	printf("%s [%s] %" PRId64 "\n", message.ready ? "ready" : "-",
	    message.status != NULL ? message.status : "", message.extend_ns);
	return 0;
}

/* One of what is started: the service or a probe. */
struct program {
	pid_t pid; /* 0: none runs */
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
	struct process_request request = { .argv = argv,
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
		ready_probe_ended(run->ready, status == 0);
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
	int fds[2];

	strvec_push_all(&env, environ);
	if (ready_notify_path(run->ready) != NULL)
		strvec_pushf(
		    &env, "NOTIFY_SOCKET=%s", ready_notify_path(run->ready));
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
	for (int i = 0; i < 32; i++) /* what it sent last */
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
 * A millisecond a step goes by, and as much more as we need: a try is neither
 * early, by the clock, nor late, by the steps.
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
		/* none is asked for while one runs */
		asked = false;
		loop_skip_time(loop, -HOUR_NS);
		loop_turn(loop, false);
		if (asked)
			printf("try %zu while one runs\n", i + 1);
		ready_probe_ended(ready, false);
	}
	ready_free(ready);
	spec_release(&spec);
	loop_free(loop);
	puts("done");
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

/* SPEC N */
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

/* NUMBER FD COMMAND ARG... */
static int
verb_spawn(char **args)
{
	int fds[2], input, copy = atoi(args[1]), status;
	struct signals signals;
	struct process_spawner *spawner = process_spawner_new();
	struct process_request request = { .argv = args + 2,
		.envp = environ,
		.fds = { 0, 1, 2 },
		.signals = &signals };
	struct process spawned;
	char bytes[256];
	ssize_t len;

	signals_block(&signals);
	if (pipe2(fds, O_CLOEXEC) < 0 ||
	    (input = fcntl(fds[0], F_DUPFD_CLOEXEC, 100)) < 0 ||
	    (fds[1] != copy && dup3(fds[1], copy, O_CLOEXEC) < 0))
		err(125, "pipe");
	if (fds[1] != copy)
		close(fds[1]);
	request.extra_fd = copy;
	request.extra_number = atoi(args[0]);
	if (process_spawn(spawner, &request, &spawned) != PROCESS_OK)
		err(125, "spawn");
	assert((fcntl(copy, F_GETFD) & FD_CLOEXEC) != 0);
	close(copy);
	while ((len = read(input, bytes, sizeof(bytes))) > 0)
		fwrite(bytes, 1, (size_t)len, stdout);
	waitpid(spawned.pid, &status, 0);
	process_spawner_free(spawner);
	return WEXITSTATUS(status);
}

/* Sends to $NOTIFY_SOCKET; n_fds descriptors fd go along. */
static void
send_message(const char *bytes, size_t len, int fd, int n_fds)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char control[CMSG_SPACE(253 * sizeof(int))] = { 0 };
	struct iovec iov = { (char *)bytes, len };
	struct msghdr msg = { .msg_name = &addr,
		.msg_namelen = sizeof(addr),
		.msg_iov = &iov,
		.msg_iovlen = 1 };

	if (path == NULL)
		errx(125, "no NOTIFY_SOCKET");
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (n_fds > 0) {
		struct cmsghdr *cmsg = (struct cmsghdr *)control;

		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
		for (int i = 0; i < n_fds; i++)
			memcpy(CMSG_DATA(cmsg) + (size_t)i * sizeof(int), &fd,
			    sizeof(fd));
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE((size_t)n_fds * sizeof(int));
	}
	if (sendmsg(sock, &msg, 0) < 0)
		err(1, "sendmsg");
	close(sock);
}

/* In place: \n a newline, \0 a NUL.  Returns the length. */
static size_t
unescape(char *s)
{
	size_t len = 0;

	for (const char *p = s; *p != '\0'; p++, len++) {
		s[len] = *p;
		if (p[0] == '\\' && (p[1] == 'n' || p[1] == '0'))
			s[len] = *++p == 'n' ? '\n' : '\0';
	}
	return len;
}

/* [-f N] MESSAGE */
static int
verb_send(char **args)
{
	int n_fds = 0;

	if (strcmp(args[0], "-f") == 0) {
		n_fds = atoi(args[1]);
		args += 2;
	}
	send_message(args[0], unescape(args[0]), 1, n_fds);
	return 0;
}

static int
verb_barrier(char **args)
{
	static const char text[] = "BARRIER=1";
	int fds[2];
	char byte;

	(void)args;
	if (pipe2(fds, O_CLOEXEC) < 0)
		err(125, "pipe");
	send_message(text, sizeof(text) - 1, fds[1], 1);
	close(fds[1]);
	return read(fds[0], &byte, 1) == 0 ? 0 : 1;
}

static socklen_t
name_tcp(struct sockaddr_storage *ret, int family, const char *port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = v4.sin_port,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	if (family == AF_INET)
		memcpy(ret, &v4, sizeof(v4));
	else
		memcpy(ret, &v6, sizeof(v6));
	return family == AF_INET ? sizeof(v4) : sizeof(v6);
}

static int
bind_new(int type, const struct sockaddr_storage *name, socklen_t len)
{
	int one = 1, sock = socket(name->ss_family, type | SOCK_CLOEXEC, 0);

	if (sock < 0)
		err(1, "socket");
	setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(sock, (const struct sockaddr *)name, len) < 0)
		err(1, "bind");
	return sock;
}

/* Fills the queue of the listening socket, then waits at the gate. */
static void
fill(int sock, const struct sockaddr_storage *name, socklen_t len,
    const char *gate)
{
	int fd;

	for (;;) {
		fd = socket(name->ss_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (connect(fd, (const struct sockaddr *)name, len) < 0)
			break; /* would have to wait */
	}
	close(fd);
	puts("full");
	fflush(stdout);
	if (open(gate, O_RDONLY | O_CLOEXEC) < 0)
		err(1, "%s", gate);
	while (accept(sock, NULL, NULL) >= 0)
		;
}

/* TYPE NAME [GATE]: until it is killed. */
static int
verb_listen(char **args)
{
	struct sockaddr_storage name = { 0 };
	int type = SOCK_STREAM, sock;
	socklen_t len = sizeof(struct sockaddr_un);
	bool full = strcmp(args[0], "full") == 0;
	bool bound = strcmp(args[0], "bound") == 0;

	if (strncmp(args[0], "tcp", 3) == 0 || full || bound) {
		len = name_tcp(&name,
		    strcmp(args[0], "tcp6") == 0 ? AF_INET6 : AF_INET, args[1]);
	} else {
		struct sockaddr_un addr = { .sun_family = AF_UNIX };

		snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", args[1]);
		memcpy(&name, &addr, sizeof(addr));
		if (strcmp(args[0], "stream") != 0)
			type = strcmp(args[0], "dgram") == 0 ? SOCK_DGRAM
							     : SOCK_SEQPACKET;
	}
	sock = bind_new(type, &name, len);
	if (type != SOCK_DGRAM && !bound && listen(sock, full ? 0 : 5) < 0)
		err(1, "listen");
	if (full)
		fill(sock, &name, len, args[2]);
	puts("listening");
	fflush(stdout);
	while (pause() < 0)
		;
	return 0;
}

/* Not one of those that the kernel gives to clients. */
static int
verb_free_port(char **args)
{
	char port[sizeof("65535")];

	(void)args;
	for (;;) {
		int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		struct sockaddr_storage name = { 0 };
		socklen_t len;

		snprintf(port, sizeof(port), "%u",
		    20000 + arc4random_uniform(12000));
		len = name_tcp(&name, AF_INET, port);
		if (bind(sock, (struct sockaddr *)&name, len) == 0)
			break;
		close(sock);
	}
	puts(port);
	return 0;
}

static const struct {
	const char *name;
	int min_args;
	int (*run)(char **args);
} verbs[] = {
	{ "parse", 1, verb_parse },
	{ "message", 1, verb_message },
	{ "run", 2, verb_run },
	{ "delays", 0, verb_delays },
	{ "dials", 2, verb_dials },
	{ "spawn", 3, verb_spawn },
	{ "send", 1, verb_send },
	{ "barrier", 0, verb_barrier },
	{ "listen", 2, verb_listen },
	{ "free-port", 0, verb_free_port },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
		    argc - 2 >= verbs[i].min_args)
			return verbs[i].run(argv + 2);
	fputs("usage: ready VERB ARG...; see tests/lib/ready.c\n", stderr);
	return 125;
}
