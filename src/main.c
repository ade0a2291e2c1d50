/* nursery: run commands in parallel under one scope, leave nothing behind. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/exits.h"
#include "base/msg.h"
#include "cli/dryrun.h"
#include "cli/help.h"
#include "cli/options.h"
#include "input/source.h"
#include "nursery/nursery.h"
#include "sys/fd.h"
#include "sys/front.h"
#include "sys/signals.h"

static struct source *
open_source(const struct options *options)
{
	if (options->n_words > 0)
		return source_from_words(options->words, options->n_words);
	if (isatty(STDIN_FILENO))
		msg_warn("reading commands from the terminal, one a line, "
			 "until Ctrl-D (try 'nursery --help')");
	return source_from_fd(STDIN_FILENO, options->delimiter, options->lines);
}

/* What is printed must arrive: a full disk is a failure. */
static int
print_and_exit_status(int result)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		msg_warn(
		    "cannot write to standard output: %s", strerror(errno));
		return EXITS_NURSERY;
	}
	return result == 0 ? EXITS_SUCCESS : EXITS_NURSERY;
}

static int
print(const struct options *options)
{
	int result = 0;

	if (options->action == OPTIONS_HELP) {
		help_print(stdout);
	} else if (options->action == OPTIONS_VERSION) {
		puts("nursery " NURSERY_VERSION);
	} else {
		struct source *source = open_source(options);

		result = dryrun(source, options->delimiter, stdout);
		source_free(source);
	}
	return print_and_exit_status(result);
}

static _Noreturn void
run(const struct options *options, const struct signals *sig)
{
	struct front *front = front_split(sig);
	struct source *source = open_source(options);
	struct nursery_end end =
	    nursery_run(&options->nursery, source, sig, front);

	source_free(source);
	front_end(front, end.status, end.signo);
}

int
main(int argc, char **argv)
{
	struct signals sig;
	struct options options;
	int status = EXITS_NURSERY;

	if (fd_open_standard() < 0)
		return EXITS_NURSERY;
	signals_block(&sig);
	if (options_parse(&options, argc, argv) == 0) {
		if (options.action == OPTIONS_RUN)
			run(&options, &sig);
		signals_restore(&sig);
		status = print(&options);
	}
	options_release(&options);
	return status;
}
