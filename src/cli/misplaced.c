#include "misplaced.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "habits.h"
#include "setting.h"
#include "sys/process.h"
#include "themes.h"
#include "unread.h"

/* The commands as they were typed, and which of them is looked at. */
struct mistake {
	char **words; /* the commands */
	size_t n;
	size_t at;       /* the number of the one that is looked at, from 0 */
	struct buf line; /* what to type instead, after "nursery" */
};

/* Says "word: what is wrong (try nursery ...)". */
static void
say(struct mistake *mistake, const char *what)
{
	const char *word = mistake->words[mistake->at];
	char *shown = msg_short(word, strlen(word));
	char *command = msg_short(mistake->line.data, mistake->line.len);

	msg_warn("%s: %s (try nursery%s)", shown, what, command);
	free(shown);
	free(command);
}

/*
 * Returns the option of nursery that the word is, with or without its value, or
 * NULL.  The option's value is the next word if *ret_takes_word is true.
 */
static const struct setting *
find_option(const char *word, bool *ret_takes_word)
{
	const char *s = word + 1;
	const struct setting *row;

	if (*s == '-') {
		size_t len = strcspn(++s, "=");

		row = themes_find_name(NURSERY, s, len);
		s += len;
	} else {
		while ((row = themes_find_letter(NURSERY, *s)) != NULL &&
		    row->value == FLAG && s[1] != '\0')
			s++;
		s++;
	}
	*ret_takes_word = row != NULL && row->value == VALUE && *s == '\0';
	return row;
}

/* An option of ours is behind the first command: moves it to the front. */
static void
say_option(struct mistake *mistake, bool takes_word)
{
	char **words = mistake->words;
	size_t at = mistake->at, n = mistake->n, end = at + 1;
	struct buf *line = &mistake->line;

	if (takes_word && end < n)
		end++;
	advice_add(line, words + at, end - at);
	advice_add(line, words, at);
	advice_add(line, words + end, n - end);
	if (advice_is_one_command(words, n)) {
		buf_puts(line, "; for one command, nursery");
		advice_add_joined(line, words, n);
	}
	say(mistake, "options go before the commands");
}

/* A word of the command before it, as in "ls -l". */
static void
say_unquoted(struct mistake *mistake)
{
	if (unread_is_given()) {
		buf_puts(&mistake->line, " -a -");
		advice_add(&mistake->line, mistake->words, mistake->n);
		say(mistake,
		    "each argument is one command; arguments from standard "
		    "input are read with -a -");
	} else {
		advice_add_joined(&mistake->line, mistake->words, mistake->n);
		say(mistake,
		    "each argument is one command: quote all its words");
	}
}

/* The word -- of moreutils' parallel, before arguments. */
static void
say_dashes(struct mistake *mistake)
{
	size_t at = mistake->at;

	advice_add_joined(&mistake->line, mistake->words, at);
	buf_puts(&mistake->line, " :::");
	advice_add(
	    &mistake->line, mistake->words + at + 1, mistake->n - at - 1);
	say(mistake,
	    "this goes between options and commands; arguments follow :::");
}

/* SERVER URL TEST or SERVER PORT TEST, as for start-server-and-test. */
static void
say_address(struct mistake *mistake)
{
	char **word = &mistake->words[mistake->at], *probe;
	struct buf *line = &mistake->line;

	if (strncmp(*word, "http://", 7) == 0)
		probe = xstrdup(*word);
	else if (strchr(*word, '/') != NULL)
		probe = xasprintf("exec:curl -fsS %s", *word);
	else
		probe = xasprintf("tcp:%s", *word);
	buf_puts(line, " --service");
	advice_add(line, word - 1, 1);
	buf_puts(line, " --ready");
	advice_add(line, &probe, 1);
	advice_add(line, word + 1, mistake->n - mistake->at - 1);
	say(mistake, "an address is no command");
	free(probe);
}

/* What foreman, honcho and overmind are told to do with a Procfile. */
static bool
starts_procfile(const struct mistake *mistake)
{
	return mistake->n == 1 && strcmp(mistake->words[0], "start") == 0 &&
	    access("Procfile", F_OK) == 0;
}

static bool
is_word_for_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "version") == 0;
}

/* Whether there is a program of the name that the first word of text is. */
static bool
is_program(const char *text)
{
	char *name = xstrdup(text);
	bool found;

	name[strcspn(name, " \t\n;&|")] = '\0';
	found = process_finds(name);
	free(name);
	return found;
}

static bool
is_operator(const char *word)
{
	static const char *const operators[] = { "&&", "||", "|", ";", "&" };

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (strcmp(word, operators[i]) == 0)
			return true;
	return false;
}

/* An URL, or a port between a server and its test. */
static bool
is_address(const struct mistake *mistake)
{
	const char *word = mistake->words[mistake->at];

	if (strncmp(word, "http://", 7) == 0 ||
	    strncmp(word, "https://", 8) == 0)
		return strpbrk(word, " \t\n") == NULL;
	return *word != '\0' && word[strspn(word, "0123456789")] == '\0' &&
	    mistake->at + 1 < mistake->n &&
	    !advice_is_one_command(mistake->words, mistake->n);
}

/* npm:NAME, which concurrently takes for "npm run NAME". */
static void
say_script(struct mistake *mistake)
{
	for (size_t i = 0; i < mistake->n; i++) {
		char *word = mistake->words[i];
		bool is_script = strncmp(word, "npm:", 4) == 0;
		char *command = is_script ? xasprintf("npm run %s", word + 4)
					  : xstrdup(word);

		advice_add(&mistake->line, &command, 1);
		free(command);
	}
	say(mistake, "a script of npm needs npm to run it");
}

/* The only command is a word that many programs have for their help. */
static void
say_help(struct mistake *mistake)
{
	buf_printf(&mistake->line, " --%s", mistake->words[0]);
	say(mistake, "there is no such command");
}

/* Returns 0, or -1 after a message, for the command number at. */
static int
check(struct mistake *mistake)
{
	const char *word = mistake->words[mistake->at];
	bool takes_word;

	if (is_program(word))
		return 0;
	if (is_operator(word)) {
		say_unquoted(mistake);
		return -1;
	}
	if (strncmp(word, "npm:", 4) == 0)
		say_script(mistake);
	else if (mistake->n == 1 && is_word_for_help(word))
		say_help(mistake);
	else if (starts_procfile(mistake))
		msg_warn("start: there is no such command (for the Procfile "
			 "here try " ADVICE_PROCFILE ")");
	else if (mistake->at > 0 && is_address(mistake))
		say_address(mistake);
	else if (word[0] != '-' || word[1] == '\0')
		return 0;
	else if (strcmp(word, "--") == 0)
		say_dashes(mistake);
	else if (find_option(word, &takes_word) != NULL)
		say_option(mistake, takes_word);
	else if (advice_is_one_command(mistake->words, mistake->n))
		say_unquoted(mistake);
	else
		habits_say_unknown(word);
	return -1;
}

int
misplaced_check(const struct strvec *commands, const struct strvec *given)
{
	struct mistake mistake = { .words = commands->items,
		.n = commands->len };
	int result = 0;

	advice_add(&mistake.line, given->items, given->len);
	while (result == 0 && mistake.at < mistake.n) {
		result = check(&mistake);
		mistake.at++;
	}
	buf_release(&mistake.line);
	return result;
}
