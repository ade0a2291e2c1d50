#include "parallel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "caller.h"
#include "getopt.h"
#include "job/command.h"
#include "machines.h"
#include "operands.h"
#include "passed.h"
#include "pipe.h"
#include "profiles.h"
#include "records.h"
#include "resume.h"
#include "scope/jobsfile.h"
#include "sem.h"
#include "setting.h"
#include "workdir.h"

bool
parallel_is_name(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	if (path == NULL)
		return false;
	return strcmp(slash != NULL ? slash + 1 : path, "parallel") == 0;
}

/* Reads options, and appends the words behind them to the operands. */
static int
read_words(struct reading *reading, const struct strvec *words)
{
	int first =
	    getopt_read(reading, PARALLEL, (int)words->len, words->items);

	if (first < 0)
		return -1;
	strvec_push_all(&reading->options.words, words->items + first);
	return 0;
}

/* Reads what counts before the command line: config files and $PARALLEL. */
static int
read_preset(struct reading *reading)
{
	const char *variable = getenv("PARALLEL");
	struct strvec words = STRVEC_INIT;
	int result = 0;

	strvec_push(&words, "parallel");
	result = profiles_read(&reading->parallel.profiles, &words);
	if (result == 0 && variable != NULL)
		result = profiles_split(variable, "$PARALLEL", &words);
	if (result == 0)
		result = read_words(reading, &words);
	strvec_release(&words);
	return result;
}

static void
set_defaults(struct options *options)
{
	struct scope_options *scope = &options->scope;

	options->parallel = true;
	options->template.syntax.expressions.left = "{=";
	options->template.syntax.expressions.right = "=}";
	scope->halt.when = HALT_NEVER;
	scope->parallel.on = true;
	scope->progress.when =
	    PROGRESS_NEVER; /* --bar and --eta are its ways */
	scope->output.mode = OUTPUT_GROUP;
	scope->output.end_lines = false;
	scope->output.colour = COLOUR_NEVER;
	scope->report.terse = true;
}

/* Sets the shell to $PARALLEL_SHELL, else to the one that called us if any. */
static int
choose_shell(struct reading *reading)
{
	static const char variable[] = "PARALLEL_SHELL";
	static char *const no_words[] = { NULL };
	const char *wanted = getenv(variable);
	char *caller = NULL;
	int result = 0;

	if (wanted != NULL && *wanted != '\0') {
		strlcpy(reading->name, variable, sizeof(reading->name));
		return reading_set_shell(reading, wanted, no_words);
	}
	caller = caller_shell();
	if (caller != NULL)
		result = reading_set_shell(reading, caller, no_words);
	free(caller);
	return result;
}

static int64_t
count_jobs(const struct reading *reading)
{
	static const struct jobs_limit per_cpu = { JOBS_PERCENT, 100 };

	return reading->have_jobs ? jobsfile_resolve(&reading->jobs)
				  : reading_jobs(reading, &per_cpu);
}

size_t
parallel_max_chars(size_t before)
{
	size_t limit = templated_max_chars(environ);
	size_t lower = 324, upper;

	limit = limit > before ? limit - before : 1;
	while (lower * 16 < limit)
		lower *= 16;
	upper = lower * 16;
	while (upper - lower > 1 && lower * 100 <= upper * 99) {
		size_t middle = lower + (upper - lower) / 2;

		if (middle < limit)
			lower = middle;
		else
			upper = middle;
	}
	return lower;
}

/* It keeps some bytes for itself, and as many as the command for quotes. */
static size_t
usable_chars(size_t before)
{
	size_t all = parallel_max_chars(before);

	return all > 3000 + 2 ? (all - 3000) / 2 : 1;
}

static int
conclude(struct reading *reading)
{
	struct options *options = &reading->options;
	struct scope_options *scope = &options->scope;

	options->template.syntax.parallel = true;
	options->template.fill |= reading->parallel.xargs;
	if (sem_conclude(reading) < 0 || choose_shell(reading) < 0 ||
	    passed_take(options) < 0 || machines_conclude(reading) < 0 ||
	    passed_far(options) < 0 || pipe_begin(reading) < 0 ||
	    operands_split(reading, true) < 0 || workdir_prepare(options) < 0 ||
	    machines_prepare(reading) < 0 || resume_conclude(reading) < 0)
		return -1;
	scope->jobs = count_jobs(reading);
	if (options->sem.wanted) {
		options->sem.most = reading->have_jobs ? scope->jobs : 1;
		scope->jobs = 1;
	}
	if (scope->machines.everywhere && !reading->have_jobs)
		scope->jobs = 0; /* all machines at the same time */
	scope->job.direct = caller_shell_is_plain(scope->job.shell[0]) &&
	    command_environment_plain(environ);
	if (scope->output.mode != OUTPUT_UNGROUP &&
	    reading->parallel.keep_order)
		scope->output.mode = OUTPUT_KEEP_ORDER;
	scope->pace.memory += scope->parallel.memory_suspend;
	scope->job.echo = reading->parallel.echo && !reading->parallel.silent;
	if (records_conclude(reading) < 0 || pipe_conclude(reading) < 0)
		return -1;
	options->template.slots = reading->parallel.xargs ? 1 : scope->jobs;
	options->template.length.environ = environ;
	options->template.length.usable =
	    usable_chars(options->template.length.before);
	reading_settle_grace(reading);
	return 0;
}

/*
 * Returns what stands behind --shebang or --hashbang in the word, a string of
 * more options, or NULL if the word is something else.
 */
static const char *
find_shebang(const char *word)
{
	static const char *const names[] = { "--shebang", "--hashbang" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (strncmp(word, names[i], len) == 0 &&
		    (word[len] == '\0' || word[len] == ' '))
			return word + len;
	}
	return NULL;
}

/*
 * Copies argv to words.  With --shebang argv comes from the first line of a
 * script, which is the input for the command in that line.  Its path is the
 * last word.  Before it stands the rest of the first line: one word, as the
 * kernel leaves it (see execve(2)), or several if env(1) split it.  That is
 * split as a shell would do it, and the path becomes the value of --arg-file.
 */
static int
unfold_shebang(int argc, char *const *argv, struct strvec *words)
{
	const char *behind = argc > 1 ? find_shebang(argv[1]) : NULL;
	int result = 0;

	strvec_push(words, argv[0]);
	if (behind == NULL) {
		for (int i = 1; i < argc; i++)
			strvec_push(words, argv[i]);
		return 0;
	}
	if (argc < 3) {
		msg_warn("--shebang: no script (it is for the first line of "
			 "a script)");
		return -1;
	}
	strvec_push(words, "--skip-first-line");
	strvec_pushf(words, "--arg-file=%s", argv[argc - 1]);
	result = profiles_split(behind, "--shebang", words);
	for (int i = 2; result == 0 && i < argc - 1; i++)
		result = profiles_split(argv[i], "--shebang", words);
	return result;
}

static int
read_all(struct reading *reading, const struct strvec *words)
{
	if (getopt_read(reading, EARLY, (int)words->len, words->items) < 0)
		return -1;
	if (!reading->parallel.plain && read_preset(reading) < 0)
		return -1;
	return read_words(reading, words);
}

int
parallel_parse(struct reading *reading, int argc, char **argv)
{
	struct strvec words = STRVEC_INIT;
	int result;

	set_defaults(&reading->options);
	reading->options.sem.wanted = sem_is_name(argv[0]);
	result = unfold_shebang(argc, argv, &words);
	if (result == 0)
		result = read_all(reading, &words);
	if (result == 0)
		result = conclude(reading);
	strvec_release(&words);
	return result;
}

/* Returns which percentage of all that part is, rounded up. */
static uint64_t
share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (part * 100 + all - 1) / all;
}

/* Whether a single job is enough to reach the limit of --halt. */
static bool
is_one_job(const struct halt *halt, uint64_t total)
{
	return halt->percent ? (uint64_t)halt->limit * total == 100
			     : halt->limit == 1;
}

int
parallel_status(const struct options *options, const struct scope_result *end)
{
	const struct halt *halt = &options->scope.halt;
	bool has_limit = halt->when != HALT_NEVER;
	uint64_t failed = end->failed;

	if (end->broken)
		return -1;
	if (options->sem.wanted)
		return failed > 0 ? end->status : 0;
	if (has_limit && end->halted) {
		if (halt->why == HALT_SUCCESS)
			return 0;
		if (is_one_job(halt, end->total))
			return failed > 0 ? end->status : 0;
	}
	if (has_limit && halt->percent)
		return (int)share(failed, end->total);
	return failed > PARALLEL_MAX_FAILED ? PARALLEL_MANY_FAILED
					    : (int)failed;
}
