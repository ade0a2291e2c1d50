/* nursery: runs commands in parallel and leaves no process behind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exits.h"
#include "base/msg.h"
#include "cli/doctor.h"
#include "cli/dryrun.h"
#include "cli/firstline.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/parallel.h"
#include "contain/front.h"
#include "input/lines.h"
#include "input/source.h"
#include "input/templated.h"
#include "input/words.h"
#include "scope/scope.h"
#include "spawn/client.h"
#include "sys/cpu.h"
#include "sys/fd.h"
#include "sys/signals.h"

/* Returns NULL after saying what is wrong with the template. */
static struct source *
open_template(const struct options *options)
{
	char *error;
	struct source *source = templated_new(&options->template, &error);

	if (source == NULL) {
		msg_warn("%s", error);
		free(error);
	}
	return source;
}

static struct source *
open_source(const struct options *options)
{
	bool from_stdin = options->templated
	    ? options->template.arguments.n_sources == 0
	    : options->words.len == 0;

	if (from_stdin && isatty(STDIN_FILENO))
		msg_warn("reading %s from the terminal, one a line, "
			 "until Ctrl-D (try 'nursery --help')",
		    options->template.n_words > 0 ? "arguments" : "commands");
	if (options->templated)
		return open_template(options);
	if (!from_stdin)
		return words_new(options->words.items, options->words.len);
	return lines_new(STDIN_FILENO, &options->delimiter, options->lines,
	    options->lines ? firstline_check_read : NULL);
}

static int
print_commands(const struct options *options)
{
	struct source *source = open_source(options);
	int result = -1;

	if (source != NULL)
		result = dryrun(source, options->scope.job.shell,
		    options->templated ? &DELIMITER_NEWLINE
				       : &options->delimiter,
		    stdout);
	source_free(source);
	return result;
}

/* Prints what was asked for instead of running jobs.  Returns 0, or -1. */
static int
print(const struct options *options)
{
	switch (options->action) {
	case OPTIONS_DOCTOR:
		return doctor_print(stdout, options->scope.contain);
	case OPTIONS_HELP:
		help_print(
		    stdout, options->parallel, options->scope.report.verbose);
		return 0;
	case OPTIONS_VERSION:
		help_print_version(stdout, options->parallel);
		return 0;
	case OPTIONS_MINVERSION:
	case OPTIONS_MINVERSION_NOT:
		puts(PARALLEL_VERSION);
		return options->action == OPTIONS_MINVERSION ? 0 : -1;
	case OPTIONS_CPUS:
		printf("%d\n", cpu_count());
		return 0;
	case OPTIONS_MAX_CHARS:
		printf("%zu\n", templated_max_chars(environ));
		return 0;
	case OPTIONS_DRY_RUN:
		return print_commands(options);
	case OPTIONS_NOTHING:
	case OPTIONS_RUN:
	case OPTIONS_SPAWN:
		break;
	}
	return 0;
}

/* Prints, and fails if not all of it could be written, as to a full disk. */
static int
print_and_flush(const struct options *options)
{
	int result = print(options);

	if (fflush(stdout) != 0 || ferror(stdout)) {
		msg_warn(
		    "cannot write to standard output: %s", strerror(errno));
		result = -1;
	}
	return result == 0 ? EXITS_SUCCESS : msg_failure();
}

static int
spawn_all(const struct options *options)
{
	struct source *source = open_source(options);
	int status = EXITS_NURSERY;

	if (source != NULL)
		status = client_spawn(source, options->wait);
	source_free(source);
	return status;
}

static _Noreturn void
run(const struct options *options, struct signals *sig)
{
	struct front *front;
	struct source *source;
	struct scope_result end;

	signals_block(sig);
	front = front_split(sig);
	source = open_source(options);
	if (source == NULL)
		front_end(front, msg_failure(), 0);
	if (!source_reads_terminal(source))
		front_leave_group();
	end = scope_run(&options->scope, source, sig, front);
	source_free(source);
	front_end(front,
	    options->parallel ? parallel_status(options, &end) : end.status,
	    end.signo);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct signals sig;
	int status;

	signals_begin(&sig);
	if (parallel_is_name(argv[0]))
		msg_set_failure(PARALLEL_ERROR);
	if (fd_open_standard() < 0) {
		msg_warn("cannot open /dev/null: %s", strerror(errno));
		return msg_failure();
	}
	if (options_parse(&options, argc, argv) == 0) {
		if (options.action == OPTIONS_RUN)
			run(&options, &sig);
		signals_restore(&sig);
		status = options.action == OPTIONS_SPAWN
		    ? spawn_all(&options)
		    : print_and_flush(&options);
	} else {
		status = msg_failure();
	}
	options_release(&options);
	return status;
}
