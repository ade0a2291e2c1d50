/*
 * The functions of src/job that need no running job: one verb a call.
 *
 * Under any other name than "job" it is a command that prints its own argv:
 * links to it are the programs that classified commands run.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/block.h"
#include "job/command.h"
#include "job/inlet.h"
#include "job/name.h"
#include "job/retry.h"
#include "job/states.h"
#include "job/tell.h"
#include "sys/loop.h"

#include "verbs.h"

static char *const sh[] = { (char *)"/bin/sh", NULL };

static void
print_argv(const struct command *cmd)
{
	for (char **arg = cmd->argv; *arg != NULL; arg++)
		puts(*arg);
}

/* STRING: direct or shell, and argv, one a line. */
static int
verb_classify(char **args)
{
	struct command cmd;

	command_init(&cmd, args[0], strlen(args[0]), sh, true);
	if (strcmp(cmd.text, args[0]) != 0)
		return 99;
	puts(cmd.direct ? "direct" : "shell");
	print_argv(&cmd);
	command_release(&cmd);
	return 0;
}

/* Each line of stdin: what it is classified as, a tab, and the line. */
static int
verb_classify_lines(char **args)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	(void)args;
	while ((len = getline(&line, &room, stdin)) > 0) {
		struct command cmd;

		command_init(&cmd, line, (size_t)len - 1, sh, true);
		printf("%s\t%s", cmd.direct ? "direct" : "shell", line);
		command_release(&cmd);
	}
	free(line);
	return 0;
}

/* STRING SHELL...: the argv of a command that has to go to the shell. */
static int
verb_shell_argv(char **args)
{
	struct command cmd;

	command_init(&cmd, args[0], strlen(args[0]), args + 1, false);
	print_argv(&cmd);
	command_release(&cmd);
	return 0;
}

/* How a text with a NUL byte in it is classified. */
static int
verb_nul(char **args)
{
	struct command cmd;

	(void)args;
	command_init(&cmd, "a\0b", 3, sh, true);
	puts(!cmd.direct && cmd.len == 3 ? "shell" : "direct or cut");
	command_release(&cmd);
	return 0;
}

/* STRING: executes it as classified. */
static int
verb_exec(char **args)
{
	struct command cmd;
	int error;

	command_init(&cmd, args[0], strlen(args[0]), sh, true);
	execvp(cmd.argv[0], cmd.argv);
	error = errno;
	command_release(&cmd);
	return error == ENOENT ? 127 : 126;
}

/* Whether the environment leaves the meaning of "sh" alone. */
static int
verb_environment(char **args)
{
	(void)args;
	puts(command_environment_plain(environ) ? "plain" : "not plain");
	return 0;
}

/* DELAY ATTEMPTS: how long a job waits after so many of them. */
static int
verb_retry_wait(char **args)
{
	return verb_number(retry_wait_ns(
	    strtoll(args[0], NULL, 10), strtoll(args[1], NULL, 10)));
}

/* COMMAND: what it is called. */
static int
verb_name(char **args)
{
	char name[NAME_SIZE];

	name_of_command(args[0], strlen(args[0]), name);
	puts(name);
	return 0;
}

/* The bytes of the file, as memory or as a part of the file. */
static struct slice
slice_of(const char *how, const char *path, uint64_t at, uint64_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct slice slice = { .at = at, .len = len };

	if (fd < 0)
		exit(99);
	if (strcmp(how, "file") == 0) {
		slice.block = block_of_file(fd);
		return slice;
	}
	slice.block = block_new(at + len);
	if (read(fd, slice.block->data, at + len) != (ssize_t)(at + len))
		exit(99);
	close(fd);
	return slice;
}

static void
count_moves(void *arg)
{
	++*(int *)arg;
}

/* Runs the command with that input; returns when it has ended. */
static void
read_inlet(
    struct inlet *inlet, struct loop *loop, const char *command, bool last)
{
	int fd;
	pid_t pid;

	if (inlet_open(inlet, &fd) < 0)
		exit(99);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(fd, STDIN_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(fd);
	inlet_begin(inlet, last);
	while (inlet_waiting(inlet) > 0)
		loop_turn(loop, true);
	waitpid(pid, NULL, 0);
	inlet_close(inlet);
}

/*
 * memory|file FILE AT LEN COMMAND...: gives each command, an attempt of one
 * job, these bytes of the file twice; the last also those that come later.
 */
static int
verb_inlet(char **args)
{
	struct slice slice = slice_of(args[0], args[1],
	    strtoull(args[2], NULL, 10), strtoull(args[3], NULL, 10));
	struct inlets all = { .loop = loop_new() };
	int moves = 0;
	struct inlet *inlet = inlet_new(&all, count_moves, &moves);

	signal(SIGPIPE, SIG_IGN);
	inlet_put(inlet, &slice);
	inlet_put(inlet, &slice);
	inlet_end(inlet);
	for (args += 4; *args != NULL; args++)
		read_inlet(inlet, all.loop, *args, args[1] == NULL);
	printf("given %ju, error %s, told: %s, refs %zu\n",
	    (uintmax_t)inlet_given(inlet),
	    inlet_error(inlet) == 0 ? "none" : strerror(inlet_error(inlet)),
	    moves > 0 ? "yes" : "no", slice.block->refs);
	inlet_free(inlet);
	block_unref(slice.block);
	loop_free(all.loop);
	return 0;
}

/* The state table of jobs as HACKING.md shows it. */
static int
verb_states(char **args)
{
	(void)args;
	for (int state = 0; state < JOB_STATES; state++) {
		printf("| %s |", tell_state((enum job_state)state));
		for (int event = 0; event < JOB_EVENTS; event++) {
			const char *name = job_action_name(
			    (enum job_state)state, (enum job_event)event);

			printf(" %s |", name != NULL ? name : "-");
		}
		putchar('\n');
	}
	return 0;
}

static const struct verb verbs[] = {
	{ "classify", 1, 1, verb_classify },
	{ "classify-lines", 0, 0, verb_classify_lines },
	{ "shell-argv", 2, VERB_ANY, verb_shell_argv },
	{ "nul", 0, 0, verb_nul },
	{ "exec", 1, 1, verb_exec },
	{ "environment", 0, 0, verb_environment },
	{ "retry-wait", 2, 2, verb_retry_wait },
	{ "name", 1, 1, verb_name },
	{ "inlet", 5, VERB_ANY, verb_inlet },
	{ "states", 0, 0, verb_states },
};

/* Each argument in brackets, to compare what a command got. */
static int
print_args(char **args)
{
	for (; *args != NULL; args++)
		printf("<%s>", *args);
	putchar('\n');
	return 0;
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	if (strcmp(slash != NULL ? slash + 1 : argv[0], "job") != 0)
		return print_args(argv);
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
