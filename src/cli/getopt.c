#include "getopt.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "themes.h"

/* getopt_long(3) returns this plus the number of the row for a long option. */
#define LONG (UCHAR_MAX + 1)

/* The rows, and the tables that getopt_long(3) wants, made of them. */
struct grammar {
	const struct setting *rows[THEMES_MAX_ROWS];
	size_t n_rows;
	struct option options[THEMES_MAX_ROWS + 1];
	char letters[3 * THEMES_MAX_ROWS + 3];
};

/* Whether two rows are spellings of one option. */
static bool
same_option(const struct setting *a, const struct setting *b)
{
	return a->value == b->value && a->effect == b->effect &&
	    a->offset == b->offset && a->constant == b->constant &&
	    a->set == b->set && a->implied == b->implied;
}

/*
 * The number of the first long name that the option of this row has.  The
 * beginning of a name, as --plai, is ambiguous to getopt_long(3) unless all
 * names that begin so have one number.
 */
static size_t
first_spelling(const struct grammar *grammar, const struct setting *row)
{
	size_t i = 0;

	while (grammar->rows[i]->name == NULL ||
	    !same_option(grammar->rows[i], row))
		i++;
	return i;
}

static void
make_grammar(struct grammar *grammar)
{
	static const int arguments[] = {
		[FLAG] = no_argument,
		[VALUE] = required_argument,
		[MAYBE] = optional_argument,
		[MAYBE_NUMBER] = optional_argument,
		[ATTACHED] = optional_argument,
	};
	char *letters = grammar->letters;
	size_t n = 0;

	grammar->n_rows = themes_list(PARALLEL, grammar->rows);
	*letters++ = '+'; /* options end at the first word */
	*letters++ = ':'; /* tell a missing value from an unknown option */
	for (size_t i = 0; i < grammar->n_rows; i++) {
		const struct setting *row = grammar->rows[i];

		if (row->letter != '\0') {
			*letters++ = row->letter;
			if (row->value != FLAG)
				*letters++ = ':';
			if (arguments[row->value] == optional_argument)
				*letters++ = ':';
		}
		if (row->name != NULL)
			grammar->options[n++] = (struct option){ row->name,
				arguments[row->value], NULL,
				LONG + (int)first_spelling(grammar, row) };
	}
	*letters = '\0';
	grammar->options[n] = (struct option){ NULL, 0, NULL, 0 };
}

/* Finds the row that a return value of getopt_long(3) stands for. */
static const struct setting *
row_of(const struct grammar *grammar, int found)
{
	size_t i = 0;

	if (found >= LONG)
		return grammar->rows[found - LONG];
	while (grammar->rows[i]->letter != found)
		i++;
	return grammar->rows[i];
}

/*
 * Says what getopt_long(3) complained of: ':' is a value that is missing, '?'
 * an option that it does not know.  Returns -1.
 */
static int
say_error(int found, char *const *argv)
{
	char letter[3] = { '-', (char)optopt, '\0' };
	const char *word = argv[optind - 1];
	bool is_long = optopt == 0 || optopt >= 256 || found == 0;
	size_t len = strcspn(word, "=");
	char *shown = is_long ? msg_short(word, len) : msg_short(letter, 2);

	if (found == ':')
		msg_warn("%s: missing argument", shown);
	else
		msg_warn("%s: nursery, called as parallel, has no such option "
			 "(see nursery(1))",
		    shown);
	free(shown);
	return -1;
}

/*
 * Whether the next word is the value of an option whose value may be missing.
 * As for Perl's Getopt::Long, a word that begins with a dash is not, but a dash
 * alone is.
 */
static bool
takes_word(const struct setting *row, const char *word)
{
	int64_t n;

	if (row->value == MAYBE)
		return word[0] != '-' || word[1] == '\0';
	return row->value == MAYBE_NUMBER &&
	    parse_count(word, 0, INT_MAX, &n) == 0;
}

static char *
value_of(const struct setting *row, int argc, char *const *argv)
{
	if (optarg == NULL && optind < argc && takes_word(row, argv[optind]))
		return argv[optind++];
	return optarg;
}

int
getopt_read(struct reading *reading, unsigned flags, int argc, char **argv)
{
	struct grammar grammar;
	int found;

	make_grammar(&grammar);
	opterr = 0;
	optind = 0; /* start over, see getopt_long(3) */
	while ((found = getopt_long(argc, argv, grammar.letters,
		    grammar.options, NULL)) != -1) {
		const struct setting *row;
		const char *value;

		if (found == '?' || found == ':')
			return say_error(found, argv);
		row = row_of(&grammar, found);
		value = value_of(row, argc, argv);
		if ((row->flags & flags) != 0 &&
		    setting_apply(reading, row, found >= LONG, value) < 0)
			return -1;
	}
	return optind;
}
