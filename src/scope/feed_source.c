#include "feed_source.h"

#include <limits.h>
#include <stdlib.h>

#include <sys/epoll.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "commands.h"
#include "deal.h"
#include "fitting.h"
#include "input/piped.h"
#include "input/source.h"
#include "job/tell.h"
#include "labels.h"
#include "machines.h"
#include "report/report.h"
#include "slots.h"
#include "spread.h"
#include "state.h"
#include "supply.h"
#include "tally.h"

static void
readable(struct loop_io *io, uint32_t events)
{
	struct commands *commands = io->arg;

	(void)events;
	/* next() reads when a command may start, and watches it again */
	loop_del(commands->scope->context.loop, io);
	loop_timer_clear(commands->scope->context.loop, &commands->timer);
}

/* Only wakes the loop; admission asks the feed again. */
static void
timer_fired(struct loop_timer *timer)
{
	readable(timer->arg, 0);
}

/* Gives the job what --stdin says, unless it is not to run: it has hooks. */
static void
set_input(struct commands *commands, struct job *job)
{
	if (commands->supply != NULL && job->hooks == NULL)
		supply_give(commands->supply, job);
}

/* After the jobs of a command: perhaps there are no others to be given any. */
static void
end_input(struct commands *commands)
{
	if (commands->supply != NULL && source_ended(commands->source) &&
	    source_known(commands->source) == 0)
		supply_end(commands->supply);
}

static void
set_label(struct commands *commands, struct job *job)
{
	const char *const *listed = commands->scope->options->names.in_labels;
	size_t len;
	const char *tag = source_tag(commands->source, &len);
	const char *name =
	    listed != NULL ? listed[commands->place - 1] : job->name;

	if (tag != NULL)
		job->output.label =
		    labels_of_command(job, tag, len, name, &commands->label);
	labels_keep(job);
}

/* Returns the number of the command taken last. */
static uint64_t
number(struct commands *commands)
{
	struct scope *scope = commands->scope;
	uint64_t fixed = source_number(commands->source);

	commands_note_place(commands);
	if (fixed > 0) {
		tally_reserve(scope, fixed);
		return fixed;
	}
	tally_reserve(scope, scope->tally.numbered + 1);
	return scope->tally.numbered;
}

/* True if the command taken last has a variable for what it writes. */
static bool
is_named(struct commands *commands, uint64_t seq)
{
	const struct gnu_options *options = &commands->scope->options->parallel;

	commands->nameless =
	    options->parset == PARSET_NAMES && seq > options->names.len;
	return !commands->nameless;
}

/*
 * Makes a job of the command taken last, with its number and the slot that the
 * text was made for ({%}).
 */
static struct job *
new_job(struct commands *commands, uint64_t seq, int64_t slot, const char *text,
    size_t len)
{
	struct scope *scope = commands->scope;
	struct job *job =
	    job_new(&scope->context, KIND_ORDINARY, seq, text, len);

	job->name = commands_chosen_name(commands);
	job->slot = slot;
	set_label(commands, job);
	fitting_apply(job, commands->source, text, len);
	set_input(commands, job);
	return job;
}

static void
watch(struct commands *commands)
{
	struct loop *loop = commands->scope->context.loop;
	int64_t due_ns;
	int fd = source_fd(commands->source, &due_ns);

	if (loop_watch(loop, &commands->io, fd, EPOLLIN, &commands->timer))
		loop_timer_set(
		    loop, &commands->timer, loop_time_of(loop, due_ns));
}

/* True if nothing more is taken from the source. */
static bool
is_read(const struct commands *commands)
{
	return commands->exhausted || commands->ended;
}

static bool
is_over(const void *feed)
{
	const struct commands *commands = feed;

	return commands->ended ||
	    (commands->deal != NULL && deal_is_over(commands->deal)) ||
	    (commands->exhausted && commands_waiting(commands) == 0);
}

/* True until something can be read. */
static bool
is_waiting(const struct commands *commands)
{
	return commands->io.fd >= 0 || commands->timer.deadline_ns != NS_NEVER;
}

static enum feed_answer
prepare(void *feed)
{
	struct commands *commands = feed;

	if (commands->prepared || is_read(commands))
		return FEED_NONE;
	if (is_waiting(commands))
		return FEED_HOLD;
	switch (source_prepare(commands->source)) {
	case SOURCE_RECORD:
	case SOURCE_END:
		break;
	case SOURCE_AGAIN:
		return FEED_AGAIN;
	case SOURCE_WAIT:
		watch(commands);
		return FEED_HOLD;
	case SOURCE_ERROR:
		return FEED_BAD;
	}
	commands->prepared = true;
	commands->place = source_reserved(commands->source);
	tally_reserve(commands->scope, commands->place);
	return FEED_NONE;
}

/* What to do when the source has no command now. */
static enum feed_answer
heed(struct commands *commands, enum source_state state)
{
	if (state == SOURCE_ERROR)
		return FEED_BAD;
	if (state == SOURCE_AGAIN)
		return FEED_AGAIN;
	if (state == SOURCE_WAIT) {
		watch(commands);
		return FEED_NONE;
	}
	commands->exhausted = true;
	if (commands->spread != NULL)
		spread_end(commands->spread);
	return FEED_NONE;
}

static enum feed_answer
take(struct commands *commands, struct job **ret_job)
{
	struct scope *scope = commands->scope;
	const char *text;
	size_t len;
	int64_t slot = slots_take(scope);
	enum source_state state = source_next(
	    commands->source, scope->tally.numbered + 1, slot, &text, &len);
	uint64_t seq;

	if (state != SOURCE_RECORD) {
		slots_give_back(scope, slot);
		return heed(commands, state);
	}
	seq = number(commands);
	if (!is_named(commands, seq)) {
		slots_give_back(scope, slot);
		return FEED_BAD;
	}
	*ret_job = new_job(commands, seq, slot, text, len);
	end_input(commands);
	tally_work(scope);
	return FEED_JOB;
}

/* Makes the jobs of one more command, which wait for their machines. */
static enum feed_answer
take_for_all(struct commands *commands)
{
	struct scope *scope = commands->scope;
	int64_t slot = spread_slot(commands->spread);
	const char *text;
	size_t len;
	enum source_state state = source_next(
	    commands->source, scope->tally.numbered + 1, slot, &text, &len);
	uint64_t seq;

	if (state != SOURCE_RECORD) {
		spread_slot_back(commands->spread);
		return heed(commands, state);
	}
	seq = number(commands);
	for (size_t i = 0; i < commands_copies(commands); i++)
		spread_add(
		    commands->spread, i, new_job(commands, seq, 0, text, len));
	end_input(commands);
	return FEED_JOB;
}

static enum feed_answer
next_of_spread(struct commands *commands, struct job **ret_job)
{
	enum feed_answer answer = FEED_NONE;

	if (!is_read(commands) && !is_waiting(commands) &&
	    spread_wants(commands->spread))
		answer = take_for_all(commands);
	if (answer == FEED_BAD)
		return answer;
	*ret_job = spread_next(commands->spread);
	if (*ret_job == NULL)
		return answer == FEED_JOB ? FEED_AGAIN : answer;
	tally_work(commands->scope);
	return FEED_JOB;
}

/* --tee: all of its jobs run, as no other may start; so there is to be none. */
static enum feed_answer
expect_end(struct commands *commands)
{
	const char *text;
	size_t len;
	enum source_state state = source_next(commands->source,
	    commands->scope->tally.numbered + 1, 1, &text, &len);

	if (state != SOURCE_RECORD)
		return heed(commands, state);
	commands->error = "--tee needs all of its jobs at once: more than "
			  "--jobs allows (try --jobs 0)";
	return FEED_BAD;
}

/* Takes the commands of jobs that standard input is dealt out among. */
static enum feed_answer
next_of_deal(struct commands *commands, bool room, struct job **ret_job)
{
	struct deal *deal = commands->deal;
	enum feed_answer answer;

	commands->error = deal_error(deal);
	if (commands->error != NULL)
		return FEED_BAD;
	if (is_read(commands) || is_waiting(commands) ||
	    !deal_wants_job(deal) || machines_are_coming(commands->scope))
		return FEED_NONE;
	if (!room && source_dealing(commands->source)->how != PIPE_TEE) {
		deal_settle(deal);
		return FEED_NONE;
	}
	answer = room ? take(commands, ret_job) : expect_end(commands);
	if (answer == FEED_JOB)
		deal_add(deal, *ret_job);
	commands->exhausted |= source_ended(commands->source) &&
	    source_known(commands->source) == 0;
	if (commands->exhausted)
		deal_close(deal);
	return answer;
}

static enum feed_answer
next(void *feed, bool room, struct job **ret_job)
{
	struct commands *commands = feed;

	if (commands->spread != NULL)
		return next_of_spread(commands, ret_job);
	if (commands->deal != NULL)
		return next_of_deal(commands, room, ret_job);
	if (is_read(commands) || !room || is_waiting(commands))
		return FEED_NONE;
	return take(commands, ret_job);
}

static uint64_t
known(const void *feed, bool *ret_all)
{
	const struct commands *commands = feed;

	*ret_all = source_ended(commands->source);
	return source_known(commands->source) * commands_copies(commands) +
	    commands_waiting(commands);
}

bool
feed_source_waits(const void *feed)
{
	const struct commands *commands = feed;

	return commands->io.fd >= 0 ||
	    (commands->deal != NULL && deal_waits(commands->deal));
}

const char *
feed_source_awaits(const void *feed)
{
	const struct commands *commands = feed;

	return source_awaits(commands->source);
}

uint64_t
feed_source_ahead(void *feed, bool *ret_all)
{
	struct commands *commands = feed;

	if (!is_read(commands) && !feed_source_waits(feed))
		return source_ahead(commands->source, ret_all) *
		    commands_copies(commands) +
		    commands_waiting(commands);
	*ret_all = is_read(commands);
	return commands_waiting(commands);
}

static void
tell_waits(const void *feed)
{
	const struct commands *commands = feed;

	if (feed_source_waits(commands))
		report_tell(commands->scope->context.report,
		    &(struct report_event){ .kind = REPORT_WAITING,
			.text = source_awaits(commands->source) });
}

static void
end(void *feed)
{
	struct commands *commands = feed;

	commands->ended = true;
	if (commands->spread != NULL)
		spread_close(commands->spread);
	if (commands->deal != NULL)
		deal_end(commands->deal,
		    commands->scope->closing.cause == CLOSE_NOT);
}

static const char *
error(const void *feed)
{
	const struct commands *commands = feed;

	if (commands->error != NULL)
		return commands->error;
	return commands->nameless ? "too few named destination variables"
				  : source_error(commands->source);
}

int
feed_source_files(const void *feed)
{
	const struct commands *commands = feed;

	/* --pipe: the ends of a pipe */
	return commands_consume_input(commands)
	    ? 2
	    : supply_files(commands->supply);
}

struct feed
feed_source_new(struct scope *scope, struct source *source)
{
	static const struct feed_ops ops = { .prepare = prepare,
		.next = next,
		.is_over = is_over,
		.known = known,
		.left = commands_left,
		.tell_left = commands_tell_left,
		.end = end,
		.tell_waits = tell_waits,
		.error = error };
	struct commands *commands = xcalloc(1, sizeof(*commands));

	commands->scope = scope;
	commands->source = source;
	commands->supply = supply_new(scope);
	commands->spread = spread_new(scope, source_has_slots(source));
	if (source_dealing(source) != NULL)
		commands->deal =
		    deal_new(&scope->context, source_dealing(source));
	commands->io =
	    (struct loop_io){ .ready = readable, .arg = commands, .fd = -1 };
	loop_timer_init(&commands->timer, timer_fired, &commands->io);
	return (struct feed){ &ops, commands };
}

void
feed_source_free(struct feed *feed)
{
	struct commands *commands = feed->arg;
	struct loop *loop = commands->scope->context.loop;

	loop_del(loop, &commands->io);
	loop_timer_clear(loop, &commands->timer);
	buf_release(&commands->label);
	spread_free(commands->spread);
	deal_free(commands->deal);
	supply_free(commands->supply);
	free(commands);
}
