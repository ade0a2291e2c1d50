#include "link_take.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "link_end.h"
#include "link_job.h"
#include "link_send.h"
#include "link_state.h"
#include "pack.h"

static bool
take_hello(struct link *link, const struct frame *frame)
{
	if (link->state != LINK_HELLO ||
	    message_get_hello(frame->data, frame->len, &link->hello) < 0)
		return false;
	link->state = LINK_CONFIG;
	link_send(
	    link, FRAME_CONFIG, 0, 0, link->config.data, link->config.len);
	buf_release(&link->config);
	return true;
}

static bool
take_ready(struct link *link, const struct frame *frame)
{
	struct remote_hello hello = link->hello;

	if (link->state != LINK_CONFIG || frame->len > 0)
		return false;
	link->state = LINK_READY;
	link->hello = (struct remote_hello){ .host = NULL };
	link->keep.due_ns = loop_now(link->loop);
	link->events.ready(link->arg, &hello);
	message_release_hello(&hello);
	return true;
}

static bool
take_line(struct link *link, const struct frame *frame)
{
	char *line = xmemdup0(frame->data, frame->len);

	link->events.said(link->arg, line);
	free(line);
	return true;
}

/*
 * The agent says why it ends.  If jobs run there it ends them first: what
 * becomes of them is still to come.
 */
static bool
take_error(struct link *link, const struct frame *frame)
{
	free(link->end.error);
	link->end.error = greeting_clean(frame->data, frame->len);
	if (link->state < LINK_READY || !link_job_any_runs(link, false))
		link_end(link, NULL, true);
	return true;
}

static bool
take_bye(struct link *link, const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };

	unpack_u32(&from);
	/* what was sent to it meanwhile, it has not read */
	if (link->state != LINK_READY || !unpack_is_done(&from) ||
	    link_job_any_runs(link, true))
		return false;
	link_end(link, NULL, true);
	return true;
}

static bool
take_spawn(struct link *link, const struct frame *frame)
{
	struct remote_spawn spawn;
	struct link_job *job;

	if (link->state != LINK_READY || frame->job == 0 ||
	    message_get_spawn(frame->data, frame->len, &spawn) < 0)
		return false;
	job = link_job_find(link, spawn.job);
	if (link->events.spawn != NULL)
		link->events.spawn(link->arg, frame->job,
		    job != NULL ? job->owner : NULL, &spawn);
	return true;
}

static bool
take_client(struct link *link, const struct frame *frame)
{
	if (link->state != LINK_READY || frame->job == 0 || frame->len > 0 ||
	    (frame->aux != REMOTE_ASKS_NO_MORE && frame->aux != REMOTE_GONE))
		return false;
	if (link->events.client != NULL)
		link->events.client(
		    link->arg, frame->job, frame->aux == REMOTE_GONE);
	return true;
}

static bool
take_job_frame(struct link *link, const struct frame *frame)
{
	struct link_job *job;

	if (frame->type >= FRAME_OPTIONAL)
		return true;
	if (link->state != LINK_READY || frame->job == 0)
		return false;
	link->jobs.heard = frame->type != FRAME_EXIT;
	job = link_job_find(link, frame->job);
	if (job == NULL) /* the caller may have forgotten it */
		return frame->job <= link->jobs.last_id &&
		    link_job_is_frame(frame);
	return link_job_take(job, frame);
}

static bool
take_frame(struct link *link, const struct frame *frame)
{
	/* what an agent of this build says first, and only first */
	if (link->state == LINK_HELLO && frame->type != FRAME_HELLO &&
	    frame->type != FRAME_ERROR && frame->type != FRAME_LOG)
		return false;
	switch (frame->type) {
	case FRAME_HELLO:
		return take_hello(link, frame);
	case FRAME_READY:
		return take_ready(link, frame);
	case FRAME_PONG:
		return frame->len == sizeof(uint32_t);
	case FRAME_LOG:
		return take_line(link, frame);
	case FRAME_ERROR:
		return take_error(link, frame);
	case FRAME_BYE:
		return take_bye(link, frame);
	case FRAME_SPAWN:
		return take_spawn(link, frame);
	case FRAME_CLIENT:
		return take_client(link, frame);
	default:
		return take_job_frame(link, frame);
	}
}

static void
take_frames(struct link *link)
{
	char error[FRAME_ERROR_MAX];
	enum frame_result result;
	struct frame frame;

	while (link->state < LINK_ENDING) {
		result = frame_next(&link->reader, &frame, error);
		if (result == FRAME_NONE)
			return;
		if (result == FRAME_BAD)
			link_end(link,
			    xasprintf("the agent sent nonsense: %s", error),
			    link->state < LINK_READY);
		else if (!take_frame(link, &frame))
			link_end_bad(link, &frame);
		else
			keepalive_heard(&link->keep, loop_now(link->loop));
	}
}

/* Looks for the greeting in bytes that have come. */
static void
take_greeting(struct link *link, const char *data, size_t len)
{
	char *build;
	size_t rest;

	switch (greeting_add(&link->greeting, data, len, &rest)) {
	case GREETING_FOUND:
		link->state = LINK_HELLO;
		keepalive_heard(&link->keep, loop_now(link->loop));
		greeting_release(&link->greeting);
		frame_add(&link->reader, data + len - rest, rest);
		take_frames(link);
		break;
	case GREETING_OTHER:
		build = greeting_build(&link->greeting);
		link_end(link,
		    xasprintf("nursery is %s there, but %s (protocol %d) here:"
			      " both must be the same, see --agent-path",
			build, REMOTE_BUILD, REMOTE_PROTOCOL),
		    true);
		free(build);
		break;
	case GREETING_NOISE:
		link_end_unheard(link,
		    xasprintf("no agent has answered, but %zu KiB of something"
			      " else have come",
			GREETING_MAX / 1024));
		break;
	case GREETING_NONE:
		break;
	}
}

void
link_take(struct link *link, const char *data, size_t len)
{
	if (link->state == LINK_GREETING) {
		take_greeting(link, data, len);
	} else {
		frame_add(&link->reader, data, len);
		take_frames(link);
		if (link->jobs.heard)
			link_send(link, FRAME_HEARD, 0, 0, NULL, 0);
		link->jobs.heard = false;
	}
}
