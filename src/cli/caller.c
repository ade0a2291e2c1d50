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

char *
caller_shell(void)
{
	for (int pid = getppid(); pid > 0; pid = parent_of(pid)) {
		char path[40], target[PATH_MAX];
		const struct shell *shell;
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%d/exe", pid);
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0)
			continue; /* another user's process: try its parent */
		target[len] = '\0';
		shell = find_shell(target);
		if (shell != NULL)
			return shell->quotes && access(target, X_OK) == 0
			    ? xstrdup(target)
			    : NULL;
	}
	return NULL;
}

bool
caller_shell_is_plain(const char *shell)
{
	const struct shell *found = find_shell(shell);

	return found != NULL && found->plain && getenv("BASH_ENV") == NULL;
}
