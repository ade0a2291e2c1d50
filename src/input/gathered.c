#include "gathered.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "budget.h"
#include "joblog.h"
#include "quote.h"
#include "source.h"

/* For a command that is not in the log: longer than any job ran. */
#define UNKNOWN_MS INT64_MAX

/* A command that was read, all in one block. */
struct command {
	uint64_t seq;
	int64_t run_ms; /* how long it ran, for the order */
	size_t len, tag_len;
	const char *tag;        /* or NULL */
	char **args;            /* or NULL */
	struct strvec *results; /* or NULL */
	struct strvec *own;     /* or NULL */
	char text[];
};

struct gathered {
	struct source source;
	struct gathered_options options;
	struct source *inner;
	struct budget budget; /* of the call under way */
	bool ready;           /* all was read that is read first */
	bool ended;           /* the inner source has */
	uint64_t place;       /* how many commands it has given */
	uint64_t reserved;    /* numbers up to this are places */
	uint64_t skipped;     /* since the last one that has another number */
	/* Commands that were read first; those from next on are to come. */
	struct command **commands;
	size_t n, cap, next;
	struct command *taken; /* the last one; NULL: it was the inner's */
	uint64_t number;       /* of that; 0: the one that was asked for */
	struct buf call;       /* what --argv calls */
	char *error;           /* or NULL */
};

static struct gathered *
gathered_of(const struct source *src)
{
	return (struct gathered *)src;
}

/* The command as the log has it. */
static const char *
logged_text(struct gathered *g, const char *text, size_t len, size_t *ret_len)
{
	char *const *args = source_args(g->inner);

	*ret_len = len;
	if (args == NULL || args[0] == NULL)
		return text;
	g->call.len = 0;
	quote_call(&g->call, g->options.shell, text, len, args);
	*ret_len = g->call.len;
	return g->call.data;
}

static struct command *
copy_command(const struct gathered *g, const char *text, size_t len)
{
	char *const *args = source_args(g->inner);
	size_t n = 0, size, tag_len = 0;
	const char *tag = source_tag(g->inner, &tag_len);
	struct command *command;
	char *p;

	size = sizeof(*command) + len + tag_len;
	while (args != NULL && args[n] != NULL)
		size += strlen(args[n++]) + 1;
	command = xmalloc(size);
	*command = (struct command){ .seq = g->place,
		.run_ms = UNKNOWN_MS,
		.len = len,
		.tag_len = tag_len };
	p = mempcpy(command->text, text, len);
	if (tag != NULL) {
		command->tag = p;
		p = mempcpy(p, tag, tag_len);
	}
	if (args == NULL)
		return command;
	command->args = xreallocarray(NULL, n + 1, sizeof(*command->args));
	for (size_t i = 0; i < n; i++) {
		command->args[i] = p;
		p = mempcpy(p, args[i], strlen(args[i]) + 1);
	}
	command->args[n] = NULL;
	return command;
}

/* A copy of strings that only last until the next command; or NULL. */
static struct strvec *
copy_strings(const struct strvec *strings)
{
	struct strvec *copy;

	if (strings == NULL)
		return NULL;
	copy = xcalloc(1, sizeof(*copy));
	for (size_t i = 0; i < strings->len; i++)
		strvec_push(copy, strings->items[i]);
	return copy;
}

static void
free_strings(struct strvec *strings)
{
	if (strings != NULL)
		strvec_release(strings);
	free(strings);
}

static void
free_command(struct command *command)
{
	if (command == NULL)
		return;
	free(command->args);
	free_strings(command->results);
	free_strings(command->own);
	free(command);
}

static void
keep(struct gathered *g, const char *text, size_t len)
{
	const struct joblog *history = g->options.history;
	struct command *command = copy_command(g, text, len);
	const struct joblog_line *line = NULL;

	command->results = copy_strings(source_results(g->inner));
	command->own = copy_strings(source_own(g->inner));
	if (history != NULL) {
		text = logged_text(g, text, len, &len);
		line = joblog_find_command(history, text, len);
	}
	if (line != NULL)
		command->run_ms = line->run_ms;
	if (g->n == g->cap) {
		g->cap = g->cap > 0 ? g->cap * 2 : 64;
		g->commands = xreallocarray(
		    g->commands, g->cap, sizeof(struct command *));
	}
	g->commands[g->n++] = command;
}

/* The error: the command in this line of the log is another one now. */
static void
refuse(struct gathered *g, const struct joblog_line *line, const char *text,
    size_t len)
{
	char *now = msg_short(text, len), *was = NULL, *shown = NULL;

	was = joblog_command(g->options.log, line);
	if (was != NULL)
		shown = msg_short(was, line->text_len);
	g->error = xasprintf("%s is the log of other commands: job %llu was "
			     "'%s' and is '%s' now: give --joblog another file "
			     "to begin anew (nothing was started)",
	    g->options.log_path, (unsigned long long)line->seq,
	    shown != NULL ? shown : "?", now);
	free(now);
	free(was);
	free(shown);
}

static void
refuse_short(struct gathered *g)
{
	g->error = xasprintf("%s is the log of other commands: it has job "
			     "%llu, but there are only %llu commands: give "
			     "--joblog another file to begin anew (nothing was "
			     "started)",
	    g->options.log_path,
	    (unsigned long long)joblog_last(g->options.log),
	    (unsigned long long)g->place);
}

/* The line of the command taken last, or NULL. */
static const struct joblog_line *
find_line(const struct gathered *g)
{
	return g->options.log != NULL
	    ? joblog_find_number(g->options.log, g->place)
	    : NULL;
}

/* True if the inner source's last command, which has this line, is done. */
static bool
is_done(const struct gathered *g, const struct joblog_line *line)
{
	const struct strvec *results = source_results(g->inner);

	if (line != NULL && (line->succeeded || !g->options.failed_again))
		return true;
	return g->options.has_results != NULL && results != NULL &&
	    results->len > 0 && g->options.has_results(results->items[0]);
}

/* Takes the next command that is read first. */
static enum source_state
gather_next(struct gathered *g)
{
	const struct joblog_line *line;
	const char *text, *logged;
	size_t len, logged_len;
	enum source_state state =
	    source_next(g->inner, g->place + 1, 1, &text, &len);

	if (state != SOURCE_RECORD)
		return state;
	g->place++;
	budget_spend(&g->budget, 1, len);
	line = find_line(g);
	if (line != NULL && g->options.compared) {
		logged = logged_text(g, text, len, &logged_len);
		if (!joblog_is_command(line, logged, logged_len)) {
			refuse(g, line, logged, logged_len);
			return SOURCE_ERROR;
		}
	}
	if (!is_done(g, line))
		keep(g, text, len);
	return SOURCE_RECORD;
}

/* Longest first; those that took as long in their order. */
static int
by_time(const void *left, const void *right)
{
	const struct command *a = *(struct command *const *)left,
			     *b = *(struct command *const *)right;

	if (a->run_ms != b->run_ms)
		return a->run_ms > b->run_ms ? -1 : 1;
	return a->seq < b->seq ? -1 : 1;
}

static uint64_t
last_logged(const struct gathered *g)
{
	return g->options.log != NULL ? joblog_last(g->options.log) : 0;
}

/* Reads what is read first.  SOURCE_RECORD: that is done. */
static enum source_state
prepare(struct gathered *g)
{
	bool all = g->options.history != NULL;
	uint64_t last = g->options.compared ? last_logged(g) : 0;
	enum source_state state;

	while (!g->ended && (all || g->place < last)) {
		if (budget_is_spent(&g->budget))
			return SOURCE_AGAIN;
		state = gather_next(g);
		if (state == SOURCE_END)
			g->ended = true;
		else if (state != SOURCE_RECORD)
			return state;
	}
	if (g->place < last) {
		refuse_short(g);
		return SOURCE_ERROR;
	}
	if (all && g->n > 0)
		qsort(g->commands, g->n, sizeof(struct command *), by_time);
	g->reserved = g->place > last_logged(g) ? g->place : last_logged(g);
	g->ready = true;
	return SOURCE_RECORD;
}

static enum source_state
gathered_prepare(struct source *src)
{
	struct gathered *g = gathered_of(src);

	if (g->error != NULL)
		return SOURCE_ERROR;
	if (g->ready)
		return SOURCE_RECORD;
	g->budget = BUDGET_OF_A_CALL;
	return prepare(g);
}

/* The next command that was not read first, and is not done. */
static enum source_state
pass_on(struct gathered *g, uint64_t seq, int64_t slot, const char **ret_text,
    size_t *ret_len)
{
	while (!budget_is_spent(&g->budget)) {
		bool placed = g->place < g->reserved;
		uint64_t number = placed ? g->place + 1 : seq + g->skipped;
		enum source_state state =
		    source_next(g->inner, number, slot, ret_text, ret_len);

		if (state != SOURCE_RECORD)
			return state;
		g->place++;
		budget_spend(&g->budget, 1, *ret_len);
		if (is_done(g, find_line(g))) {
			g->skipped += !placed;
			continue;
		}
		g->number = placed || g->skipped > 0 ? number : 0;
		g->skipped = 0;
		return SOURCE_RECORD;
	}
	return SOURCE_AGAIN;
}

static enum source_state
gathered_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	struct gathered *g = gathered_of(src);
	enum source_state state = gathered_prepare(src);

	free_command(g->taken);
	g->taken = NULL;
	if (state != SOURCE_RECORD)
		return state;
	g->budget = BUDGET_OF_A_CALL;
	if (g->next < g->n) {
		g->taken = g->commands[g->next++];
		g->number = g->taken->seq;
		*ret_text = g->taken->text;
		*ret_len = g->taken->len;
		return SOURCE_RECORD;
	}
	return g->ended ? SOURCE_END : pass_on(g, seq, slot, ret_text, ret_len);
}

static char *const *
gathered_args(const struct source *src)
{
	const struct gathered *g = gathered_of(src);

	return g->taken != NULL ? g->taken->args : source_args(g->inner);
}

static const char *
gathered_tag(const struct source *src, size_t *ret_len)
{
	const struct gathered *g = gathered_of(src);

	if (g->taken == NULL)
		return source_tag(g->inner, ret_len);
	*ret_len = g->taken->tag_len;
	return g->taken->tag;
}

static const struct strvec *
gathered_results(const struct source *src)
{
	const struct gathered *g = gathered_of(src);

	return g->taken != NULL ? g->taken->results : source_results(g->inner);
}

static const struct strvec *
gathered_own(const struct source *src)
{
	const struct gathered *g = gathered_of(src);

	return g->taken != NULL ? g->taken->own : source_own(g->inner);
}

static uint64_t
gathered_number(const struct source *src)
{
	return gathered_of(src)->number;
}

static uint64_t
gathered_reserved(const struct source *src)
{
	return gathered_of(src)->reserved;
}

static const char *
gathered_awaits(const struct source *src)
{
	return source_awaits(gathered_of(src)->inner);
}

static int
gathered_fd(const struct source *src, int64_t *ret_due_ns)
{
	return source_fd(gathered_of(src)->inner, ret_due_ns);
}

static bool
gathered_reads_terminal(const struct source *src)
{
	return source_reads_terminal(gathered_of(src)->inner);
}

static const char *
gathered_error(const struct source *src)
{
	const struct gathered *g = gathered_of(src);

	return g->error != NULL ? g->error : source_error(g->inner);
}

/* True if all that the inner source has is to come: none is skipped. */
static bool
is_passing(const struct gathered *g)
{
	return g->options.has_results == NULL && g->place >= last_logged(g);
}

static bool
gathered_ended(const struct source *src)
{
	const struct gathered *g = gathered_of(src);

	return g->ready &&
	    (g->ended || (is_passing(g) && source_ended(g->inner)));
}

static uint64_t
gathered_known(const struct source *src)
{
	const struct gathered *g = gathered_of(src);
	uint64_t known = g->n - g->next;

	if (!g->ended && is_passing(g))
		known += source_known(g->inner);
	return g->ready ? known : 0;
}

static uint64_t
gathered_ahead(struct source *src, bool *ret_all)
{
	struct gathered *g = gathered_of(src);
	uint64_t ahead = g->n - g->next;

	*ret_all = gathered_ended(src);
	if (g->ready && !g->ended && is_passing(g))
		ahead += source_ahead(g->inner, ret_all);
	return ahead;
}

static uint64_t
gathered_left(struct source *src)
{
	struct gathered *g = gathered_of(src);
	uint64_t left = g->error != NULL ? 0 : g->n - g->next;
	enum source_state state = SOURCE_RECORD;
	const char *text;
	size_t len;

	while (g->next < g->n)
		free_command(g->commands[g->next++]);
	g->budget = BUDGET_OF_A_CALL;
	if (g->error != NULL)
		return left;
	while (!is_passing(g) && state == SOURCE_RECORD) {
		state = pass_on(g, g->place + 1, 1, &text, &len);
		left += state == SOURCE_RECORD;
	}
	if (!is_passing(g)) {
		g->ended = state == SOURCE_END;
		return left;
	}
	left += source_left(g->inner);
	g->ready = true;
	g->ended = source_ended(g->inner);
	return left;
}

static void
gathered_free(struct source *src)
{
	struct gathered *g = gathered_of(src);

	for (size_t i = g->next; i < g->n; i++)
		free_command(g->commands[i]);
	free_command(g->taken);
	free(g->commands);
	buf_release(&g->call);
	free(g->error);
	source_free(g->inner);
	joblog_free(g->options.log);
	joblog_free(g->options.history);
	free(g);
}

/* What is given to jobs is never put into another order. */
static const struct slice *
gathered_input(const struct source *src, size_t *ret_n)
{
	return source_input(gathered_of(src)->inner, ret_n);
}

static const struct dealing *
gathered_dealing(const struct source *src)
{
	return source_dealing(gathered_of(src)->inner);
}

static const struct source_ops ops = {
	.next = gathered_next,
	.prepare = gathered_prepare,
	.number = gathered_number,
	.reserved = gathered_reserved,
	.args = gathered_args,
	.tag = gathered_tag,
	.results = gathered_results,
	.own = gathered_own,
	.input = gathered_input,
	.dealing = gathered_dealing,
	.awaits = gathered_awaits,
	.fd = gathered_fd,
	.reads_terminal = gathered_reads_terminal,
	.error = gathered_error,
	.ended = gathered_ended,
	.known = gathered_known,
	.ahead = gathered_ahead,
	.left = gathered_left,
	.free = gathered_free,
};

struct source *
gathered_new(const struct gathered_options *options, struct source *inner)
{
	struct gathered *g = xcalloc(1, sizeof(*g));
	size_t n;

	g->source.ops = &ops;
	g->options = *options;
	g->options.compared = options->log != NULL && options->compared &&
	    !source_has_slots(inner) && source_input(inner, &n) == NULL;
	g->inner = inner;
	return &g->source;
}
