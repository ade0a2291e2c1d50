#include "overview.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "closing.h"
#include "contain/front.h"
#include "feed_plan.h"
#include "feed_source.h"
#include "input/source.h"
#include "job/tell.h"
#include "output/screen.h"
#include "output/unwritten.h"
#include "report/progress.h"
#include "standin.h"
#include "state.h"
#include "sys/tty.h"
#include "tally.h"
#include "waiting.h"

/* A run that takes no longer is over before anybody has read a line. */
#define FIRST_NS (500 * NS_PER_MS)
#define DRAW_NS (100 * NS_PER_MS)
/* How often the first line is said where there is no terminal. */
#define SAY_NS (30 * NS_PER_S)

/* A smaller terminal has room for nothing else. */
#define COLUMNS_MIN 20
#define ROWS_MIN 4
/* More rows than any terminal has room for. */
#define ROWS_MAX 256

/* What is shown, and what it points to. */
struct view {
	struct progress progress;
	struct progress_job jobs[ROWS_MAX];
	struct report_job holder;
	char waits[WAITING_MAX];
};

static void
count(struct scope *scope, struct progress *progress)
{
	const struct report_counts *counts = &scope->tally.counts;
	const struct job *pending = scope->admission.pending;
	uint64_t ahead = 0;

	tally_running(scope);
	progress->total_known = !counts->more_left;
	if (counts->more_left)
		ahead = feed_source_ahead(scope->feeds.items[FEED_SOURCE].arg,
		    &progress->total_known);
	progress->done = counts->succeeded + counts->failed + counts->cancelled;
	progress->failed = counts->failed;
	progress->running = counts->running;
	progress->retrying = counts->waiting;
	progress->to_start = counts->left + ahead;
	progress->total = scope->tally.work + progress->to_start -
	    (pending != NULL && pending->kind->work); /* it counts already */
	if (scope->options->progress.total_jobs > progress->total) {
		progress->to_start +=
		    scope->options->progress.total_jobs - progress->total;
		progress->total = scope->options->progress.total_jobs;
		progress->total_known = true;
	}
	progress->stopping = closing_has_begun(scope);
}

/* The job whose output comes first is said to hold up the rest. */
static void
show_waiting(const struct scope *scope, struct view *view,
    const struct job *job, struct progress_job *shown)
{
	const struct output *output = scope->context.output;
	const struct job *holder = unwritten_holder(output);

	if (job->output.capture == NULL)
		return;
	shown->lines = unwritten_lines(job->output.capture);
	if (job == holder) {
		shown->others = unwritten_all(output) - shown->lines;
		if (!unwritten_for_own_end(job->output.capture))
			shown->lines = 0;
	} else if (holder != NULL &&
	    !unwritten_for_own_end(job->output.capture)) {
		view->holder = tell_show(holder);
		shown->behind = &view->holder;
	} else if (scope->options->output.mode == OUTPUT_LINE) {
		shown->lines = 0; /* only until the line has ended */
	}
}

static bool
is_shown(const struct job *job, bool helpers)
{
	return job->state != JOB_WAITING && job->kind->work != helpers &&
	    !job->kind->carries;
}

/* --latest-line: what it wrote last, instead of what it does. */
static void
show_last_line(const struct job *job, struct progress_job *shown)
{
	const char *line = standin_last_line(job);

	if (line[0] == '\0')
		return;
	shown->job.text = line;
	shown->job.text_len = strlen(line);
}

/* Adds the jobs that run, or the services and other helpers. */
static void
show_jobs(
    const struct scope *scope, struct view *view, size_t most, bool helpers)
{
	struct progress *progress = &view->progress;
	const struct job *job;

	TAILQ_FOREACH(job, &scope->roster.jobs, link) {
		struct progress_job *shown = &view->jobs[progress->n_jobs];

		if (progress->n_jobs >= most)
			return;
		if (!is_shown(job, helpers))
			continue;
		*shown = (struct progress_job){ .job = tell_show(job) };
		show_last_line(job, shown);
		shown->not_ready = feed_plan_is_awaited(job);
		show_waiting(scope, view, job, shown);
		progress->n_jobs++;
	}
}

static uint64_t
count_services(const struct scope *scope)
{
	const struct job *job;
	uint64_t n = 0;

	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		n += job->kind->vital;
	return n;
}

/* Fills in the view, with at most so many jobs. */
static void
look(struct scope *scope, struct view *view, size_t most)
{
	struct progress *progress = &view->progress;
	struct rate *rate = &scope->overview.rate;
	int64_t now_ns = loop_now(scope->context.loop);

	*progress = (struct progress){ .waits = view->waits };
	count(scope, progress);
	progress->services = count_services(scope);
	rate_note(rate, now_ns, progress->done);
	progress->per_1000s = rate_get(rate, now_ns, progress->done);
	waiting_describe(scope, view->waits, sizeof(view->waits));
	progress->hint_lines = scope->options->jobs_listed > 0;
	progress->jobs = view->jobs;
	show_jobs(scope, view, most < ROWS_MAX ? most : ROWS_MAX, false);
	show_jobs(scope, view, most < ROWS_MAX ? most : ROWS_MAX, true);
}

/* False while the screen is not ours: somebody types, or we are behind. */
static bool
may_draw(const struct scope *scope)
{
	pid_t foreground = tcgetpgrp(STDERR_FILENO);

	if (scope->control.suspending ||
	    source_reads_terminal(scope->overview.source))
		return false;
	return foreground < 0 || foreground == front_group(scope->front);
}

static void
draw(struct scope *scope)
{
	struct screen *screen = scope->overview.screen;
	struct buf lines = BUF_INIT;
	struct view view;
	int columns, rows;

	tty_size(STDERR_FILENO, &columns, &rows);
	if (may_draw(scope) && columns >= COLUMNS_MIN && rows >= ROWS_MIN) {
		look(scope, &view, progress_rows(rows));
		progress_block(
		    &view.progress, columns, progress_rows(rows), &lines);
	}
	screen_draw(screen, lines.data, lines.len);
	buf_release(&lines);
}

static void
say(struct scope *scope)
{
	struct buf line = BUF_INIT;
	struct view view;

	look(scope, &view, 0);
	progress_line(&view.progress, &line);
	msg_warn("%.*s", (int)line.len, line.data);
	buf_release(&line);
}

static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;
	struct overview *overview = &scope->overview;
	struct loop *loop = scope->context.loop;
	bool drawn = overview->screen != NULL;

	if (drawn)
		screen_let_out(overview->screen);
	else
		say(scope);
	overview->due = drawn;
	loop_timer_set(
	    loop, timer, loop_now(loop) + (drawn ? DRAW_NS : SAY_NS));
}

void
overview_run(struct scope *scope)
{
	if (scope->overview.due)
		draw(scope);
	scope->overview.due = false;
}

/* True if another program shows our standard output on its screen. */
static bool
has_pager(void)
{
	struct stat st;

	return fstat(STDOUT_FILENO, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

static bool
is_wanted(const struct scope_options *options)
{
	if (options->progress.when == PROGRESS_AUTO)
		return tty_can_draw(STDERR_FILENO) && !has_pager() &&
		    !options->nested && options->job.input != JOB_INPUT_TYPED &&
		    options->output.mode != OUTPUT_UNGROUP;
	return options->progress.when == PROGRESS_ALWAYS;
}

/* Begins: the first is drawn after this time, or at once if it is 0. */
static void
begin(struct scope *scope, int64_t first_ns)
{
	struct overview *overview = &scope->overview;
	bool shared = scope->options->output.mode == OUTPUT_UNGROUP;

	if (tty_can_draw(STDERR_FILENO) && !shared &&
	    overview->screen == NULL) {
		unwritten_count(scope->context.output);
		overview->screen = screen_new(
		    scope->context.output, front_screen(scope->front));
	}
	loop_timer_set(scope->context.loop, &overview->timer,
	    loop_now(scope->context.loop) + first_ns);
}

void
overview_init(struct scope *scope, const struct source *source)
{
	struct overview *overview = &scope->overview;

	loop_timer_init(&overview->timer, timer_fired, scope);
	overview->source = source;
	rate_init(&overview->rate, scope->context.started_ns);
	if (is_wanted(scope->options))
		begin(scope,
		    tty_can_draw(STDERR_FILENO) &&
			    scope->options->output.mode != OUTPUT_UNGROUP
			? FIRST_NS
			: SAY_NS);
}

void
overview_toggle(struct scope *scope)
{
	struct overview *overview = &scope->overview;

	if (overview->over)
		return;
	if (overview->timer.deadline_ns == NS_NEVER) {
		begin(scope, 0);
		return;
	}
	loop_timer_clear(scope->context.loop, &overview->timer);
	overview->due = false;
	overview_suspend(scope);
}

void
overview_suspend(struct scope *scope)
{
	if (scope->overview.screen != NULL)
		screen_clear(scope->overview.screen);
}

void
overview_end(struct scope *scope)
{
	scope->overview.over = true;
	loop_timer_clear(scope->context.loop, &scope->overview.timer);
	if (scope->overview.screen != NULL)
		screen_clear(scope->overview.screen);
}

void
overview_leave(struct scope *scope)
{
	if (scope->overview.screen != NULL)
		screen_leave(scope->overview.screen);
}

void
overview_finish(struct scope *scope)
{
	if (scope->overview.screen != NULL)
		screen_finish(scope->overview.screen);
}

void
overview_release(struct scope *scope)
{
	loop_timer_clear(scope->context.loop, &scope->overview.timer);
	screen_free(scope->overview.screen);
}
