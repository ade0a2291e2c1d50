#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "input/quote.h"

/* How much of a text is shown if its arguments are, too. */
#define SHOWN_TEXT_MAX 120

enum byte_class {
	WORD = 'w',  /* part of a word, in every shell */
	BLANK = '_', /* between words */
	META = 'm',  /* anything that a shell might not take as it stands */
};

/*
 * The class of each byte.  META are the shell's own characters and, to be safe,
 * ! (negation, history), # (comment), ^ (the Bourne shell's pipe, a glob in
 * zsh), and the control bytes: newline separates, some shells use 1 and 127
 * inside themselves.  Bytes above 127 are part of a word.
 */
static const char byte_classes[] = "mmmmmmmmm_mmmmmmmmmmmmmmmmmmmmmm"
				   /*!"#$%&'()*+,-./0123456789:;<=>? */
				   "_mmmmwmmmmmwwwwwwwwwwwwwwwwmmwmm"
				   /*ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_ */
				   "wwwwwwwwwwwwwwwwwwwwwwwwwwwmmmmw"
				   /*abcdefghijklmnopqrstuvwxyz{|}~  */
				   "mwwwwwwwwwwwwwwwwwwwwwwwwwwmmmmm"
				   "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
				   "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
				   "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
				   "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww";

/*
 * What the first word may not be: every builtin, reserved word and predefined
 * alias of dash 0.5.12, bash 5.2, busybox ash 1.35, ksh93u+m 1.0, mksh 59 and
 * zsh 5.9, but those with a byte that is META anyway.  In the order of
 * strcmp(3).  tests/unit/direct-command.bats asks the installed shells.
 */
static const char *const shell_words[] = { "-", ".", ":", "alias", "autoload",
	"bg", "bind", "bindkey", "break", "builtin", "bye", "caller", "case",
	"cat", "cd", "chdir", "command", "compadd", "comparguments", "compcall",
	"compctl", "compdescribe", "compfiles", "compgen", "compgroups",
	"complete", "compopt", "compound", "compquote", "compset", "comptags",
	"comptry", "compvalues", "continue", "coproc", "declare", "dirs",
	"disable", "disown", "do", "done", "echo", "echotc", "echoti", "elif",
	"else", "emulate", "enable", "end", "enum", "esac", "eval", "exec",
	"exit", "export", "false", "fc", "fg", "fi", "float", "for", "foreach",
	"function", "functions", "getln", "getopts", "global", "hash", "help",
	"hist", "histcmd", "history", "if", "in", "integer", "jobs", "kill",
	"let", "limit", "local", "log", "login", "logout", "mapfile", "mknod",
	"nameref", "namespace", "nocorrect", "noglob", "nohup", "popd", "print",
	"printf", "private", "pushd", "pushln", "pwd", "r", "read", "readarray",
	"readonly", "realpath", "redirect", "rehash", "rename", "repeat",
	"return", "run-help", "sched", "select", "set", "setopt", "shift",
	"shopt", "sleep", "source", "stop", "suspend", "test", "then", "time",
	"times", "trap", "true", "ttyctl", "type", "typeset", "ulimit", "umask",
	"unalias", "unfunction", "unhash", "unlimit", "unset", "unsetopt",
	"until", "vared", "wait", "whence", "where", "which", "which-command",
	"while", "zcompile", "zformat", "zle", "zmodload", "zparseopts",
	"zregexparse", "zstyle" };

/* The longest of shell_words. */
#define SHELL_WORD_MAX 13

static int
compare_words(const void *key, const void *word)
{
	return strcmp(key, *(const char *const *)word);
}

static bool
is_shell_word(const char *word, size_t len)
{
	char key[SHELL_WORD_MAX + 1];

	if (len > SHELL_WORD_MAX || memchr(word, '/', len) != NULL)
		return false;
	memcpy(key, word, len);
	key[len] = '\0';
	return bsearch(key, shell_words,
		   sizeof(shell_words) / sizeof(*shell_words),
		   sizeof(*shell_words), compare_words) != NULL;
}

static enum byte_class
class_of(char c)
{
	return (enum byte_class)byte_classes[(unsigned char)c];
}

/* Says whether a shell would take the first word for a command's name. */
static bool
is_plain_name(const char *word, size_t len)
{
	return word[0] != '%' &&              /* a job, in bash */
	    memchr(word, '=', len) == NULL && /* an assignment */
	    !is_shell_word(word, len);
}

/*
 * Returns how many words the text has if /bin/sh would do no more than execute
 * them, else 0.
 */
static size_t
count_plain_words(const char *text, size_t len)
{
	size_t words = 0, i = 0;

	for (;;) {
		size_t start;

		while (i < len && class_of(text[i]) == BLANK)
			i++;
		if (i == len)
			return words;
		start = i;
		while (i < len && class_of(text[i]) == WORD)
			i++;
		if (i < len && class_of(text[i]) == META)
			return 0;
		if (text[start] == '=') /* a path, in zsh */
			return 0;
		if (words == 0 && !is_plain_name(text + start, i - start))
			return 0;
		words++;
	}
}

/*
 * Allocates the block: argc arguments, NULL, a copy of the text and room for
 * extra bytes, to which it returns a pointer.
 */
static char *
allocate(struct command *cmd, size_t argc, const char *text, size_t len,
    size_t extra)
{
	size_t pointers = (argc + 1) * sizeof(char *);

	cmd->argv = xmalloc(pointers + len + 1 + extra);
	cmd->argv[argc] = NULL;
	cmd->shown = cmd->lacks = NULL;
	cmd->text = (char *)cmd->argv + pointers;
	cmd->len = len;
	if (len > 0)
		memcpy(cmd->text, text, len);
	cmd->text[len] = '\0';
	return cmd->text + len + 1;
}

/* Cuts a second copy of the text into the words of argv. */
static void
init_direct(struct command *cmd, const char *text, size_t len, size_t argc)
{
	char *words = allocate(cmd, argc, text, len, len + 1);
	size_t word = 0;
	bool inside = false;

	for (size_t i = 0; i < len; i++) {
		bool blank = class_of(text[i]) == BLANK;

		words[i] = blank ? '\0' : text[i];
		if (!blank && !inside)
			cmd->argv[word++] = words + i;
		inside = !blank;
	}
	words[len] = '\0';
	cmd->direct = true;
}

/*
 * POSIX promises that "--" ends the options; no other shell needs to know.
 * Returns where n more arguments go, and in *ret_room where their bytes do.
 */
static char **
init_shell(struct command *cmd, const char *text, size_t len,
    char *const *shell, size_t n, size_t extra, char **ret_room)
{
	bool dashes = len > 0 && (text[0] == '-' || text[0] == '+');
	size_t words = 0;
	char **arg;

	while (shell[words] != NULL)
		words++;
	n += words + (dashes ? 3 : 2);
	*ret_room = allocate(cmd, n, text, len, extra);
	arg = cmd->argv;
	while (*shell != NULL)
		*arg++ = *shell++;
	*arg++ = (char *)"-c";
	if (dashes)
		*arg++ = (char *)"--";
	*arg++ = cmd->text;
	cmd->direct = false;
	return arg;
}

void
command_init(struct command *cmd, const char *text, size_t len,
    char *const *shell, bool may_be_direct)
{
	size_t words = may_be_direct ? count_plain_words(text, len) : 0;

	char *room;

	if (words > 0)
		init_direct(cmd, text, len, words);
	else
		init_shell(cmd, text, len, shell, 0, 0, &room);
}

void
command_init_wrapped(struct command *cmd, const char *text, size_t len,
    const char *wrapped, char *const *shell)
{
	size_t size = strlen(wrapped) + 1;
	char *room, **end = init_shell(cmd, text, len, shell, 0, size, &room);

	end[-1] = memcpy(room, wrapped, size);
}

/* The text, cut if it is long, "with" its arguments, as many as fit. */
static char *
show_argv(const char *text, size_t len, char *const *args)
{
	struct buf out = BUF_INIT;
	bool cut = len > SHOWN_TEXT_MAX;

	buf_append(&out, text, cut ? SHOWN_TEXT_MAX : len);
	buf_puts(&out, cut ? "... with" : " with");
	for (; *args != NULL && out.len <= MSG_SHORT_MAX; args++) {
		buf_puts(&out, " ");
		quote_shell(&out, *args, strlen(*args));
	}
	return buf_detach(&out);
}

void
command_init_argv(struct command *cmd, const char *text, size_t len,
    char *const *shell, char *const *args)
{
	size_t n = 0, size = 0;
	char **arg, *room;

	for (; args[n] != NULL; n++)
		size += strlen(args[n]) + 1;
	arg = init_shell(cmd, text, len, shell, n + 1, size, &room);
	if (n > 0)
		cmd->shown = show_argv(text, len, args);
	*arg++ = shell[0]; /* $0 */
	for (; *args != NULL; args++) {
		size = strlen(*args) + 1;
		*arg++ = memcpy(room, *args, size);
		room += size;
	}
}

char *const *
command_args(const struct command *cmd, char *const *shell)
{
	char *const *arg = cmd->argv;

	if (cmd->shown == NULL)
		return NULL;
	for (; *shell != NULL; shell++)
		arg++;
	arg++; /* -c */
	if (strcmp(*arg, "--") == 0)
		arg++;
	return arg + 2; /* behind the text and what is $0 */
}

const char *
command_for_shell(const struct command *cmd)
{
	char *const *arg = cmd->argv;

	if (cmd->direct || cmd->shown != NULL)
		return cmd->text;
	while (arg[1] != NULL)
		arg++;
	return *arg;
}

void
command_release(struct command *cmd)
{
	free(cmd->argv);
	free(cmd->shown);
	free(cmd->lacks);
	*cmd = (struct command){ .argv = NULL };
}

bool
command_environment_plain(char *const *environ)
{
	static const char *const prefixes[] = {
		"BASH_FUNC_",
		"SHELLOPTS=",
		"BASHOPTS=",
	};

	for (; environ != NULL && *environ != NULL; environ++)
		for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes);
		     i++)
			if (strncmp(*environ, prefixes[i],
				strlen(prefixes[i])) == 0)
				return false;
	return true;
}
