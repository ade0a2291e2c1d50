#include "commands.h"

#include "input/source.h"
#include "job/tell.h"
#include "report/report.h"
#include "spread.h"
#include "state.h"

/* Bytes of commands that are told of at the end, as there may be ever more. */
#define LEFT_MAX (16 * 1024 * 1024)
/* How many are told at once, and how often none may be ready. */
#define LEFT_AT_ONCE 256
#define LEFT_TRIES 64

const char *
commands_chosen_name(const struct commands *commands)
{
	const struct scope_options *options = commands->scope->options;

	return commands->place <= options->names.n_chosen
	    ? options->names.chosen[commands->place - 1]
	    : NULL;
}

void
commands_note_place(struct commands *commands)
{
	uint64_t fixed = source_number(commands->source);

	commands->place = fixed > 0 ? fixed : commands->place + 1;
}

uint64_t
commands_waiting(const struct commands *commands)
{
	return commands->spread != NULL ? spread_waiting(commands->spread) : 0;
}

size_t
commands_copies(const struct commands *commands)
{
	return commands->spread != NULL ? spread_machines(commands->spread) : 1;
}

/* Tells of the next command as if it had been taken: the numbers go on. */
static enum source_state
tell_next_left(struct commands *commands)
{
	struct scope *scope = commands->scope;
	uint64_t seq = 1 +
	    (commands->told_number > scope->tally.numbered
		    ? commands->told_number
		    : scope->tally.numbered);
	struct report_job job = {
		.kind = "job", .work = true, .seq = seq, .state = ""
	};
	enum source_state state =
	    source_next(commands->source, seq, 1, &job.text, &job.text_len);

	if (state != SOURCE_RECORD)
		return state;
	commands->told++;
	commands->told_bytes += job.text_len;
	commands_note_place(commands);
	if (source_number(commands->source) > 0)
		job.seq = commands->place;
	if (job.seq > commands->told_number)
		commands->told_number = job.seq;
	job.name = commands_chosen_name(commands);
	for (size_t i = 0; i < commands_copies(commands); i++) {
		if (commands->spread != NULL)
			job.machine = spread_host(commands->spread, i);
		job.everywhere = commands->spread != NULL;
		report_tell(scope->context.report,
		    &(struct report_event){
			.kind = REPORT_NOT_STARTED, .job = &job });
	}
	return state;
}

/* Tells of the jobs that wait for their machines, and drops them. */
static void
tell_waiting(struct commands *commands)
{
	struct job *job;

	if (commands->spread == NULL)
		return;
	while ((job = spread_take_left(commands->spread)) != NULL) {
		tell_event(
		    job, (struct report_event){ .kind = REPORT_NOT_STARTED });
		commands->dropped++;
		job_drop(job);
	}
}

bool
commands_consume_input(const struct commands *commands)
{
	size_t n;

	return commands->deal != NULL ||
	    source_input(commands->source, &n) != NULL;
}

bool
commands_tell_left(void *feed)
{
	struct commands *commands = feed;
	enum source_state state = SOURCE_RECORD;

	tell_waiting(commands);
	if (commands->exhausted || commands_consume_input(commands) ||
	    commands->scope->closing.cause == CLOSE_NOT ||
	    source_reads_terminal(commands->source))
		return false;
	for (int i = 0; i < LEFT_AT_ONCE && state == SOURCE_RECORD; i++)
		state = tell_next_left(commands);
	commands->tries += state == SOURCE_AGAIN;
	return (state == SOURCE_RECORD || state == SOURCE_AGAIN) &&
	    commands->tries < LEFT_TRIES && commands->told_bytes < LEFT_MAX;
}

uint64_t
commands_left(void *feed, bool *ret_all)
{
	struct commands *commands = feed;
	uint64_t n;

	if (commands->scope->closing.cause == CLOSE_NOT)
		return 0;
	n = commands->told + source_left(commands->source);
	*ret_all = source_ended(commands->source);
	return n * commands_copies(commands) + commands_waiting(commands) +
	    commands->dropped;
}
