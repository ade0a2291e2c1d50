#include "agent_hear.h"

#include <signal.h>

#include "agent_state.h"
#include "base/buf.h"
#include "message.h"
#include "pack.h"
#include "sys/loop.h"

/* Returns false for a job that is there, or what is none. */
static bool
hear_run(struct agent *agent, const struct frame *frame)
{
	struct remote_run run;
	bool taken;

	if (message_get_run(frame->data, frame->len, &run) < 0)
		return false;
	taken =
	    frame->job != 0 && agent->events.run(agent->arg, frame->job, &run);
	if (!taken)
		message_release_run(&run);
	return taken;
}

static bool
hear_credit(struct agent *agent, const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };
	uint32_t bytes = unpack_u32(&from);

	if (!unpack_is_done(&from))
		return false;
	agent->events.credit(agent->arg, frame->job, bytes);
	return true;
}

static bool
hear_ask(struct agent *agent, const struct frame *frame)
{
	struct remote_ask ask;

	if (message_get_ask(frame->data, frame->len, &ask) < 0)
		return false;
	agent->events.ask(agent->arg, frame->job, &ask);
	return true;
}

static bool
hear_kill(struct agent *agent, const struct frame *frame)
{
	if (frame->len > 0)
		return false;
	agent->events.kill(agent->arg, frame->job);
	return true;
}

static bool
hear_signal(struct agent *agent, const struct frame *frame)
{
	if (frame->len > 0 || frame->aux == 0 || frame->aux >= NSIG)
		return false;
	agent->events.signal(agent->arg, frame->job, frame->aux);
	return true;
}

static bool
hear_stdin(struct agent *agent, const struct frame *frame)
{
	return frame->job != 0 && frame->aux <= 1 &&
	    agent->events.input(agent->arg, frame->job, frame->data, frame->len,
		frame->aux == 1);
}

static bool
hear_answer(struct agent *agent, const struct frame *frame)
{
	struct remote_answer answer;

	if (message_get_answer(frame->data, frame->len, &answer) < 0)
		return false;
	agent->events.answer(agent->arg, frame->job, &answer);
	return true;
}

static bool
hear_ping(struct agent *agent, const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };
	uint32_t number = unpack_u32(&from), dead_man_s = unpack_u32(&from);
	struct buf b = BUF_INIT;

	if (!unpack_is_done(&from))
		return false;
	agent->dead_man_ns = (int64_t)dead_man_s * NS_PER_S;
	pack_u32(&b, number);
	if (!agent->parted)
		outbox_put(&agent->out, FRAME_PONG, 0, 0, b.data, b.len);
	buf_release(&b);
	return true;
}

static bool
hear_quit(struct agent *agent, const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };
	uint64_t grace_ns = unpack_u64(&from);

	if (!unpack_is_done(&from) || grace_ns > INT64_MAX)
		return false;
	agent->leaving = true;
	agent->events.quit(agent->arg, (int64_t)grace_ns, NULL);
	return true;
}

bool
agent_hear(struct agent *agent, const struct frame *frame)
{
	switch (frame->type) {
	case FRAME_RUN:
		return hear_run(agent, frame);
	case FRAME_CREDIT:
		return hear_credit(agent, frame);
	case FRAME_ASK:
		return hear_ask(agent, frame);
	case FRAME_KILL:
		return hear_kill(agent, frame);
	case FRAME_SIGNAL:
		return hear_signal(agent, frame);
	case FRAME_ANSWER:
		return hear_answer(agent, frame);
	case FRAME_STDIN:
		return hear_stdin(agent, frame);
	case FRAME_PING:
		return hear_ping(agent, frame);
	case FRAME_QUIT:
		return hear_quit(agent, frame);
	default:
		return frame->type >= FRAME_OPTIONAL;
	}
}
