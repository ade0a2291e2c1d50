#include "dialect.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/wait.h>

#include "base/bash.h"
#include "base/msg.h"
#include "base/xalloc.h"

/* Executes argv, its streams on /dev/null.  Returns false only if it failed. */
static bool
succeeds(char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int status = 0, error;
	pid_t pid;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return true;
	error = posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO && error == 0; fd++)
		error = posix_spawn_file_actions_adddup2(
		    &actions, STDIN_FILENO, fd);
	if (error == 0)
		error =
		    posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error != 0)
		return true;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return true;
	return !WIFEXITED(status) || WEXITSTATUS(status) == 0;
}

/* Whether the script succeeds in the shell, with word as $1. */
static bool
runs(const char *shell, const char *script, const char *word)
{
	return succeeds((char *const[]){ (char *)shell, (char *)"-c",
	    (char *)script, (char *)shell, (char *)word, NULL });
}

/* Whether the shell can read the command, without executing any of it. */
static bool
parses(const char *shell, const char *command)
{
	return succeeds((char *const[]){
	    (char *)shell, (char *)"-n", (char *)"-c", (char *)command, NULL });
}

/*
 * Whether the command is "set -o pipefail" or begins with it, maybe with other
 * letters beside the o, so that nothing else is done if the shell fails there.
 */
static bool
sets_pipefail(const char *command)
{
	size_t letters;

	if (strncmp(command, "set -", 5) != 0)
		return false;
	command += 5;
	letters = strspn(command, "abefhmnuvx");
	if (strncmp(command + letters, "o pipefail", 10) != 0)
		return false;
	command += letters + 10;
	command += strspn(command, " \t");
	return *command == '\0' || *command == ';' || *command == '\n' ||
	    strncmp(command, "&&", 2) == 0;
}

/* Whether the author knows that the command's first word may be unknown. */
static bool
has_other_way(const char *command)
{
	const char *hides = strstr(command, "2>/dev/null");

	return hides != NULL && strstr(hides, "||") != NULL;
}

/* What the shell does not know, in words; or NULL. */
static const char *
find_fault(const char *command, const char *word, const char *shell)
{
	if (strcmp(word, "[[") == 0)
		return runs(shell, "[[ a = a ]]", word) ? NULL : "[[";
	if (bash_is_function(word))
		return runs(shell, "command -v \"$1\"", word)
		    ? NULL
		    : "a function that bash has exported";
	if (bash_is_word(word) && !has_other_way(command) &&
	    !runs(shell, "command -v \"$1\"", word))
		return "this builtin of bash";
	if (sets_pipefail(command) && !runs(shell, "set -o pipefail", word))
		return "pipefail";
	if (bash_has_syntax(command) && !parses(shell, command))
		return "this syntax of bash";
	return NULL;
}

char *
dialect_check(const char *command, const char *shell)
{
	char *word, *shown, *message = NULL;
	const char *fault;

	command += strspn(command, " \t\n");
	word = xstrdup(command);
	word[strcspn(word, BASH_WORD_ENDS)] = '\0';
	fault = find_fault(command, word, shell);
	free(word);
	if (fault != NULL) {
		shown = msg_short(command, strlen(command));
		message = xasprintf("%s: %s does not know %s (try nursery "
				    "--shell bash)",
		    shown, shell, fault);
		free(shown);
	}
	return message;
}
