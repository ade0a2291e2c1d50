#include "link_end.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "link_job.h"
#include "link_state.h"

void
link_settle(struct link *link)
{
	if (link->state != LINK_ENDING || link->jobs.n_waiting > 0)
		return;
	link->state = LINK_ENDED;
	link->events.ended(link->arg, link->end.why, link->end.gone);
}

void
link_end(struct link *link, char *why, bool gone)
{
	assert(link->state < LINK_ENDING);
	link->state = LINK_ENDING;
	if (link->end.error != NULL) { /* it knows better */
		free(why);
		why = xstrdup(link->end.error);
	}
	link->end.why = why;
	link->end.gone = gone;
	loop_del(link->loop, &link->in);
	close(link->in_fd);
	link->in_fd = -1;
	outbox_release(&link->out);
	loop_timer_clear(link->loop, &link->later);
	loop_timer_clear(link->loop, &link->tick);
	link_settle(link);
}

void
link_end_unheard(struct link *link, char *why)
{
	char *noise = greeting_noise(&link->greeting), *both;

	if (noise == NULL) {
		link_end(link, why, true);
		return;
	}
	both = xasprintf("%s; the login shell printed: %s", why, noise);
	free(why);
	free(noise);
	link_end(link, both, true);
}

/* "60s", or "100ms". */
static char *
duration(int64_t ns)
{
	if (ns % NS_PER_S == 0)
		return xasprintf("%" PRId64 "s", ns / NS_PER_S);
	return xasprintf("%" PRId64 "ms", ns / NS_PER_MS);
}

void
link_end_after(struct link *link, const char *what, int64_t ns)
{
	char *text = duration(ns);
	char *why = xasprintf("%s %s", what, text);

	free(text);
	if (link->state == LINK_GREETING)
		link_end_unheard(link, why);
	else
		link_end(link, why, link->state < LINK_READY);
}

void
link_end_of_file(struct link *link)
{
	const char *why = "the connection ended";
	/* an agent that has said why ends its jobs first, as we have heard */
	bool gone = link->state < LINK_READY ||
	    (link->end.error != NULL && !link_job_any_runs(link, false));

	if (frame_reader_is_amid(&link->reader))
		why = "the connection ended in the middle of a message";
	if (link->state == LINK_GREETING)
		link_end_unheard(link,
		    xstrdup("the connection ended before an agent answered"));
	else
		link_end(link, xstrdup(why), gone);
}

void
link_end_bad(struct link *link, const struct frame *frame)
{
	char hex[FRAME_HEX_MAX];

	frame_hex(frame->data, frame->len, hex);
	link_end(link,
	    xasprintf(
		"the agent sent nonsense: a frame of type %u, job %" PRIu32
		", %zu bytes%s",
		frame->type, frame->job, frame->len, hex),
	    link->state < LINK_READY);
}
