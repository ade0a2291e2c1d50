/*
 * zoo: programs that try to survive whoever wants to end them, as jobs of the
 * tests.
 *
 *	zoo [-l LIFELINE] [-r READY] [-x STATUS] ANIMAL
 *	zoo -c ANIMAL		exits 0 if this machine lets the animal live
 *	zoo -L			lists them
 *
 * The animal builds its family, writes "ready" to the FIFO READY, and then
 * stays for ever, or exits with STATUS.  Every process of it holds LIFELINE (a
 * FIFO, or a descriptor's number) open for writing: its reader sees the end of
 * the file when nobody lives.  What the tests forget dies after LIFETIME_S, and
 * after HOPS_MAX hops an animal stays where it is: its zombies must not fill
 * the machine, even if nobody reaps them.
 */
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checked.h"

/* CLONE_AUTOREAP of Linux 7.1; older headers do not have it. */
#define AUTOREAP (UINT64_C(1) << 34)

enum {
	LIFETIME_S = 60,
	HOPS_MAX = 12000,
	BOMB_MAX = 300,
	DEEP = 20,
	WIDE = 200,
};

struct zoo {
	const char *ready; /* FIFO to say "ready" in, or NULL */
	int exit_status;   /* -1: the animal stays */
	int built[2];      /* pipe with a byte for each process in its place */
	int64_t death_ns;  /* time of now_ns() at which forgotten ones exit */
	int *counter;      /* number of hops, or of processes; shared */
};

/* Holds the lifeline until it is killed, or until its time of death. */
static _Noreturn void
stay(const struct zoo *z)
{
	while (now_ns() < z->death_ns)
		sleep((unsigned int)((z->death_ns - now_ns()) / NS_PER_S) + 1);
	_exit(0);
}

static void
in_place(const struct zoo *z)
{
	if (write(z->built[1], "+", 1) != 1)
		err(1, "in_place");
}

static void
await_built(const struct zoo *z, int count)
{
	char byte;

	while (count-- > 0)
		if (read(z->built[0], &byte, 1) != 1)
			err(1, "await_built");
}

static void
say_ready(const struct zoo *z)
{
	int fd;

	if (z->ready == NULL)
		return;
	fd = open(z->ready, O_WRONLY);
	if (fd < 0 || write(fd, "ready\n", 6) != 6)
		err(1, "%s", z->ready);
	close(fd);
}

/* A child that sits in a session of its own. */
static void
settle(const struct zoo *z)
{
	if (fork_checked() == 0) {
		setsid();
		in_place(z);
		stay(z);
	}
}

static int
count(const struct zoo *z)
{
	return __atomic_add_fetch(z->counter, 1, __ATOMIC_SEQ_CST);
}

/* Forks and exits, so that its pid is never the one just read. */
static _Noreturn void
hop(const struct zoo *z, bool new_session)
{
	while (count(z) < HOPS_MAX) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		if (pid == 0 && new_session)
			setsid();
	}
	stay(z);
}

static void
start_hopper(const struct zoo *z, bool new_session)
{
	if (fork_checked() == 0) {
		in_place(z);
		hop(z, new_session);
	}
}

static void
daemon_build(struct zoo *z)
{
	for (int i = 0; i < 3; i++) {
		if (fork_daemon()) {
			in_place(z);
			stay(z);
		}
	}
	await_built(z, 3);
}

static void
deep_build(struct zoo *z)
{
	if (fork_checked() == 0) {
		for (int i = 1; i < DEEP; i++) {
			setsid();
			in_place(z);
			if (fork_checked() > 0)
				stay(z);
		}
		setsid();
		in_place(z);
		stay(z);
	}
	await_built(z, DEEP);
}

static void
wide_build(struct zoo *z)
{
	for (int i = 0; i < WIDE; i++)
		settle(z);
	await_built(z, WIDE);
}

static void
stopped_build(struct zoo *z)
{
	pid_t pid = fork_checked();

	if (pid == 0) {
		setsid();
		raise(SIGSTOP);
		stay(z);
	}
	waitpid(pid, NULL, WUNTRACED);
}

static void
ignterm_build(struct zoo *z)
{
	static const int asking[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };

	for (size_t i = 0; i < sizeof(asking) / sizeof(asking[0]); i++)
		signal(asking[i], SIG_IGN);
	settle(z);
	await_built(z, 1);
}

static void
subreaper_build(struct zoo *z)
{
	if (fork_checked() == 0) {
		setsid();
		prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
		start_hopper(z, true);
		start_hopper(z, true);
		while (now_ns() < z->death_ns && wait(NULL) > 0)
			;
		_exit(0);
	}
	await_built(z, 2);
}

/* Two children, each in a session of its own, by clone(2) with these flags. */
static void
clone_two(struct zoo *z, long flags)
{
	for (int i = 0; i < 2; i++) {
		long pid = syscall(SYS_clone, flags, 0L, 0L, 0L, 0L);

		if (pid < 0)
			err(1, "clone(%#lx)", (unsigned long)flags);
		if (pid == 0) {
			setsid();
			in_place(z);
			stay(z);
		}
	}
	await_built(z, 2);
}

/* Children that the kernel gives to our parent. */
static void
cloneparent_build(struct zoo *z)
{
	clone_two(z, CLONE_PARENT | SIGCHLD);
}

/* Children whose end nobody is told of: wait needs __WALL to see them. */
static void
nosig_build(struct zoo *z)
{
	clone_two(z, 0);
}

/* Forks a child that the kernel reaps.  -1 with errno before Linux 7.1. */
static pid_t
clone_autoreap(void)
{
	struct clone_args args = { .flags = AUTOREAP };

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* Has children that the kernel reaps, so that nobody hears of their end. */
static void
autoreap_build(struct zoo *z)
{
	for (int i = 0; i < 2; i++) {
		pid_t pid = clone_autoreap();

		if (pid < 0)
			err(77, "clone3");
		if (pid == 0) {
			setsid();
			in_place(z);
			stay(z);
		}
	}
	await_built(z, 2);
}

static bool
unshare_pids(void)
{
	return unshare(CLONE_NEWPID) == 0 ||
	    unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0;
}

static void
pidns_build(struct zoo *z)
{
	if (!unshare_pids())
		err(77, "unshare");
	if (fork_checked() == 0) { /* init of the new namespace */
		settle(z);
		settle(z);
		stay(z);
	}
	await_built(z, 2);
}

/* Returns the traced process. */
static pid_t
start_traced(const struct zoo *z)
{
	pid_t pid = fork_checked();

	if (pid == 0) {
		setsid();
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(77);
		raise(SIGSTOP);
		stay(z);
	}
	waitpid(pid, NULL, 0);
	if (ptrace(PTRACE_CONT, pid, NULL, NULL) != 0)
		err(77, "ptrace");
	return pid;
}

static void
traced_build(struct zoo *z)
{
	start_traced(z);
}

static void
hop_build(struct zoo *z)
{
	start_hopper(z, false);
	await_built(z, 1);
}

static void
hopsid_build(struct zoo *z)
{
	start_hopper(z, true);
	await_built(z, 1);
}

static void
hoppers20_build(struct zoo *z)
{
	for (int i = 0; i < 20; i++)
		start_hopper(z, true);
	await_built(z, 20);
}

/* One hop of "vhop": the next process executes this program again. */
static _Noreturn void
vfork_hop(const struct zoo *z, int hops)
{
	char number[32];

	snprintf(number, sizeof(number), "%d", hops + 1);
	while (hops < HOPS_MAX) {
		pid_t pid = vfork();

		if (pid == 0) {
			execl("/proc/self/exe", "zoo", "-V", number,
			    (char *)NULL);
			_exit(1);
		}
		if (pid > 0)
			_exit(0);
	}
	stay(z);
}

static void
vhop_build(struct zoo *z)
{
	if (fork_checked() == 0) {
		in_place(z);
		vfork_hop(z, 0);
	}
	await_built(z, 1);
}

/* Each process forks two children, until there are BOMB_MAX. */
static _Noreturn void
explode(const struct zoo *z)
{
	for (int children = 0; children < 2; children++) {
		if (count(z) > BOMB_MAX)
			break;
		if (fork() == 0) {
			setsid();
			children = -1; /* the child forks two, too */
		}
	}
	stay(z);
}

static void
bomb_build(struct zoo *z)
{
	if (fork_checked() == 0) {
		in_place(z);
		explode(z);
	}
	await_built(z, 1);
}

static const struct animal {
	const char *name;
	void (*build)(struct zoo *z);
} animals[] = {
	{ "autoreap", autoreap_build },
	{ "bomb", bomb_build },
	{ "cloneparent", cloneparent_build },
	{ "daemon", daemon_build },
	{ "deep", deep_build },
	{ "hop", hop_build },
	{ "hoppers20", hoppers20_build },
	{ "hopsid", hopsid_build },
	{ "ignterm", ignterm_build },
	{ "nosig", nosig_build },
	{ "pidns", pidns_build },
	{ "stopped", stopped_build },
	{ "subreaper", subreaper_build },
	{ "traced", traced_build },
	{ "vhop", vhop_build },
	{ "wide", wide_build },
};

enum { ANIMALS = sizeof(animals) / sizeof(animals[0]) };

static const struct animal *
find_animal(const char *name)
{
	for (size_t i = 0; i < ANIMALS; i++)
		if (strcmp(animals[i].name, name) == 0)
			return &animals[i];
	errx(64, "no animal '%s'", name);
}

/* Tries in a child what this machine may forbid: 0, or 77 if it does. */
static int
can_live(const struct animal *animal, const struct zoo *z)
{
	int status = 0;
	pid_t pid = fork_checked();

	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		if (strcmp(animal->name, "pidns") == 0)
			_exit(unshare_pids() ? 0 : 77);
		if (strcmp(animal->name, "autoreap") == 0) {
			pid = clone_autoreap();
			_exit(pid < 0 ? 77 : 0);
		}
		if (strcmp(animal->name, "traced") == 0)
			kill(start_traced(z), SIGKILL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : 77;
}

static void
open_lifeline(const char *arg)
{
	int fd;

	if (strspn(arg, "0123456789") == strlen(arg))
		return; /* inherited */
	fd = open(arg, O_WRONLY);
	if (fd < 0)
		err(1, "%s", arg);
}

int
main(int argc, char **argv)
{
	struct zoo z = { .exit_status = -1,
		.death_ns = now_ns() + LIFETIME_S * NS_PER_S };
	const struct animal *animal;
	bool check = false;
	int opt;

	while ((opt = getopt(argc, argv, "+cl:r:x:LV:")) != -1) {
		switch (opt) {
		case 'c':
			check = true;
			break;
		case 'l':
			open_lifeline(optarg);
			break;
		case 'r':
			z.ready = optarg;
			break;
		case 'x':
			z.exit_status = atoi(optarg);
			break;
		case 'L':
			for (size_t i = 0; i < ANIMALS; i++)
				puts(animals[i].name);
			return 0;
		case 'V':
			vfork_hop(&z, atoi(optarg));
		default:
			return 64;
		}
	}
	if (argc - optind != 1)
		errx(64, "one animal, please");
	animal = find_animal(argv[optind]);
	if (pipe2(z.built, O_CLOEXEC) != 0)
		err(1, "pipe");
	z.counter = mmap(NULL, sizeof(*z.counter), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (z.counter == MAP_FAILED)
		err(1, "mmap");
	if (check)
		_exit(can_live(animal, &z));
	animal->build(&z);
	say_ready(&z);
	/* not by exit(3): in a new PID namespace LeakSanitizer hangs there */
	if (z.exit_status >= 0)
		_exit(z.exit_status);
	if (strcmp(animal->name, "stopped") == 0)
		raise(SIGSTOP);
	stay(&z);
}
