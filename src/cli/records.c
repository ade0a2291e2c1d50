#include "records.h"

#include <string.h>

#include "base/msg.h"
#include "reading.h"
#include "record/table.h"

/* Commands that are read as they are have no arguments to be named after. */
static int
conclude_plain(const struct options *options, bool table)
{
	if (table || strchr(options->scope.records.results, '{') == NULL)
		return 0;
	msg_warn("--results: replacement strings are for commands with "
		 "arguments: try --results FOLDER, where each command has a "
		 "folder, its name or number (nothing was started)");
	return -1;
}

/* Nothing else may be among what goes to standard output. */
static bool
takes_stdout(const char *results)
{
	return strncmp(results, "-.", 2) == 0;
}

/* GNU parallel prints nothing with --results, and takes back an --ungroup. */
static void
conclude_parallel(struct scope_options *scope)
{
	struct output_options *output = &scope->output;

	scope->records.results_plain = true;
	if (output->mode == OUTPUT_UNGROUP)
		output->mode = OUTPUT_GROUP;
	if (!scope->records.files)
		output->show = OUTPUT_SHOW_NONE;
}

static int
conclude_results(struct reading *reading)
{
	struct options *options = &reading->options;
	struct scope_options *scope = &options->scope;
	const char *results = scope->records.results;
	bool table = table_is_name(results);
	bool plain = !options->parallel &&
	    (!options->templated || options->template.n_words == 0);

	if (options->parallel)
		conclude_parallel(scope);
	if (scope->output.mode == OUTPUT_UNGROUP) {
		msg_warn("--results cannot see what jobs write under "
			 "--ungroup: try --line-buffer (nothing was started)");
		return -1;
	}
	scope->output.apart = true;
	if (table && takes_stdout(results)) {
		scope->output.show = OUTPUT_SHOW_NONE;
		scope->progress.when = PROGRESS_NEVER;
	}
	if (plain)
		return conclude_plain(options, table);
	options->template.result_columns = table;
	if (!table)
		options->template.results = results;
	return 0;
}

/* The names of files are whole lines, in any order. */
static void
conclude_files(struct scope_options *scope)
{
	struct output_options *output = &scope->output;

	if (output->mode == OUTPUT_UNGROUP) {
		scope->records.files = false; /* as GNU parallel */
		return;
	}
	if (output->mode == OUTPUT_LINE)
		output->mode = OUTPUT_GROUP;
	output->apart = true;
	output->show = OUTPUT_SHOW_INSTEAD;
	scope->standin.instead = INSTEAD_FILE;
}

/* --_parset: standard output is shell code, with nothing else in it. */
static void
conclude_parset(struct options *options)
{
	struct output_options *output = &options->scope.output;

	output->show = OUTPUT_SHOW_REPLACED;
	output->apart = true;
	if (output->mode != OUTPUT_KEEP_ORDER)
		output->mode = OUTPUT_GROUP;
	options->template.own[SOURCE_KEY] =
	    options->template.syntax.replace != NULL
	    ? options->template.syntax.replace
	    : "{}";
}

/* Lines have a colour only where it is known of which job they are, and how it
 * ended. */
static void
conclude_colours(struct options *options)
{
	struct scope_options *scope = &options->scope;
	struct standin_options *standin = &scope->standin;
	struct output_options *output = &scope->output;

	/* --ctag colours labels where it cannot colour lines */
	if (options->parallel && output->colour == COLOUR_ALWAYS)
		standin->colour_all = true;
	if (!standin->colour_failed && !standin->colour_all)
		return;
	if (output->show == OUTPUT_SHOW_ALL && output->mode != OUTPUT_LINE &&
	    output->mode != OUTPUT_UNGROUP) {
		output->show = OUTPUT_SHOW_ENDED;
		output->colour = COLOUR_NEVER;
	} else {
		standin->colour_failed = standin->colour_all = false;
	}
}

int
records_conclude(struct reading *reading)
{
	struct scope_options *scope = &reading->options.scope;
	const struct arguments_options *arguments =
	    &reading->options.template.arguments;

	scope->records.tmpdir = scope->output.tmpdir;
	scope->records.sources = arguments->sources;
	scope->records.n_sources = arguments->n_sources;
	if (scope->records.results != NULL && conclude_results(reading) < 0)
		return -1;
	if (scope->records.files)
		conclude_files(scope);
	if (scope->parallel.parset != PARSET_NONE)
		conclude_parset(&reading->options);
	conclude_colours(&reading->options);
	return 0;
}
