#include "habits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "setting.h"
#include "themes.h"

/* An option that nursery does not have. */
struct habit {
	const char *option;
	const char *peer; /* the programs that have it */
	const char *advice;
};

#define RESULTS                                                                \
	"try --results FOLDER: it has a file with the output of each job"
#define NO_COPYING                                                             \
	"nursery copies no files: machines are to share a file system, or "    \
	"try rsync before it"
#define NO_INPUT "try --stdin=first: the first job reads standard input"
#define TTY "try --pty --stdin=first: the first job has the terminal"
#define ALL_PASSED                                                             \
	"variables and exported functions are passed on anyway (for "          \
	"functions add --shell bash); a file of variables: --env-file FILE"

/*
 * What is typed by habit.  When nursery gets an option that stands here, drop
 * its row: the test of this table says which.
 */
static const struct habit habits[] = {
	/* GNU parallel */
	{ "--bar", "parallel",
	    "try --progress=always; on a terminal it is shown anyway" },
	{ "--eta", "parallel",
	    "try --progress=always; on a terminal it is shown anyway" },
	{ "--res", "parallel", "try --results FOLDER" },
	{ "--output-as-files", "parallel", RESULTS },
	{ "--files", "parallel", RESULTS },
	{ "--log-dir", "parallel-ssh", RESULTS },
	{ "--spreadstdin", "parallel", "try --pipe" },
	{ "--rrs", "parallel", "try --remove-rec-sep" },
	{ "--sshlogin", "parallel", "try --hosts n1,n2" },
	{ "--sshloginfile", "parallel", "try --hostfile FILE" },
	{ "--slf", "parallel", "try --hostfile FILE" },
	{ "-S", "parallel", "try --hosts n1,n2" },
	{ "--transfer", "parallel", NO_COPYING },
	{ "--return", "parallel", NO_COPYING },
	{ "--trc", "parallel", NO_COPYING },
	{ "--env", "parallel", ALL_PASSED },
	{ "--record-env", "parallel", ALL_PASSED },
	{ "--max-procs", "parallel, xargs", "try -j N" },
	{ "--process-slot-var", "xargs",
	    "try $NURSERY_SLOT in the command, or {%}" },
	{ "--no-order", "parallel", "try --group, or --lb" },
	{ "--linebuffer", "parallel", "try --lb" },
	{ "--line-buffered", "parallel", "try --lb" },
	{ "--dryrun", "parallel", "try --dry-run" },
	{ "--dr", "parallel", "try --dry-run" },
	{ "--halt-on-error", "parallel", "try --halt now,fail=1" },
	{ "--termseq", "parallel", "try --signal TERM --kill-after 1s" },
	{ "--nice", "parallel", "try nice -n N nursery" },

	{ "--noswap", "parallel", "try --memfree SIZE" },
	{ "--memsuspend", "parallel", "try --memfree SIZE" },
	{ "--xargs", "parallel", "try -X" },
	{ "--colour", "parallel", "try --color" },
	{ "--ctag", "parallel", "try --tag" },
	{ "--tmpdir", "parallel", "set TMPDIR" },
	{ "--tempdir", "parallel", "set TMPDIR" },
	{ "--workdir", "parallel", "try 'cd DIR && COMMAND'" },
	{ "--wd", "parallel", "try 'cd DIR && COMMAND'" },
	{ "--semaphore", "parallel",
	    "try --limit NAME=N, for all nurseries together; the name sem "
	    "works, too" },
	{ "--id", "sem", "try --limit NAME=N, for all nurseries together" },
	{ "--bg", "parallel", "try nursery --spawn in a job" },
	{ "--fg", "parallel", "try nursery --spawn --wait in a job" },
	{ "--tty", "parallel", TTY },
	{ "--tmux", "parallel", "try --lb, or USR1 to see what runs" },
	{ "--will-cite", "parallel", "not needed here" },
	{ "--citation", "parallel", "not needed here" },
	{ "--gnu", "parallel", "not needed here" },
	{ "--filter", "parallel", "try '[ CONDITION ] || exit 0; COMMAND {}'" },
	{ "--skip-first-line", "parallel", "try tail -n +2 FILE | nursery" },
	{ "--silent", "parallel, make, npm-run-all", "try --quiet" },
	/* xargs */
	{ "--interactive", "xargs", "jobs cannot ask; try --dry-run first" },
	{ "-p", "xargs, npm-run-all",
	    "all run at once anyway; to see the commands first try "
	    "--dry-run" },
	{ "-t", "xargs", "try -v" },
	{ "--open-tty", "xargs", TTY },
	{ "-o", "xargs", TTY },
	{ "--exit", "xargs", "nursery never splits an argument" },
	{ "-x", "xargs", "nursery never splits an argument" },
	{ "--eof", "xargs", "try -E STRING" },
	{ "-e", "xargs, foreman", "try -E STRING; for .env: --env-file .env" },
	{ "-i", "xargs, make", "try -I {}; to run all whatever fails: -K" },
	{ "-l", "xargs, npm-run-all", "try -L 1; for labels: --tag" },
	/* concurrently */
	{ "--kill-others", "concurrently",
	    "the first failure stops the others anyway; so does any end with "
	    "--halt now,done=1" },
	{ "--kill-others-on-fail", "concurrently",
	    "that is what nursery does anyway" },
	{ "--kill-signal", "concurrently", "try --signal NAME" },
	{ "--kill-timeout", "concurrently", "try --kill-after 5s" },
	{ "--success", "concurrently",
	    "for first try --halt now,done=1; all is how it is" },
	{ "--restart-tries", "concurrently", "try --retries N" },
	{ "--restart-after", "concurrently", "try --retry-delay 1s" },
	{ "--max-processes", "concurrently", "try -j N" },
	{ "--prefix", "concurrently",
	    "try --tag, --timestamps or --tagstring TEXT" },
	{ "--prefix-colors", "concurrently",
	    "nursery chooses the colours: try --tag" },
	{ "--prefix-length", "concurrently", "try --tagstring TEXT" },
	{ "-c", "concurrently, npm-run-all, foreman",
	    "nursery chooses the colours; to run all whatever fails: -K" },
	{ "--timestamp-format", "concurrently",
	    "try --timestamps=FORMAT, as for date(1)" },
	{ "--raw", "concurrently", "try -u" },
	{ "--no-color", "concurrently", "try --color=never" },
	{ "--hide", "concurrently",
	    "redirect in the command: '... > "
	    "/dev/null'" },
	{ "-g", "concurrently", "try --group" },
	{ "--handle-input", "concurrently", NO_INPUT },
	{ "--teardown", "concurrently", "try --finally COMMAND" },
	{ "--cwd", "concurrently", "try 'cd DIR && COMMAND'" },
	/* npm-run-all */
	{ "--parallel", "npm-run-all", "that is what nursery does anyway" },
	{ "--sequential", "npm-run-all", "try -j 1" },
	{ "--serial", "npm-run-all", "try -j 1" },
	{ "--continue-on-error", "npm-run-all", "try -K" },
	{ "--max-parallel", "npm-run-all", "try -j N" },
	{ "--print-label", "npm-run-all", "try --tag" },
	{ "--print-name", "npm-run-all", "try -v" },
	{ "--aggregate-output", "npm-run-all", "try --group" },
	/* timeout */
	{ "--preserve-status", "timeout", "try --move-on-after 10m" },
	{ "--foreground", "timeout", TTY },
	/* make, ninja */
	{ "--ignore-errors", "make", "try -K" },
	{ "--no-keep-going", "make", "that is how it is without -K" },
	{ "--stop", "make", "that is how it is without -K" },
	{ "--output-sync", "make",
	    "output is never mixed; try --group for jobs as they end" },
	{ "-O", "make",
	    "output is never mixed; try --group for jobs as they "
	    "end" },
	{ "--load-average", "make", "try --load N" },
	{ "--max-load", "make", "try --load N" },
	{ "--just-print", "make", "try --dry-run" },
	{ "--recon", "make", "try --dry-run" },
	{ "--directory", "make", "try 'cd DIR && COMMAND'" },
	/* foreman, honcho, overmind */
	{ "-f", "foreman, make", "try " ADVICE_PROCFILE },
	{ "--formation", "foreman", "name a command as often as it is to run" },
	{ "--concurrency", "foreman",
	    "name a command as often as it is to run" },
	{ "--port", "foreman", "set PORT in the command: 'PORT=5000 COMMAND'" },
	/* start-server-and-test, wait-on */
	{ "--expect", "start-server-and-test",
	    "try --ready 'exec:curl -fsS URL'" },
	{ "--wait-on", "start-server-and-test",
	    "try --service COMMAND --ready tcp:PORT" },
	{ "--interval", "wait-on", "not needed: --ready asks often" },
	{ "--health-check", "docker", "try --ready 'exec:COMMAND'" },
	{ "--wait-for", "wait-for-it",
	    "try --service COMMAND --ready tcp:PORT" },
	/* CI, test runners, shells, Trio */
	{ "--fail-fast", "test runners", "that is what nursery does anyway" },
	{ "--failfast", "test runners", "that is what nursery does anyway" },
	{ "--bail", "test runners", "that is what nursery does anyway" },
	{ "--no-fail-fast", "test runners", "try -K" },
	{ "--junitxml", "pytest", "try --junit FILE" },
	{ "--time-limit", "CI", "try --timeout 10m, or --job-timeout 10m" },
	{ "--max-time", "curl", "try --timeout 10m, or --job-timeout 10m" },
	{ "--deadline", "Trio", "try --timeout 10m" },
	{ "--cancel-after", "Trio", "try --move-on-after 10m" },
	{ "--daemon", "daemon tools", "try --service COMMAND" },
	{ "--background", "daemon tools", "try --service COMMAND" },
	{ "--cleanup", "scripts", "try --finally COMMAND" },
	{ "--on-exit", "scripts", "try --finally COMMAND" },
};

static const struct habit *
find_habit(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
		if (strncmp(habits[i].option, word, len) == 0 &&
		    habits[i].option[len] == '\0')
			return &habits[i];
	return NULL;
}

#define NAME_MAX_LEN 40 /* longer words are similar to no option */

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * How many letters must be added, left out, replaced or exchanged with their
 * neighbours to make one word of the other; no word is longer than
 * NAME_MAX_LEN.
 */
static size_t
distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][NAME_MAX_LEN + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3],
		       *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = min(min(above[j], row[j - 1]) + 1,
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min(row[j], before[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

/* The most similar name so far, and how far it is from the word. */
struct guess {
	const char *name; /* or NULL */
	size_t distance;
};

/*
 * Keeps the name if it is nearer than the one before.  A name that begins with
 * the word, which somebody has cut short, is as near as can be.
 */
static void
consider(struct guess *guess, const char *word, size_t len, const char *name)
{
	size_t name_len = strlen(name), found;

	if (name_len > NAME_MAX_LEN || len > NAME_MAX_LEN)
		return;
	found = len >= 3 && strncmp(name, word, len) == 0
	    ? name_len > len
	    : distance(word, len, name, name_len);
	if (found < guess->distance) {
		guess->name = name;
		guess->distance = found;
	}
}

/* Returns the most similar of our long options, or NULL if none is similar. */
static const char *
guess_name(const char *word, size_t len)
{
	const struct setting *rows[THEMES_MAX_ROWS];
	size_t n = themes_list(NURSERY, rows);
	/* one letter of three may be wrong; the next one is too far */
	struct guess guess = { NULL, min(len / 3, 2) + 1 };

	for (size_t i = 0; i < n; i++)
		if (rows[i]->name != NULL)
			consider(&guess, word, len, rows[i]->name);
	return guess.name;
}

/* The same for options of other programs. */
static const struct habit *
guess_habit(const char *word, size_t len)
{
	struct guess guess = { NULL, min(len / 3, 2) + 1 };

	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
		if (habits[i].option[1] == '-')
			consider(&guess, word, len, habits[i].option + 2);
	return guess.name != NULL
	    ? find_habit(guess.name - 2, strlen(guess.name) + 2)
	    : NULL;
}

/* Says that there is no such option, and the hint in brackets. */
static void
say(const char *word, size_t len, char *hint)
{
	char *shown = msg_short(word, len);

	msg_warn("%s: unknown option (%s)", shown,
	    hint != NULL ? hint : "try 'nursery --help'");
	free(shown);
	free(hint);
}

/* What to do instead of an option of len bytes, to be freed; or NULL. */
static char *
hint_known(const char *word, size_t len)
{
	const struct habit *habit = find_habit(word, len);

	return habit != NULL
	    ? xasprintf("known from %s: %s", habit->peer, habit->advice)
	    : NULL;
}

/* The same for one whose name, of len bytes without dashes, is misspelt. */
static char *
hint_misspelt(const char *name, size_t len)
{
	const char *ours = guess_name(name, len);
	const struct habit *habit;

	if (ours != NULL)
		return xasprintf(
		    "did you mean --%s? see 'nursery --help'", ours);
	habit = guess_habit(name, len);
	return habit != NULL ? xasprintf("like %s of %s: %s", habit->option,
				   habit->peer, habit->advice)
			     : NULL;
}

/* The first letter that is no option in a word as -kvc. */
static char
unknown_letter(const char *word)
{
	while (word[1] != '\0' && themes_find_letter(NURSERY, *word) != NULL)
		word++;
	return *word;
}

void
habits_say_unknown(const char *word)
{
	size_t len = strcspn(word, "=");
	char letter[3] = "-", *hint;

	if (word[1] == '-') {
		hint = hint_known(word, len);
		say(word, len,
		    hint != NULL ? hint : hint_misspelt(word + 2, len - 2));
		return;
	}
	/* maybe a long option with one dash, as -timeout */
	hint = len > 2 ? hint_misspelt(word + 1, len - 1) : NULL;
	if (hint != NULL) {
		say(word, len, hint);
		return;
	}
	letter[1] = unknown_letter(word + 1);
	say(letter, 2, hint_known(letter, 2));
}
