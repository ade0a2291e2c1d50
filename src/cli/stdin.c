#include "stdin.h"

#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "reading.h"

static const char *const names[] = { "null", "open", "first", "each" };
static const enum job_input inputs[] = { JOB_INPUT_NULL, JOB_INPUT_OPEN,
	JOB_INPUT_FIRST, JOB_INPUT_EACH };

int
stdin_set(struct reading *reading, const char *value)
{
	int which = READING_CHOOSE(reading, value, names);

	if (which < 0)
		return -1;
	reading->options.scope.job.input = inputs[which];
	return 0;
}

/* The word for it. */
static const char *
name_of(enum job_input input)
{
	size_t i = 0;

	while (inputs[i] != input)
		i++;
	return names[i];
}

bool
stdin_is_for_jobs(const struct options *options)
{
	return options->scope.job.input >= JOB_INPUT_FIRST;
}

bool
stdin_has_commands(const struct options *options)
{
	const struct arguments_options *arguments =
	    &options->template.arguments;

	if (options->resume.retry_failed)
		return false;
	if (!options->templated)
		return options->words.len == 0 && !options->scope.plan.alone;
	for (size_t i = 0; i < arguments->n_sources; i++)
		if (arguments->sources[i].path != NULL &&
		    strcmp(arguments->sources[i].path, "-") == 0)
			return true;
	return arguments->n_sources == 0;
}

int
stdin_conclude(struct reading *reading)
{
	struct options *options = &reading->options;
	struct scope_options *scope = &options->scope;
	enum job_input input = scope->job.input;

	if (input == JOB_INPUT_DEFAULT)
		return 0;
	if (stdin_is_for_jobs(options) && stdin_has_commands(options)) {
		msg_warn("--stdin=%s: standard input is for jobs, but %s are "
			 "to be read from it, too (try %s)",
		    name_of(input),
		    options->templated ? "arguments" : "commands",
		    options->templated ? "-a FILE, or ::: WORDS"
				       : "commands as arguments");
		return -1;
	}
	if (input == JOB_INPUT_FIRST && scope->output.terminals &&
	    scope->machines.carrier == CARRIER_NONE && isatty(STDIN_FILENO))
		scope->job.input = JOB_INPUT_TYPED;
	return 0;
}
