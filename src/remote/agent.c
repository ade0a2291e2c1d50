#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "agent_hear.h"
#include "agent_state.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "carried.h"
#include "frame.h"
#include "keepalive.h"
#include "message.h"
#include "outbox.h"
#include "pack.h"
#include "sys/cpu.h"
#include "sys/loop.h"
#include "sys/machine.h"

/* How long a controller has to answer the greeting. */
#define GREETING_S 30
/* How long it has to take a sentence that says why we end. */
#define REFUSAL_S 5
/* How many bytes one read asks for. */
#define READ_SIZE 65536

/* Room for a sentence of ours that names what a frame says. */
#define SENTENCE_MAX (FRAME_ERROR_MAX + 100)

/* Tells the controller something without a payload worth a function. */
static void
tell(struct agent *agent, uint8_t type, uint32_t job, const struct buf *b)
{
	if (!agent->parted)
		outbox_put(&agent->out, type, 0, job, b->data, b->len);
}

static void
tell_u32(struct agent *agent, uint8_t type, uint32_t job, uint32_t value)
{
	struct buf b = BUF_INIT;

	pack_u32(&b, value);
	tell(agent, type, job, &b);
	buf_release(&b);
}

static void
tell_text(struct agent *agent, uint8_t type, const char *text, size_t len)
{
	struct buf b = BUF_INIT;

	buf_append(&b, text, len);
	tell(agent, type, 0, &b);
	buf_release(&b);
}

/* The handshake. */

/* The greeting, and what we are. */
static void
greet(struct agent *agent, const char *nonce)
{
	char name[MACHINE_NAME_MAX], step[64];
	const char *job = getenv("SLURM_JOB_ID"),
		   *number = getenv("SLURM_STEP_ID");
	struct remote_hello hello = { .pid = (uint32_t)getpid(),
		.cpus = (uint32_t)cpu_count() };
	struct buf b = BUF_INIT;

	machine_name(name);
	hello.host = name;
	if (job != NULL && number != NULL) {
		snprintf(step, sizeof(step), "%s.%s", job, number);
		hello.step = step;
	}
	buf_printf(pour_buffer(&agent->out.pour), "%s %d %s %s\n",
	    REMOTE_GREETING, REMOTE_PROTOCOL, REMOTE_BUILD, nonce);
	message_put_hello(&b, &hello);
	tell(agent, FRAME_HELLO, 0, &b);
	buf_release(&b);
}

/* Reads once.  Returns how many bytes came; 0 at the end; or -1 with errno. */
static ssize_t
read_once(struct agent *agent)
{
	char chunk[READ_SIZE];
	ssize_t n = read(agent->in_fd, chunk, sizeof(chunk));

	if (n > 0)
		frame_add(&agent->reader, chunk, (size_t)n);
	return n;
}

/* Waits for more.  Returns NULL, or why there will be none. */
static const char *
await_more(struct agent *agent, int64_t deadline_ns)
{
	struct pollfd pfd = { .fd = agent->in_fd, .events = POLLIN };
	int64_t left_ns = deadline_ns - loop_clock();
	ssize_t n;

	if (left_ns <= 0)
		return "the controller has not answered";
	if (poll(&pfd, 1, (int)(left_ns / NS_PER_MS) + 1) <= 0)
		return NULL;
	n = read_once(agent);
	if (n == 0)
		return "the controller is gone";
	return n < 0 && errno != EINTR && errno != EAGAIN ? strerror(errno)
							  : NULL;
}

/* Waits for the first frame.  Returns NULL, or what is wrong. */
static const char *
await_config(struct agent *agent, struct remote_config *ret_config,
    int64_t deadline_ns, char bad[FRAME_ERROR_MAX])
{
	struct frame frame;

	for (;;) {
		const char *why;

		switch (frame_next(&agent->reader, &frame, bad)) {
		case FRAME_OK:
			if (frame.type != FRAME_CONFIG ||
			    message_get_config(
				frame.data, frame.len, ret_config) < 0)
				return "the controller has sent no "
				       "configuration";
			return NULL;
		case FRAME_BAD:
			return bad;
		case FRAME_NONE:
			break;
		}
		why = await_more(agent, deadline_ns);
		if (why != NULL)
			return why;
	}
}

void
agent_refuse(struct agent *agent, const char *sentence)
{
	agent_fail(agent, sentence);
	outbox_write_all(&agent->out, loop_clock() + REFUSAL_S * NS_PER_S);
}

struct agent *
agent_open(const char *nonce, struct remote_config *ret_config)
{
	int64_t deadline_ns = loop_clock() + GREETING_S * NS_PER_S;
	char bad[FRAME_ERROR_MAX];
	struct agent *agent;
	const char *why;

	if (carried_is_terminal(STDIN_FILENO) ||
	    carried_is_terminal(STDOUT_FILENO)) {
		msg_warn("--agent is for a controller, not for a terminal: "
			 "nursery gives it to itself on other machines");
		return NULL;
	}
	agent = xcalloc(1, sizeof(*agent));
	if (carried_take(&agent->in_fd, &agent->out_fd) < 0)
		msg_fatal("cannot start: %s", strerror(errno));
	frame_reader_init(&agent->reader);
	outbox_init_shared(&agent->out, agent->out_fd);
	agent->in_io.fd = -1;
	greet(agent, nonce);
	if (outbox_write_all(&agent->out, deadline_ns) < 0)
		why = strerror(errno);
	else
		why = await_config(agent, ret_config, deadline_ns, bad);
	if (why == NULL) {
		agent->grace_ns = (int64_t)ret_config->grace_ns;
		agent->dead_man_ns = (int64_t)ret_config->dead_man_s * NS_PER_S;
		return agent;
	}
	agent_refuse(agent, why);
	msg_warn("the connection to the controller: %s", why);
	agent_free(agent);
	return NULL;
}

void
agent_free(struct agent *agent)
{
	frame_reader_release(&agent->reader);
	outbox_release(&agent->out);
	close(agent->in_fd);
	close(agent->out_fd);
	free(agent);
}

/* What the controller says. */

static void
listen_no_more(struct agent *agent)
{
	agent->deaf = true;
	loop_del(agent->loop, &agent->in_io);
	loop_timer_clear(agent->loop, &agent->dead_man);
}

/* The controller is gone, or cannot be understood: ends everything. */
static void
give_up(struct agent *agent, const char *why)
{
	if (!agent->deaf)
		listen_no_more(agent);
	agent_fail(agent, why);
	agent->events.quit(agent->arg, agent->grace_ns, why);
}

/* The frame is well formed, its content is not. */
static void
complain(struct agent *agent, const struct frame *frame)
{
	char sentence[SENTENCE_MAX], hex[FRAME_HEX_MAX];

	frame_hex(frame->data, frame->len, hex);
	snprintf(sentence, sizeof(sentence),
	    "the controller talks nonsense: a frame of type %d for job %u%s",
	    frame->type, (unsigned)frame->job, hex);
	give_up(agent, sentence);
}

/* Acts on all frames that have come.  True if there was one. */
static bool
hear_all(struct agent *agent)
{
	char bad[FRAME_ERROR_MAX], sentence[SENTENCE_MAX];
	struct frame frame;
	bool heard = false;

	while (!agent->deaf) {
		switch (frame_next(&agent->reader, &frame, bad)) {
		case FRAME_OK:
			heard = true;
			if (!agent_hear(agent, &frame))
				complain(agent, &frame);
			break;
		case FRAME_BAD:
			snprintf(sentence, sizeof(sentence),
			    "the controller talks nonsense: %s", bad);
			give_up(agent, sentence);
			break;
		case FRAME_NONE:
			return heard;
		}
	}
	return heard;
}

/* Something was heard: the silence that is allowed begins anew. */
static void
arm_dead_man(struct agent *agent)
{
	if (!agent->deaf)
		loop_timer_set(agent->loop, &agent->dead_man,
		    agent->dead_man_ns > 0
			? loop_after(loop_now(agent->loop), agent->dead_man_ns)
			: NS_NEVER);
}

/*
 * All is said, and nothing will be heard: whether somebody reads it shows only
 * in its being read.
 */
static void
await_reader(struct agent *agent)
{
	if (agent->parted && agent->deaf && agent->dead_man_ns > 0)
		loop_timer_set(agent->loop, &agent->dead_man,
		    loop_after(loop_now(agent->loop), agent->dead_man_ns));
}

static void
dead_man_fired(struct loop_timer *timer)
{
	struct agent *agent = timer->arg;
	char sentence[SENTENCE_MAX];

	if (agent->parted) {
		outbox_give_up(&agent->out);
		return;
	}
	snprintf(sentence, sizeof(sentence),
	    "nothing was heard from the controller for %lld seconds",
	    (long long)(agent->dead_man_ns / NS_PER_S));
	give_up(agent, sentence);
}

/*
 * One read for each time that something is there: it cannot wait, as nobody
 * else reads, and leaves the flags of the descriptor as others share it.
 */
static void
readable(struct loop_io *io, uint32_t events)
{
	struct agent *agent = io->arg;
	ssize_t n = read_once(agent);

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		agent->got += (size_t)n;
		if (hear_all(agent) || agent->got >= KEEPALIVE_MUCH) {
			arm_dead_man(agent);
			agent->got = 0;
		}
	} else if (agent->leaving) {
		listen_no_more(agent); /* it has said all that it had to say */
		await_reader(agent);
	} else {
		give_up(agent, "the controller is gone");
	}
}

static void
kicked(struct loop_timer *timer)
{
	hear_all(timer->arg);
}

/*
 * If what we write leads nowhere, nobody can be told, and nobody waits for us.
 */
static void
out_moved(void *arg, size_t n)
{
	struct agent *agent = arg;
	char sentence[SENTENCE_MAX];
	int error = outbox_error(&agent->out);

	(void)n;
	if (error == 0)
		return;
	snprintf(sentence, sizeof(sentence),
	    "the controller is gone: cannot write to it: %s", strerror(error));
	give_up(agent, sentence);
}

void
agent_attach(struct agent *agent, struct loop *loop,
    const struct agent_events *events, void *arg)
{
	agent->loop = loop;
	agent->events = *events;
	agent->arg = arg;
	agent->in_io =
	    (struct loop_io){ .ready = readable, .arg = agent, .fd = -1 };
	loop_timer_init(&agent->dead_man, dead_man_fired, agent);
	loop_timer_init(&agent->kick, kicked, agent);
	if (loop_add(loop, &agent->in_io, agent->in_fd, EPOLLIN) < 0)
		msg_fatal(
		    "cannot wait for the controller: %s", strerror(errno));
	outbox_attach(&agent->out, loop, out_moved, agent);
	outbox_put(&agent->out, FRAME_READY, 0, 0, NULL, 0);
	arm_dead_man(agent);
	loop_timer_set(loop, &agent->kick, loop_now(loop));
}

void
agent_detach(struct agent *agent)
{
	outbox_detach(&agent->out);
	listen_no_more(agent);
	loop_timer_clear(agent->loop, &agent->kick);
}

/* What the controller is told. */

void
agent_started(struct agent *agent, uint32_t job, int64_t pid)
{
	tell_u32(agent, FRAME_STARTED, job, (uint32_t)pid);
}

void
agent_wrote(
    struct agent *agent, uint32_t job, int fd, const char *data, size_t len)
{
	if (!agent->parted)
		outbox_put(&agent->out, FRAME_OUT, (uint8_t)fd, job, data, len);
}

void
agent_taken(struct agent *agent, uint32_t job, size_t n, bool gone)
{
	struct buf b = BUF_INIT;

	pack_u32(&b, (uint32_t)n);
	if (!agent->parted)
		outbox_put(&agent->out, FRAME_TAKEN, gone, job, b.data, b.len);
	buf_release(&b);
}

void
agent_orphans(
    struct agent *agent, uint32_t job, const struct remote_orphans *orphans)
{
	struct buf b = BUF_INIT;

	message_put_orphans(&b, orphans);
	tell(agent, FRAME_ORPHANS, job, &b);
	buf_release(&b);
}

void
agent_exited(struct agent *agent, uint32_t job, const struct remote_exit *end)
{
	struct buf b = BUF_INIT;

	message_put_exit(&b, end);
	tell(agent, FRAME_EXIT, job, &b);
	buf_release(&b);
}

void
agent_spawn(
    struct agent *agent, uint32_t client, const struct remote_spawn *spawn)
{
	struct buf b = BUF_INIT;

	message_put_spawn(&b, spawn);
	tell(agent, FRAME_SPAWN, client, &b);
	buf_release(&b);
}

void
agent_client(struct agent *agent, uint32_t client, bool gone)
{
	if (!agent->parted)
		outbox_put(&agent->out, FRAME_CLIENT,
		    gone ? REMOTE_GONE : REMOTE_ASKS_NO_MORE, client, NULL, 0);
}

void
agent_say(struct agent *agent, const char *line, size_t len)
{
	tell_text(agent, FRAME_LOG, line, len);
}

void
agent_fail(struct agent *agent, const char *sentence)
{
	tell_text(agent, FRAME_ERROR, sentence, strlen(sentence));
}

void
agent_bye(struct agent *agent, uint32_t count)
{
	tell_u32(agent, FRAME_BYE, 0, count);
	agent->parted = true;
	await_reader(agent);
}

bool
agent_is_idle(const struct agent *agent)
{
	return outbox_is_empty(&agent->out);
}

bool
agent_has_parted(const struct agent *agent)
{
	return agent->parted && outbox_error(&agent->out) == 0 &&
	    outbox_is_empty(&agent->out);
}
