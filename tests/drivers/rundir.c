/*
 * sys/folder as a program, for tests/folder.bats: one verb a call.
 */
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "sys/rundir.h"

/* Makes a folder, shows its path and removes it. */
static int
verb_make(char **args)
{
	char path[RUNDIR_MAX];

	(void)args;
	if (rundir_new(path, NULL) < 0)
		err(1, "rundir_new");
	puts(path);
	rundir_remove(path);
	return 0;
}

/* PATH */
static int
verb_remove(char **args)
{
	rundir_remove(args[0]);
	return 0;
}

/* PATH */
static int
verb_leave(char **args)
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
verb_trace(char **args)
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

static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} verbs[] = {
	{ "make", 0, verb_make },
	{ "remove", 1, verb_remove },
	{ "leave", 1, verb_leave },
	{ "trace", 0, verb_trace },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
		    argc - 2 == verbs[i].args)
			return verbs[i].run(argv + 2);
	fputs("usage: folder VERB ARG...; see tests/lib/folder.c\n", stderr);
	return 125;
}
