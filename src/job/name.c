#include "name.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define IS_ONE_OF(word, words)                                                 \
	is_one_of(word, words, sizeof(words) / sizeof(*(words)))

/* A command that is read word by word, as far as its name needs it. */
struct reader {
	const char *p, *end;
	char word[NAME_SIZE]; /* the last word without quotes, perhaps cut */
	bool assigns;         /* the word is NAME=VALUE */
};

/* Words with a command behind them that is the one to be named. */
static const struct {
	const char *word;
	const char *valued; /* letters of its options that take a value */
} wrappers[] = {
	{ "!", "" },
	{ "(", "" },
	{ "{", "" },
	{ "bunx", "" },
	{ "command", "" },
	{ "env", "uC" },
	{ "exec", "a" },
	{ "nice", "n" },
	{ "nohup", "" },
	{ "npx", "p" },
	{ "stdbuf", "ioe" },
	{ "sudo", "CDghpRrTtUu" },
	{ "time", "fo" },
};

/* Commands that prepare the one behind the next "&&" or ";". */
static const char *const preparations[] = { ".", "cd", "export", "set",
	"source", "trap", "ulimit", "umask", "unset" };

/* Long options that take a value, of any of these. */
static const char *const valued_options[] = { "--chdir", "--filter",
	"--package", "--prefix", "--unset", "--user", "--workspace" };

/* Programs whose "run NAME" runs what a project calls so. */
static const char *const runners[] = { "bun", "npm", "pnpm", "yarn" };

static bool
is_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static void
skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
}

/* Adds the next byte to the word of *len bytes, as far as it has room. */
static void
take(struct reader *r, size_t *len)
{
	if (r->p == r->end)
		return;
	if (*len + 1 < sizeof(r->word))
		r->word[(*len)++] = *r->p;
	r->p++;
}

/* Adds $(...) or ${...}, at whose first byte it is. */
static void
take_expansion(struct reader *r, size_t *len)
{
	char open = r->p[1], close = open == '(' ? ')' : '}';
	int depth = 0;

	take(r, len);
	while (r->p < r->end) {
		depth += *r->p == open;
		depth -= *r->p == close;
		take(r, len);
		if (depth == 0)
			return;
	}
}

/* True if what comes is NAME=. */
static bool
is_assignment(const struct reader *r)
{
	const char *p = r->p;

	while (p < r->end && (isalnum((unsigned char)*p) || *p == '_'))
		p++;
	return p > r->p && p < r->end && *p == '=' &&
	    !isdigit((unsigned char)*r->p);
}

/* Reads a word up to a blank or an operator that is not quoted. */
static void
read_word(struct reader *r)
{
	char quote = '\0';
	size_t len = 0;

	while (r->p < r->end) {
		char c = *r->p;

		if (quote == '\0' && strchr(" \t\n;&|<>()", c) != NULL)
			break;
		if (c == quote ||
		    (quote == '\0' && strchr("'\"`", c) != NULL)) {
			quote = quote == '\0' ? c : '\0';
			r->p++;
		} else if (c == '\\' && quote != '\'') {
			r->p++;
			take(r, &len);
		} else if (c == '$' && quote != '\'' && r->p + 1 < r->end &&
		    (r->p[1] == '(' || r->p[1] == '{')) {
			take_expansion(r, &len);
		} else {
			take(r, &len);
		}
	}
	r->word[len] = '\0';
}

/* True if what comes is a redirection, as in "2>log". */
static bool
is_redirection(const struct reader *r)
{
	const char *p = r->p;

	while (p < r->end && isdigit((unsigned char)*p))
		p++;
	return p < r->end && (*p == '<' || *p == '>');
}

static void
skip_redirection(struct reader *r)
{
	while (r->p < r->end && isdigit((unsigned char)*r->p))
		r->p++;
	while (r->p < r->end && strchr("<>&|", *r->p) != NULL)
		r->p++;
	skip_blanks(r);
	read_word(r);
	skip_blanks(r);
}

/*
 * Reads the next word of a simple command, without its redirections.  False at
 * the end of the command.
 */
static bool
next_word(struct reader *r)
{
	skip_blanks(r);
	while (is_redirection(r))
		skip_redirection(r);
	if (r->p < r->end && *r->p == '(') {
		r->p++;
		strlcpy(r->word, "(", sizeof(r->word));
		return true;
	}
	if (r->p == r->end || strchr("\n;&|)", *r->p) != NULL)
		return false;
	r->assigns = is_assignment(r);
	read_word(r);
	return true;
}

/*
 * Reads the next word that is no option; valued: letters of those that take a
 * value.  False at the end of the command.
 */
static bool
next_operand(struct reader *r, const char *valued)
{
	while (next_word(r)) {
		const char *word = r->word;

		if (word[0] != '-' || word[1] == '\0')
			return true;
		if (((word[1] != '-' && word[2] == '\0' &&
			 strchr(valued, word[1]) != NULL) ||
			IS_ONE_OF(word, valued_options)) &&
		    !next_word(r))
			return false;
		if (strcmp(word, "--") == 0)
			return next_word(r);
	}
	return false;
}

/* Goes behind the next "&&" or ";".  False if there is no command behind it. */
static bool
skip_command(struct reader *r)
{
	while (next_word(r))
		;
	if (r->p == r->end || *r->p == '|' || *r->p == ')' ||
	    (*r->p == '&' && (r->p + 1 == r->end || r->p[1] != '&')))
		return false;
	while (r->p < r->end && strchr(" \t\n;&", *r->p) != NULL)
		r->p++;
	return next_word(r);
}

/* Goes from the word to that behind it which tells more.  False if none does.
 */
static bool
look_behind(struct reader *r)
{
	if (r->assigns)
		return next_word(r) || skip_command(r);
	if (IS_ONE_OF(r->word, preparations))
		return skip_command(r);
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(*wrappers); i++)
		if (strcmp(r->word, wrappers[i].word) == 0)
			return next_operand(r, wrappers[i].valued) ||
			    skip_command(r);
	if (IS_ONE_OF(r->word, runners))
		return next_operand(r, "Cw") &&
		    strncmp(r->word, "run", strlen("run")) == 0 &&
		    (r->word[3] == '\0' ||
			strcmp(r->word, "run-script") == 0) &&
		    next_operand(r, "Cw");
	return false;
}

/* Cuts the end of the name if it is the beginning of a UTF-8 character. */
static void
trim(char *name)
{
	size_t len = strlen(name), tail = 0, want = 1;
	unsigned char lead;

	while (tail < 3 && tail + 1 < len &&
	    ((unsigned char)name[len - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (len == 0)
		return;
	lead = (unsigned char)name[len - 1 - tail];
	if (lead >= 0xc0)
		want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	if (want > tail + 1 && len > tail + 1)
		name[len - 1 - tail] = '\0';
}

/* Makes the word the last part of its path. */
static void
strip_folder(char *word)
{
	size_t len = strlen(word);
	const char *slash;

	while (len > 0 && word[len - 1] == '/')
		word[--len] = '\0';
	slash = strrchr(word, '/');
	if (slash != NULL)
		memmove(word, slash + 1, strlen(slash));
}

void
name_of_command(const char *text, size_t len, char name[NAME_SIZE])
{
	struct reader r = { .p = text, .end = text + len };

	strlcpy(name, "command", NAME_SIZE);
	while (r.p < r.end && strchr(" \t\n", *r.p) != NULL)
		r.p++;
	if (!next_word(&r))
		return;
	do {
		strip_folder(r.word);
		if (r.word[0] != '\0' && !r.assigns)
			strlcpy(name, r.word, NAME_SIZE);
	} while (look_behind(&r));
	trim(name);
}
