#include "share.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>

#include "base/msg.h"
#include "jobserver/server.h"
#include "jobserver/tokens.h"
#include "report/report.h"
#include "slots.h"
#include "state.h"

/* When we have waited so long for a token, we say so. */
#define SAY_NS (5 * NS_PER_S)

static void
stop_waiting(struct scope *scope)
{
	struct share *share = &scope->share;

	loop_del(scope->context.loop, &share->io);
	loop_timer_clear(scope->context.loop, &share->timer);
	share->since_ns = 0;
}

/* Only wakes the loop; admission asks again. */
static void
readable(struct loop_io *io, uint32_t events)
{
	struct scope *scope = io->arg;

	(void)events;
	loop_del(scope->context.loop, io);
}

static void
tell(const struct scope *scope)
{
	char what[160];

	share_describe(scope, what, sizeof(what));
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = what });
}

static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;
	struct share *share = &scope->share;

	if (share->since_ns == 0 || share->said ||
	    loop_now(scope->context.loop) - share->since_ns < SAY_NS)
		return;
	share->said = true;
	tell(scope);
}

/* Wakes the loop when there may be a token. */
static void
wait_for_token(struct scope *scope)
{
	struct share *share = &scope->share;
	struct loop *loop = scope->context.loop;
	int64_t now_ns = loop_now(loop), wake_ns;

	if (share->since_ns == 0)
		share->since_ns = now_ns;
	wake_ns = share->said ? NS_NEVER : share->since_ns + SAY_NS;
	if (loop_watch(loop, &share->io, tokens_fd(share->tokens), EPOLLIN,
		&share->timer))
		loop_timer_set(loop, &share->timer, wake_ns);
}

static void
begin_server(struct scope *scope, const char *folder)
{
	const struct share_options *options = &scope->options->share;
	struct share *share = &scope->share;

	share->server = server_new(options->serves, folder, options->jobs);
	if (share->server != NULL)
		share->tokens = tokens_open(server_address(share->server));
	if (share->tokens == NULL)
		msg_fatal("--jobserver: cannot make a %s for tokens: %s",
		    options->serves == JOBSERVER_FIFO ? "FIFO" : "pipe",
		    strerror(errno));
	share->makeflags = makeflags_compose(
	    getenv("MAKEFLAGS"), server_address(share->server), options->jobs);
}

void
share_init(struct scope *scope, const char *folder)
{
	struct share *share = &scope->share;

	share->io =
	    (struct loop_io){ .ready = readable, .arg = scope, .fd = -1 };
	loop_timer_init(&share->timer, timer_fired, scope);
	share->tokens = scope->options->share.tokens;
	if (scope->options->share.serves != JOBSERVER_NONE)
		begin_server(scope, folder);
}

void
share_release(struct scope *scope)
{
	struct share *share = &scope->share;

	stop_waiting(scope);
	if (share->server != NULL)
		tokens_free(share->tokens);
	else if (share->tokens != NULL)
		tokens_give_back(share->tokens, 0);
	server_free(share->server);
	free(share->makeflags);
}

const char *
share_makeflags(const struct scope *scope)
{
	return scope->share.makeflags;
}

bool
share_allows(struct scope *scope)
{
	struct share *share = &scope->share;
	size_t running = slots_running(scope);

	if (share->tokens == NULL)
		return true;
	while (tokens_held(share->tokens) < running) {
		if (tokens_take(share->tokens))
			continue;
		if (!tokens_are_lost(share->tokens))
			wait_for_token(scope);
		return false;
	}
	stop_waiting(scope);
	return true;
}

void
share_settle(struct scope *scope)
{
	struct share *share = &scope->share;
	size_t running = slots_running(scope);

	if (share->tokens == NULL)
		return;
	/* a token for what is about to start was taken in this turn */
	tokens_give_back(share->tokens, running > 0 ? running - 1 : 0);
	if (scope->admission.pending == NULL)
		stop_waiting(scope);
	if (share->server != NULL && scope->roster.n_jobs == 0)
		server_mend(share->server);
}

void
share_describe(const struct scope *scope, char *buf, size_t size)
{
	buf[0] = '\0';
	if (scope->share.since_ns != 0)
		strlcpy(buf,
		    scope->share.server != NULL
			? "a token of our job server: the jobs' own children "
			  "use all of them"
			: "a token of the job server in MAKEFLAGS",
		    size);
}
