/*
 * A command: what execve(2) gets for the text that the user wrote.
 *
 * A text of plain words is executed directly when /bin/sh would do nothing
 * else with it: half the cost, same result.  Anything that any of dash, bash,
 * busybox ash, ksh, mksh or zsh might treat in a way of its own goes to the
 * shell.
 */
#ifndef JOB_COMMAND_H
#define JOB_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command {
	char *text; /* as given, with a NUL behind it; for messages */
	size_t len;
	char **argv; /* for execve(2); owned, in one block with text */
	char *shown; /* text with its arguments, for messages; owned, or NULL */
	char *lacks; /* why it cannot be executed; owned; NULL: not known */
	bool direct; /* argv is the text's own words, not a shell's */
};

/*
 * Prepares the len bytes at text, which are copied.  shell is an array that
 * NULL ends: the program and its options.  Direct only if may_be_direct: the
 * caller knows that shell is /bin/sh without options, and that
 * command_environment_plain() is true.  Else argv is { shell..., "-c", text,
 * NULL }, with "--" before a text that starts with - or +.  The strings of
 * shell are not copied and stay the caller's.
 */
void command_init(struct command *cmd, const char *text, size_t len,
    char *const *shell, bool may_be_direct);

/*
 * Prepares a text in whose place the shell gets wrapped, a string.  Everything
 * but shell is copied.
 */
void command_init_wrapped(struct command *cmd, const char *text, size_t len,
    const char *wrapped, char *const *shell);

/*
 * Prepares a text whose arguments are data: argv is { shell..., "-c", text,
 * shell[0], args..., NULL }, so that the text finds them in "$1", "$2", ...
 * Everything but shell is copied.  A text that starts with - or + gets a "--"
 * before it.
 */
void command_init_argv(struct command *cmd, const char *text, size_t len,
    char *const *shell, char *const *args);

/*
 * The arguments of a command of command_init_argv(), borrowed, NULL behind
 * them; NULL: it is one of command_init().  shell is the same as then.
 */
char *const *command_args(const struct command *cmd, char *const *shell);

/* What a shell gets for the command: its text, or what that was wrapped in. */
const char *command_for_shell(const struct command *cmd);

/* Frees what command_init() or command_init_argv() allocated. */
void command_release(struct command *cmd);

/*
 * Says whether the environment leaves /bin/sh plain: no function that bash
 * would import (BASH_FUNC_*), no SHELLOPTS or BASHOPTS.  ENV and BASH_ENV do
 * not matter for sh -c.  environ may be NULL.
 */
bool command_environment_plain(char *const *environ);

#endif
