/* nursery: runs commands in parallel and leaves no process behind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exits.h"
#include "base/msg.h"
#include "cli/classes.h"
#include "cli/doctor.h"
#include "cli/dryrun.h"
#include "cli/firstline.h"
#include "cli/help.h"
#include "cli/hosted.h"
#include "cli/options.h"
#include "cli/parallel.h"
#include "cli/parset.h"
#include "cli/perl_process.h"
#include "cli/profiles.h"
#include "cli/resume.h"
#include "cli/sem.h"
#include "cli/stdin.h"
#include "contain/front.h"
#include "input/lines.h"
#include "input/piped.h"
#include "input/source.h"
#include "input/templated.h"
#include "input/words.h"
#include "jobserver/tokens.h"
#include "remote/agent.h"
#include "scope/scope.h"
#include "spawn/client.h"
#include "sys/cpu.h"
#include "sys/fd.h"
#include "sys/semaphore.h"
#include "sys/service_manager.h"
#include "sys/signals.h"

/* Returns NULL after saying what is wrong with the template. */
static struct source *
open_template(const struct options *options)
{
	char *error;
	struct source *source = templated_new(&options->template, &error);

	if (source != NULL && options->template.pipe.given)
		source = piped_new(&options->template.pipe, source, &error);
	if (source == NULL) {
		msg_warn("%s", error);
		free(error);
	}
	return source;
}

/* The commands, in their order and all of them. */
static struct source *
open_commands(const struct options *options)
{
	bool from_stdin = options->templated
	    ? options->template.arguments.n_sources == 0
	    : options->words.len == 0 && !options->scope.plan.alone;

	if (options->resume.retry_failed)
		return resume_retry(options);
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

static struct source *
open_source(const struct options *options)
{
	return resume_gather(options, open_commands(options));
}

static int
print_commands(const struct options *options)
{
	const struct machine_options *machines = &options->scope.machines;
	struct source *source = open_source(options);
	int result = -1;

	if (source != NULL)
		result = dryrun(source, options->scope.job.shell,
		    machines->everywhere ? machines->hosts.len : 1,
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
	case OPTIONS_RECORD_ENV:
		return profiles_record_env();
	case OPTIONS_CPUS:
		printf("%d\n", cpu_count());
		return 0;
	case OPTIONS_SOCKETS:
		printf("%d\n", cpu_sockets());
		return 0;
	case OPTIONS_MAX_CHARS:
		printf("%zu\n", parallel_max_chars(0));
		return 0;
	case OPTIONS_DRY_RUN:
		return print_commands(options);
	case OPTIONS_NOTHING:
	case OPTIONS_RUN:
	case OPTIONS_AGENT:
	case OPTIONS_SPAWN:
		break;
	}
	return 0;
}

/* Prints, and fails if not all of it could be written, as to a full disk. */
static int
print_and_flush(struct options *options, const struct signals *sig)
{
	pid_t perl = 0;
	int result = options->action == OPTIONS_DRY_RUN
	    ? perl_process_begin(options, sig, &perl)
	    : 0;

	if (result == 0)
		result = print(options);
	perl_process_end(options, perl);
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
		status = client_spawn(source, options->spawn.wait);
	source_free(source);
	return status;
}

/* Others wait for the tokens of a job server that we hold. */
static void
give_tokens_back(void *arg)
{
	if (arg != NULL)
		tokens_give_back(arg, 0);
}

/* What let_go() ends, when the last process does. */
struct held {
	const struct options *options;
	struct semaphore *place; /* of sem; NULL: none */
};

/*
 * For at_last of struct front_options: writes what parset has collected.  The
 * place of sem is free when we are gone: see semaphore_leave().
 */
static int
let_go(void *arg, int status)
{
	const struct held *held = arg;

	classes_close(&held->options->scope.pace.classes);
	semaphore_leave(held->place);
	return parset_end(held->options, status);
}

static void
take_manager(struct service_manager *ret)
{
	const char *why = "only a path or @name can";
	char *value, *shown;

	if (service_manager_take(ret, &value) == 0)
		return;
	if (errno == ENAMETOOLONG)
		why = "it is too long";
	shown = msg_short(value, strlen(value));
	msg_warn("NOTIFY_SOCKET '%s' cannot be used (%s)", shown, why);
	free(shown);
	free(value);
}

static _Noreturn void
run(struct options *options, struct signals *sig, pid_t parent)
{
	struct held held = { .options = options };
	struct front_options how = { .at_end = give_tokens_back,
		.arg = options->scope.share.tokens,
		.at_last = let_go,
		.last_arg = &held,
		.parent = options->die_with_parent ? parent : 0 };
	struct front *front;
	struct source *source;
	struct scope_result end;
	int status = sem_enter(options, &held.place);
	pid_t perl;

	if (status >= 0)
		exit(status);
	if (perl_process_begin(options, sig, &perl) < 0 ||
	    parset_begin(options) < 0) {
		perl_process_end(options, perl);
		exit(let_go(&held, -1));
	}
	how.helped = perl > 0;
	if (options->scope.plan.n_services > 0)
		take_manager(&how.manager);
	signals_block(sig);
	front = front_split(sig, &how);
	source = open_source(options);
	if (source == NULL)
		front_end(front, -1, signals_pending_fatal());
	if (!source_reads_terminal(source) &&
	    !(stdin_is_for_jobs(options) && isatty(STDIN_FILENO)))
		front_leave_group();
	end = scope_run(&options->scope, source, sig, front);
	source_free(source);
	perl_process_end(options, 0);
	status =
	    options->parallel ? parallel_status(options, &end) : end.status;
	front_end(front, status, end.signo);
}

/*
 * Runs what another nursery asks for.  Returns the exit status if that does not
 * come about.
 *
 * Front and worker both keep the connection open as long as they live.  So its
 * end tells the controller that nothing is left here: whichever of the two is
 * killed, the other ends all processes before it ends.
 */
static int
serve(struct options *options, struct signals *sig)
{
	const struct front_options how = { .at_end = NULL };
	struct agent *agent = hosted_open(options);
	struct front *front;

	if (agent == NULL)
		return msg_failure();
	signals_block(sig);
	front = front_split(sig, &how);
	front_leave_group();
	scope_run(&options->scope, NULL, sig, front);
	front_end(
	    front, agent_has_parted(agent) ? EXITS_SUCCESS : msg_failure(), 0);
}

int
main(int argc, char **argv)
{
	const pid_t parent = getppid(); /* before it may end */
	struct options options;
	struct signals sig;
	int status;

	signals_begin(&sig);
	if (parallel_is_name(argv[0]) || sem_is_name(argv[0]))
		msg_set_failure(PARALLEL_ERROR);
	if (fd_open_standard() < 0) {
		msg_warn("cannot open /dev/null: %s", strerror(errno));
		return msg_failure();
	}
	if (options_parse(&options, argc, argv) == 0) {
		if (options.action == OPTIONS_RUN)
			run(&options, &sig, parent);
		if (options.action != OPTIONS_AGENT)
			signals_restore(&sig);
		if (options.action == OPTIONS_AGENT)
			status = serve(&options, &sig);
		else if (options.action == OPTIONS_SPAWN)
			status = spawn_all(&options);
		else
			status = print_and_flush(&options, &sig);
	} else {
		status = parset_end(&options, -1);
	}
	options_release(&options);
	return status;
}
