/*
 * The functions of src/sys: one verb a call.
 */
#include <assert.h>
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "sys/cgroup.h"
#include "sys/cpu.h"
#include "sys/loop.h"
#include "sys/packet.h"
#include "sys/pressure.h"
#include "sys/process.h"
#include "sys/rundir.h"
#include "sys/signals.h"

#include "verbs.h"

/* Does what a failed assert does, with nursery's signals blocked. */
static int
verb_abort(char **args)
{
	struct rlimit no_core = { 0, 0 };
	struct signals sig;

	(void)args;
	setrlimit(RLIMIT_CORE, &no_core);
	signals_begin(&sig);
	signals_block(&sig);
	abort();
}

/* What the function finds below the root, or that it finds nothing. */
static int
print_bytes(int (*read)(const char *root, int64_t *ret), const char *root)
{
	int64_t bytes;

	if (read(root, &bytes) == 0)
		printf("%" PRId64 "\n", bytes);
	else
		printf("none\n");
	return 0;
}

static int
verb_room(char **args)
{
	return print_bytes(pressure_room, args[0]);
}

static int
verb_total(char **args)
{
	return print_bytes(pressure_total, args[0]);
}

/* ROOT: load and memory that the files below it say, "none" if they do not. */
static int
verb_pressure(char **args)
{
	int64_t load, memory;

	if (pressure_load(args[0], &load) == 0)
		printf("%" PRId64, load);
	else
		fputs("none", stdout);
	if (pressure_memory(args[0], &memory) == 0)
		printf(" %" PRId64 "\n", memory);
	else
		puts(" none");
	return 0;
}

static int
verb_cpumax(char **args)
{
	return verb_number(cpu_parse_max(args[0]));
}

static int
verb_mountinfo(char **args)
{
	struct cgroup_mount mount;

	if (cgroup_parse_mountinfo(args[0], "cpu", &mount) < 0)
		return verb_refused("no cgroup with CPUs");
	printf("%s %s %s\n", mount.v2 ? "v2" : "v1", mount.root, mount.point);
	return 0;
}

static int
verb_cgroup(char **args)
{
	const char *path;
	bool v2;

	if (cgroup_parse_self(args[0], "cpu", &path, &v2) < 0)
		return verb_refused("no cgroup with CPUs");
	printf("%s %s\n", v2 ? "v2" : "v1", path);
	return 0;
}

static int
verb_cpus(char **args)
{
	(void)args;
	return verb_number(cpu_count());
}

/* ROOT LIMIT: the quota that the files below ROOT say. */
static int
verb_quota(char **args)
{
	return verb_number(cpu_quota(args[0], atoi(args[1])));
}

/* Makes a folder, shows its path and removes it. */
static int
verb_rundir_make(char **args)
{
	char path[RUNDIR_MAX];

	(void)args;
	if (rundir_new(path, NULL) < 0)
		err(1, "rundir_new");
	puts(path);
	rundir_remove(path);
	return 0;
}

static void
count(struct loop_io *io, uint32_t events)
{
	int *n = io->arg;

	(void)events;
	(*n)++;
}

/*
 * Watches two pipes that can be read, forgets the first, whose read end stays
 * open elsewhere, and says how often each was served in ten turns.
 */
static int
verb_loop_forget(char **args)
{
	struct loop *loop = loop_new();
	struct loop_io *first = calloc(1, sizeof(*first)), second = { 0 };
	int served[2] = { 0, 0 }, a[2], b[2], other;

	(void)args;
	if (loop == NULL || first == NULL || pipe(a) < 0 || pipe(b) < 0 ||
	    write(a[1], "x", 1) != 1 || write(b[1], "x", 1) != 1 ||
	    (other = dup(a[0])) < 0)
		err(1, "loop");
	first->ready = second.ready = count;
	first->arg = &served[0];
	second.arg = &served[1];
	if (loop_add(loop, first, a[0], EPOLLIN) < 0 ||
	    loop_add(loop, &second, b[0], EPOLLIN) < 0)
		err(1, "loop_add");
	loop_del(loop, first);
	close(a[0]);
	memset(first, 0xa5, sizeof(*first)); /* as if it were freed */
	for (int i = 0; i < 10; i++)
		loop_turn(loop, false);
	printf("%d %d\n", served[0], served[1]);
	loop_free(loop);
	free(first);
	return 0;
}

/* PARENT: makes a private folder in that one, if it will do, and keeps it. */
static int
verb_rundir_keep(char **args)
{
	char path[RUNDIR_MAX];

	if (rundir_new(path, args[0]) < 0)
		err(1, "rundir_new");
	puts(path);
	return 0;
}

/* PATH PARENT: makes another one in PARENT that goes with the one of PATH. */
static int
verb_rundir_extend(char **args)
{
	char *other = NULL;

	if (rundir_extend(args[0], args[1], &other) < 0)
		err(other == NULL ? 1 : 2, "rundir_extend");
	puts(other);
	free(other);
	return 0;
}

/* PATH: removes the private folder and what is in it. */
static int
verb_rundir_remove(char **args)
{
	rundir_remove(args[0]);
	return 0;
}

/* PATH: as rundir_remove, but keeps what its own folders hold. */
static int
verb_rundir_leave(char **args)
{
	rundir_leave(args[0]);
	return 0;
}

static bool
names_ours(const char *path)
{
	const char *name = strrchr(path, '/');

	return name != NULL && strncmp(name, "/nursery.", 9) == 0 &&
	    strlen(name) == sizeof("/nursery.XXXXXX") - 1;
}

static void
make_traced(char *shared)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(77);
	raise(SIGSTOP);
	_exit(rundir_new(shared, NULL) < 0);
}

/*
 * Looks after each instruction at the path of the folder that another process
 * makes.  Status 77: nothing can be traced here.
 */
static int
verb_rundir_trace(char **args)
{
	char *shared = mmap(NULL, RUNDIR_MAX, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	(void)args;
	if (shared == MAP_FAILED || (pid = fork()) < 0)
		err(1, "no process");
	if (pid == 0)
		make_traced(shared);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (shared[0] != '\0' && !names_ours(shared)) {
			kill(pid, SIGKILL);
			errx(1, "it names %s", shared);
		}
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) < 0)
			return 77;
	}
	puts(shared);
	rundir_remove(shared);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/*
 * NUMBER FD COMMAND ARG...: starts the command with a pipe as its descriptor
 * NUMBER, which is FD here, and prints what it writes there.
 */
static int
verb_child_fd(char **args)
{
	int fds[2], input, copy = atoi(args[1]), status;
	struct signals signals;
	struct process_spawner *spawner = process_spawner_new();
	struct process_request request = { .cgroup_fd = -1,
		.argv = args + 2,
		.envp = environ,
		.fds = { 0, 1, 2 },
		.signals = &signals };
	struct process spawned;
	char bytes[256];
	ssize_t len;

	signals_begin(&signals);
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

/* Prints what comes from a peer that answers, reads nothing and leaves. */
static int
verb_hasty(char **args)
{
	char text[8] = "";
	struct packet packet;
	int ends[2];

	(void)args;
	assert(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	assert(packet_send(ends[0], "ask", 4, -1) == 0);
	assert(packet_send(ends[1], "no", 3, -1) == 0);
	close(ends[1]);
	while (packet_receive(ends[0], text, sizeof(text), &packet) > 0)
		puts(text);
	return 0;
}

static const struct verb verbs[] = {
	{ "abort", 0, 0, verb_abort },
	{ "pressure", 1, 1, verb_pressure },
	{ "total", 1, 1, verb_total },
	{ "room", 1, 1, verb_room },
	{ "cpumax", 1, 1, verb_cpumax },
	{ "mountinfo", 1, 1, verb_mountinfo },
	{ "cgroup", 1, 1, verb_cgroup },
	{ "cpus", 0, 0, verb_cpus },
	{ "quota", 2, 2, verb_quota },
	{ "loop-forget", 0, 0, verb_loop_forget },
	{ "rundir-make", 0, 0, verb_rundir_make },
	{ "rundir-keep", 1, 1, verb_rundir_keep },
	{ "rundir-remove", 1, 1, verb_rundir_remove },
	{ "rundir-extend", 2, 2, verb_rundir_extend },
	{ "rundir-leave", 1, 1, verb_rundir_leave },
	{ "rundir-trace", 0, 0, verb_rundir_trace },
	{ "child-fd", 3, VERB_ANY, verb_child_fd },
	{ "hasty", 0, 0, verb_hasty },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
