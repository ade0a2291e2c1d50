#include "options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <popt.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "classes.h"
#include "habits.h"
#include "hosted.h"
#include "job/command.h"
#include "jobserver/tokens.h"
#include "machines.h"
#include "mistakes.h"
#include "names.h"
#include "operands.h"
#include "parallel.h"
#include "pipe.h"
#include "ready/spec.h"
#include "records.h"
#include "resume.h"
#include "scope/feed_plan.h"
#include "sections.h"
#include "sem.h"
#include "services.h"
#include "sharing.h"
#include "stdin.h"
#include "step.h"
#include "sys/loop.h"
#include "terminals.h"
#include "themes.h"

/*
 * popt(3) replaces this, wherever it is in the value of an option, with the
 * next operand, which it then drops from the operands.
 */
#define POPT_MARKER "!#:+"

/*
 * popt(3) knows no option whose value may be left out.  So --name=VALUE of such
 * an option is given to it as --name:=VALUE, which is another one.
 */
#define WITH_VALUE ":"

/*
 * The rows, and the table that popt(3) wants, made of them.  For an option popt
 * returns 1 plus the number of its row.
 */
struct grammar {
	const struct setting *rows[THEMES_MAX_ROWS];
	size_t n_rows;
	struct poptOption options[2 * THEMES_MAX_ROWS + 1];
	char *names[THEMES_MAX_ROWS]; /* second names; owned */
};

static void
make_grammar(struct grammar *grammar)
{
	static const struct poptOption end = POPT_TABLEEND;
	size_t n = 0;

	grammar->n_rows = themes_list(NURSERY, grammar->rows);
	for (size_t i = 0; i < grammar->n_rows; i++) {
		const struct setting *row = grammar->rows[i];

		grammar->names[i] = NULL;
		grammar->options[n++] = (struct poptOption){
			.longName = row->name,
			.shortName = row->letter,
			.argInfo = row->value == VALUE ? POPT_ARG_STRING
						       : POPT_ARG_NONE,
			.val = (int)i + 1,
		};
		if (row->value != ATTACHED)
			continue;
		grammar->names[i] = xasprintf("%s" WITH_VALUE, row->name);
		grammar->options[n++] = (struct poptOption){
			.longName = grammar->names[i],
			.argInfo = POPT_ARG_STRING,
			.val = (int)i + 1,
		};
	}
	grammar->options[n] = end;
}

static void
release_grammar(struct grammar *grammar)
{
	for (size_t i = 0; i < grammar->n_rows; i++)
		free(grammar->names[i]);
}

/* Makes --name=VALUE, whose = is at behind, the option WITH_VALUE is of. */
static void
rename_word(struct reading *reading, char **word, const char *behind)
{
	struct strvec *kept = &reading->options.kept;

	strvec_pushf(
	    kept, "%.*s" WITH_VALUE "%s", (int)(behind - *word), *word, behind);
	*word = kept->items[kept->len - 1];
}

/*
 * popt(3) drops a = between a letter and its value.  So that the value of -d=
 * is that character, it is doubled in *word, whose old string stays as it is.
 * Returns whether the next word is the value of the option.
 */
static bool
protect_option(struct reading *reading, char **word)
{
	const char *s = *word + 1, *behind;
	const struct setting *row;

	if (*s == '-') {
		s++;
		behind = s + strcspn(s, "=");
		row = themes_find_name(NURSERY, s, (size_t)(behind - s));
		if (row != NULL && row->value == ATTACHED && *behind == '=')
			rename_word(reading, word, behind);
	} else {
		while ((row = themes_find_letter(NURSERY, *s)) != NULL &&
		    row->value == FLAG && s[1] != '\0')
			s++;
		behind = s + 1;
		if (row != NULL && row->value == VALUE && *behind == '=') {
			struct strvec *kept = &reading->options.kept;

			strvec_pushf(kept, "%.*s=%s", (int)(behind - *word),
			    *word, behind);
			*word = kept->items[kept->len - 1];
			return false;
		}
	}
	return row != NULL && row->value == VALUE && *behind == '\0';
}

/* Whether the word is a long option with one dash, as -race. */
static bool
lacks_dash(const char *word)
{
	size_t len = strcspn(word, "=");

	return len > 3 && word[1] != '-' &&
	    themes_find_name(NURSERY, word + 1, len - 1) != NULL;
}

/*
 * Calls protect_option() for each option in argv, up to the first operand.
 * Returns 0, or -1 after a message: a long option with one dash would be taken
 * for letters.
 */
static int
protect_values(struct reading *reading, char **argv)
{
	bool is_value = false;

	while (*++argv != NULL) {
		bool is_option = !is_value && (*argv)[0] == '-' &&
		    (*argv)[1] != '\0' && strcmp(*argv, "--") != 0;

		if (!is_value && !is_option)
			break;
		if (is_option && lacks_dash(*argv)) {
			habits_say_unknown(*argv);
			return -1;
		}
		is_value = is_option && protect_option(reading, argv);
	}
	return 0;
}

static int
say_popt_error(poptContext popt, int error)
{
	const char *option = poptBadOption(popt, POPT_BADOPTION_NOALIAS);
	char *shown;

	if (error == POPT_ERROR_BADOPT) {
		habits_say_unknown(option);
		return -1;
	}
	shown = msg_short(option, strlen(option));
	msg_warn("%s: %s (try 'nursery --help')", shown, poptStrerror(error));
	free(shown);
	return -1;
}

static int
read_options(
    struct reading *reading, const struct grammar *grammar, poptContext popt)
{
	int found;

	while ((found = poptGetNextOpt(popt)) > 0) {
		char *value = poptGetOptArg(popt);
		int result = setting_apply(
		    reading, grammar->rows[found - 1], true, value);

		free(value);
		if (result < 0)
			return -1;
	}
	return found < -1 ? say_popt_error(popt, found) : 0;
}

static size_t
count_markers(const char *const *words)
{
	size_t n = 0;

	for (; words != NULL && *words != NULL; words++)
		n += strstr(*words, POPT_MARKER) != NULL;
	return n;
}

/*
 * Notes what was typed before the n operands: options, and perhaps "--" behind
 * them.
 */
static void
note_given(struct reading *reading, const struct strvec *typed, size_t n)
{
	size_t first = n < typed->len ? typed->len - n : 1;

	reading->dashes =
	    first > 1 && strcmp(typed->items[first - 1], "--") == 0;
	for (size_t i = 1; i < first - reading->dashes; i++)
		strvec_push(&reading->given, typed->items[i]);
}

static int
copy_words(struct reading *reading, const struct strvec *typed,
    poptContext popt, char **argv)
{
	const char **args = poptGetArgs(popt);

	if (count_markers((const char *const *)argv + 1) !=
	    count_markers((const char *const *)args)) {
		msg_warn("'%s' cannot be in the value of an option: popt(3) "
			 "would replace it",
		    POPT_MARKER);
		return -1;
	}
	for (; args != NULL && *args != NULL; args++)
		strvec_push(&reading->options.words, *args);
	note_given(reading, typed, reading->options.words.len);
	return 0;
}

/*
 * Whether a shell is bash, the only one to take functions and options from the
 * environment.  One that cannot be looked up might be.
 */
static bool
is_bash(const char *shell)
{
	char target[PATH_MAX];
	const char *name;

	if (realpath(shell, target) == NULL)
		return true;
	name = strrchr(target, '/');
	return name == NULL || strcmp(name + 1, "bash") == 0;
}

/* Refuses options that are each right but do not work together. */
static int
check_together(const struct scope_options *scope)
{
	if (scope->contain != CONTAIN_AUTO &&
	    scope->job.orphans == ORPHANS_LEAVE) {
		msg_warn("--orphans=leave and --contain=%s do not go together: "
			 "what is contained cannot be left",
		    scope->contain == CONTAIN_PIDNS ? "pidns" : "strict");
		return -1;
	}
	if (scope->job.idle_timeout_ns == NS_NEVER ||
	    scope->output.mode != OUTPUT_UNGROUP)
		return 0;
	msg_warn("--idle-timeout cannot see what jobs write under --ungroup "
		 "(try --line-buffer)");
	return -1;
}

/*
 * Checks the options beside --spawn.  Most are refused: the nursery that will
 * run the commands has been told already how to run its jobs.
 */
static int
conclude_spawning(struct reading *reading)
{
	struct options *options = &reading->options;
	const char *other =
	    options->template.argv ? "--argv" : reading->not_spawning;

	if (!options->spawn.wanted) {
		if (options->spawn.wait)
			msg_warn("--wait is only for --spawn (try --spawn "
				 "--wait COMMAND)");
		return options->spawn.wait ? -1 : 0;
	}
	if (*other != '\0') {
		msg_warn("%s does not go together with --spawn: the nursery "
			 "that runs the commands has its own options",
		    other);
		return -1;
	}
	if (options->action == OPTIONS_RUN)
		options->action = OPTIONS_SPAWN;
	return 0;
}

/* Sets what follows from options and operands together. */
static int
conclude(struct reading *reading)
{
	static const struct jobs_limit all = { JOBS_NUMBER, 0 },
				       per_cpu = { JOBS_PERCENT, 100 };
	struct options *options = &reading->options;
	struct scope_options *scope = &options->scope;
	const struct strvec *words = &options->words;
	bool blank = false;

	if (options->action == OPTIONS_AGENT)
		return hosted_check(reading);
	if (check_together(scope) < 0 || conclude_spawning(reading) < 0 ||
	    machines_conclude(reading) < 0 || pipe_begin(reading) < 0 ||
	    terminals_conclude(reading) < 0 ||
	    operands_split(reading, false) < 0 ||
	    machines_prepare(reading) < 0 || names_conclude(reading) < 0 ||
	    sections_conclude(reading) < 0 || resume_conclude(reading) < 0 ||
	    records_conclude(reading) < 0)
		return -1;
	step_conclude(reading);
	scope->jobs = reading_jobs(reading, reading->listed ? &all : &per_cpu);
	if (reading->listed && !reading->have_jobs)
		scope->jobs_listed = (int64_t)words->len;
	if (sharing_conclude(reading) < 0 || pipe_conclude(reading) < 0)
		return -1;
	reading_settle_grace(reading);
	if (services_conclude(reading) < 0 || stdin_conclude(reading) < 0)
		return -1;
	scope->names.labelled = options->template.tag != NULL;
	scope->names.with_machine = reading->tag && !reading->tagstring &&
	    scope->machines.carrier != CARRIER_NONE;
	scope->job.direct = !reading->have_shell && getenv("PATH") != NULL &&
	    (command_environment_plain(environ) ||
		!is_bash(scope->job.shell[0]));
	for (size_t i = 0; i < words->len; i++)
		blank |= strpbrk(words->items[i], " \t\n") != NULL;
	scope->report.hint_bash = !reading->have_shell;
	scope->report.hint_terminal = scope->job.input != JOB_INPUT_TTY;
	scope->report.hint_background = scope->job.orphans != ORPHANS_WAIT;
	scope->report.hint_one_argument =
	    !options->templated && words->len > 1 && !blank;
	options->template.slots = scope->jobs;
	options->template.length.environ = environ;
	if (classes_open(reading) < 0)
		return -1;
	return options->action == OPTIONS_RUN ||
		options->action == OPTIONS_DRY_RUN ||
		options->action == OPTIONS_SPAWN
	    ? mistakes_check(reading)
	    : 0;
}

/* Reads options and operands with popt(3), which may get other strings. */
static int
read_all(
    struct reading *reading, const struct strvec *typed, int argc, char **argv)
{
	const char *no_popt = getenv("NURSERY_NO_POPT");
	struct grammar grammar;
	poptContext popt;
	int result;

	make_grammar(&grammar);
	if (protect_values(reading, argv) < 0) {
		release_grammar(&grammar);
		return -1;
	}
	popt = poptGetContext("nursery", argc, (const char **)argv,
	    grammar.options, POPT_CONTEXT_POSIXMEHARDER);
	if (popt == NULL)
		msg_fatal("out of memory");
	if (no_popt == NULL || strcmp(no_popt, "1") != 0)
		poptReadDefaultConfig(popt, 0);
	result = read_options(reading, &grammar, popt);
	if (result == 0)
		result = copy_words(reading, typed, popt, argv);
	poptFreeContext(popt);
	release_grammar(&grammar);
	return result;
}

static int
parse(struct reading *reading, int argc, char **argv)
{
	struct strvec typed = STRVEC_INIT;
	int result;

	strvec_push_all(&typed, argv);
	result = read_all(reading, &typed, argc, argv);
	strvec_release(&typed);
	return result == 0 ? conclude(reading) : -1;
}

int
options_parse(struct options *ret, int argc, char **argv)
{
	struct reading reading;
	int result;

	reading_init(&reading);
	if (parallel_is_name(argv[0]) || sem_is_name(argv[0]))
		result = parallel_parse(&reading, argc, argv);
	else
		result = parse(&reading, argc, argv);
	*ret = reading.options;
	reading_release(&reading);
	return result;
}

static void
release_plan(struct scope_options *scope)
{
	for (size_t i = 0; i < scope->plan.n; i++) {
		struct plan_item *item = &scope->plan.items[i];

		if (item->pidfd >= 0)
			close(item->pidfd);
		if (item->ready != NULL)
			spec_release(item->ready);
		free(item->ready);
	}
	free(scope->plan.items);
}

void
options_release(struct options *options)
{
	strvec_release(&options->words);
	strvec_release(&options->shell);
	strvec_release(&options->env.list);
	strvec_release(&options->kept);
	strvec_release(&options->scope.parallel.names);
	free(options->sources);
	free(options->template.pipe.paths);
	free(options->template.syntax.expressions.tags);
	free(options->template.files.items);
	free(options->template.syntax.expressions.filters);
	free(options->scope.job.steps.items);
	free(options->names);
	free(options->label_names);
	tokens_free(options->tokens);
	hosts_release(&options->scope.machines.hosts);
	release_plan(&options->scope);
	classes_close(&options->scope.pace.classes);
	free(options->scope.pace.classes.items);
}
