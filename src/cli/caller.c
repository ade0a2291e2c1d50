#include "caller.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/xalloc.h"

/* The shells that we know, by the names of their programs. */
static const struct shell {
	const char *name;
	bool quotes; /* it understands how we quote, which is as for sh(1) */
	bool plain;  /* see caller_shell_is_plain() */
} shells[] = {
	{ "sh", true, true },
	{ "dash", true, true },
	{ "ash", true, true },
	{ "bash", true, true },
	{ "rbash", true, false },
	{ "ksh", true, false },
	{ "ksh93", true, false },
	{ "lksh", true, false },
	{ "mksh", true, false },
	{ "oksh", true, false },
	{ "pdksh", true, false },
	{ "posh", true, false },
	{ "yash", true, false },
	{ "zsh", true, false },
	{ "csh", false, false },
	{ "bsd-csh", false, false },
	{ "tcsh", false, false },
	{ "fish", false, false },
	{ "rc", false, false },
	{ "es", false, false },
};

static const struct shell *
find_shell(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(name, shells[i].name) == 0)
			return &shells[i];
	return NULL;
}

/* Returns the parent of a process, or 0 if that cannot be found out. */
static int
parent_of(int pid)
{
	char path[40], line[256], *end;
	int64_t parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "PPid:\t", 6) != 0)
			continue;
		end = strchr(line, '\n');
		if (end != NULL)
			*end = '\0';
		if (parse_count(line + 6, 0, INT_MAX, &parent) < 0)
			parent = 0;
		break;
	}
	fclose(file);
	return (int)parent;
}

/*
 * Puts the path of the program that a process executes into ret.  Returns
 * whether it can be found out: not for another user's process.
 */
static bool
program_of(int pid, char ret[PATH_MAX])
{
	char path[40];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	len = readlink(path, ret, PATH_MAX - 1);
	if (len < 0)
		return false;
	ret[len] = '\0';
	return true;
}

char *
caller_shell(void)
{
	for (int pid = getppid(); pid > 0; pid = parent_of(pid)) {
		char program[PATH_MAX];
		const struct shell *shell;

		if (!program_of(pid, program))
			continue; /* try its parent */
		shell = find_shell(program);
		if (shell != NULL)
			return shell->quotes && access(program, X_OK) == 0
			    ? xstrdup(program)
			    : NULL;
	}
	return NULL;
}

/* Whether the program only runs another one, in its own place. */
static bool
is_wrapper(const char *program)
{
	static const char *const names[] = { "timeout", "sudo", "doas", "time",
		"strace" };
	const char *slash = strrchr(program, '/');

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slash != NULL && strcmp(slash + 1, names[i]) == 0)
			return true;
	return false;
}

int
caller_next_shell(void)
{
	char program[PATH_MAX];
	int pid = getppid();

	while (pid > 0 && program_of(pid, program) && is_wrapper(program))
		pid = parent_of(pid);
	return pid > 0 && program_of(pid, program) &&
		find_shell(program) != NULL
	    ? pid
	    : 0;
}

bool
caller_shell_is_plain(const char *shell)
{
	const struct shell *found = find_shell(shell);

	return found != NULL && found->plain && getenv("BASH_ENV") == NULL;
}
