#include "feed_source.h"

#include <stdlib.h>

#include <sys/epoll.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "input/source.h"
#include "labels.h"
#include "report/report.h"
#include "slots.h"
#include "state.h"
#include "tally.h"

/* The pause before a descriptor that cannot be watched is read again. */
#define PAUSE_NS (50 * NS_PER_MS)

struct commands {
	struct scope *scope;
	struct source *source;
	uint64_t taken;          /* how many commands have come from it */
	struct buf label;        /* of the command taken last */
	bool exhausted;          /* nothing more is taken from the source */
	struct loop_io io;       /* watched while nothing can be read */
	struct loop_timer timer; /* armed while it cannot be watched */
};

static void
readable(struct loop_io *io, uint32_t events)
{
	struct commands *commands = io->arg;

	(void)events;
	/* next() reads when a command may start, and watches it again */
	loop_del(commands->scope->context.loop, io);
}

/* Only wakes the loop; admission asks the feed again. */
static void
timer_fired(struct loop_timer *timer)
{
	(void)timer;
}

/* The name that the user has chosen for the command taken last, or NULL. */
static const char *
chosen_name(const struct commands *commands)
{
	const struct scope_options *options = commands->scope->options;

	return commands->taken <= options->n_names
	    ? options->names[commands->taken - 1]
	    : NULL;
}

static void
set_label(struct commands *commands, struct job *job)
{
	const char *const *listed = commands->scope->options->label_names;
	size_t len;
	const char *tag = source_tag(commands->source, &len);
	const char *name =
	    listed != NULL ? listed[commands->taken - 1] : job->name;

	if (tag != NULL)
		job->output.label =
		    labels_of_command(job, tag, len, name, &commands->label);
}

/* Makes a job with the slot that the text was made for ({%}). */
static struct job *
new_job(struct commands *commands, int64_t slot, const char *text, size_t len)
{
	struct scope *scope = commands->scope;
	char *const *args = source_args(commands->source);
	struct job *job = job_new(
	    &scope->context, KIND_ORDINARY, tally_number(scope), text, len);

	commands->taken++;
	job->name = chosen_name(commands);
	job->slot = slot;
	set_label(commands, job);
	if (args != NULL) {
		command_release(&job->command);
		command_init_argv(
		    &job->command, text, len, scope->options->job.shell, args);
	}
	return job;
}

static void
watch(struct commands *commands)
{
	struct loop *loop = commands->scope->context.loop;

	/* refused for want of memory: asked again after a while */
	if (loop_add(
		loop, &commands->io, source_fd(commands->source), EPOLLIN) < 0)
		loop_timer_set(
		    loop, &commands->timer, loop_now(loop) + PAUSE_NS);
}

static enum feed_answer
next(void *feed, bool room, struct job **ret_job)
{
	struct commands *commands = feed;
	struct scope *scope = commands->scope;
	const char *text;
	size_t len;
	int64_t slot;
	enum source_state state;

	if (commands->exhausted || !room || commands->io.fd >= 0 ||
	    commands->timer.deadline_ns != NS_NEVER)
		return FEED_NONE;
	slot = slots_take(scope);
	state = source_next(
	    commands->source, scope->tally.numbered + 1, slot, &text, &len);
	if (state == SOURCE_RECORD) {
		*ret_job = new_job(commands, slot, text, len);
		return FEED_JOB;
	}
	slots_give_back(scope, slot);
	if (state == SOURCE_ERROR)
		return FEED_BAD;
	if (state == SOURCE_AGAIN)
		return FEED_AGAIN;
	if (state == SOURCE_WAIT)
		watch(commands);
	else
		commands->exhausted = true;
	return FEED_NONE;
}

static bool
is_over(const void *feed)
{
	const struct commands *commands = feed;

	return commands->exhausted;
}

static uint64_t
known(const void *feed, bool *ret_all)
{
	const struct commands *commands = feed;

	*ret_all = source_ended(commands->source);
	return source_known(commands->source);
}

static uint64_t
left(void *feed, bool *ret_all)
{
	struct commands *commands = feed;
	uint64_t n = 0;

	if (commands->scope->closing.cause == CLOSE_NOT)
		return 0;
	n = source_left(commands->source);
	*ret_all = source_ended(commands->source);
	return n;
}

bool
feed_source_waits(const void *feed)
{
	const struct commands *commands = feed;

	return commands->io.fd >= 0;
}

uint64_t
feed_source_ahead(void *feed, bool *ret_all)
{
	struct commands *commands = feed;

	if (!commands->exhausted && !feed_source_waits(feed))
		return source_ahead(commands->source, ret_all);
	*ret_all = commands->exhausted;
	return 0;
}

static void
tell_waits(const void *feed)
{
	const struct commands *commands = feed;

	if (feed_source_waits(commands))
		report_tell(commands->scope->context.report,
		    &(struct report_event){ .kind = REPORT_WAITING,
			.text = "more input: commands or arguments" });
}

static void
end(void *feed)
{
	struct commands *commands = feed;

	commands->exhausted = true;
}

static const char *
error(const void *feed)
{
	const struct commands *commands = feed;

	return source_error(commands->source);
}

struct feed
feed_source_new(struct scope *scope, struct source *source)
{
	static const struct feed_ops ops = { .next = next,
		.is_over = is_over,
		.known = known,
		.left = left,
		.end = end,
		.tell_waits = tell_waits,
		.error = error };
	struct commands *commands = xcalloc(1, sizeof(*commands));

	commands->scope = scope;
	commands->source = source;
	commands->io =
	    (struct loop_io){ .ready = readable, .arg = commands, .fd = -1 };
	loop_timer_init(&commands->timer, timer_fired, commands);
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
	free(commands);
}
