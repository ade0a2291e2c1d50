/*
 * The agent's end of a connection to a controller that may say anything.  The
 * first byte says how: 1, 2: in which pieces it comes; 4: nobody reads what the
 * agent says; 8: the jobs that are run do not end.
 */
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "remote/agent.h"
#include "remote/frame.h"
#include "remote/message.h"
#include "sys/loop.h"

#define NONCE "0123456789abcdef"
#define JOBS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct state {
	struct loop *loop;
	struct agent *agent;
	int in_fd, out_fd; /* of the controller */
	uint8_t how;
	uint32_t jobs[JOBS]; /* those that run; 0: none */
	bool lost;           /* the controller is gone, or mad */
};

/* Where the job is, or a free place for it; NULL: there is none. */
static uint32_t *
place(struct state *state, uint32_t job)
{
	for (int i = 0; i < JOBS; i++)
		if (state->jobs[i] == job)
			return &state->jobs[i];
	return NULL;
}

static bool
told_run(void *arg, uint32_t job, struct remote_run *run)
{
	static const struct remote_exit end = { .kind = 0, .started = true };
	struct state *state = arg;
	uint32_t *free_place = place(state, 0);

	assert(!state->lost && job != 0 && strlen(run->text) == run->len);
	if (place(state, job) != NULL || free_place == NULL)
		return false;
	agent_started(state->agent, job, 7);
	agent_wrote(state->agent, job, 1, run->text, run->len);
	if (state->how & 8)
		*free_place = job;
	else
		agent_exited(state->agent, job, &end);
	message_release_run(run);
	return true;
}

static void
told_credit(void *arg, uint32_t job, uint32_t bytes)
{
	const struct state *state = arg;

	(void)job;
	(void)bytes;
	assert(!state->lost);
}

static void
told_ask(void *arg, uint32_t job, const struct remote_ask *ask)
{
	const struct state *state = arg;

	(void)job;
	assert(!state->lost && ask->signo > 0 && ask->signo < NSIG);
}

static bool
told_input(void *arg, uint32_t job, const char *data, size_t len, bool last)
{
	struct state *state = arg;

	(void)last;
	assert(!state->lost && job != 0 && (len == 0 || data != NULL));
	if (place(state, job) != NULL)
		agent_taken(state->agent, job, len, len == 0);
	return len < 1000;
}

static void
told_kill(void *arg, uint32_t job)
{
	static const struct remote_exit end = { .killed = true };
	struct state *state = arg;
	uint32_t *found = job != 0 ? place(state, job) : NULL;

	assert(!state->lost);
	if (found == NULL)
		return;
	*found = 0;
	agent_exited(state->agent, job, &end);
}

static void
told_signal(void *arg, uint32_t job, int signo)
{
	const struct state *state = arg;

	(void)job;
	assert(!state->lost && signo > 0 && signo < NSIG);
}

static void
told_answer(void *arg, uint32_t client, const struct remote_answer *answer)
{
	const struct state *state = arg;

	(void)client;
	(void)answer;
	assert(!state->lost);
}

static void
told_quit(void *arg, int64_t grace_ns, const char *why)
{
	struct state *state = arg;

	assert(grace_ns >= 0 && (why == NULL || strlen(why) < 400));
	state->lost |= why != NULL;
}

static const struct agent_events events = {
	.run = told_run,
	.credit = told_credit,
	.ask = told_ask,
	.input = told_input,
	.kill = told_kill,
	.signal = told_signal,
	.answer = told_answer,
	.quit = told_quit,
};

static void
settle(struct state *state)
{
	char data[65536];

	do
		loop_turn(state->loop, false);
	while (
	    !(state->how & 4) && read(state->out_fd, data, sizeof(data)) > 0);
	loop_turn(state->loop, false);
}

static void
feed(struct state *state, const char *data, size_t len)
{
	static const size_t sizes[] = { 65536, 1, 7, 4000 };
	size_t most = sizes[state->how & 3];

	while (len > 0 && !state->lost) {
		ssize_t n = write(state->in_fd, data, len < most ? len : most);

		if (n <= 0)
			return; /* it does not listen any more */
		data += n;
		len -= (size_t)n;
		settle(state);
	}
}

static void
put_config(int fd)
{
	struct remote_config config = { .host = (char *)"n",
		.directory = (char *)"/",
		.env = STRVEC_INIT,
		.shell = STRVEC_INIT,
		.signo = SIGTERM };
	struct buf b = BUF_INIT, frame = BUF_INIT;

	strvec_push(&config.shell, "sh");
	message_put_config(&b, &config);
	frame_put(&frame, FRAME_CONFIG, 0, 0, b.data, b.len);
	assert(write(fd, frame.data, frame.len) == (ssize_t)frame.len);
	buf_release(&b);
	buf_release(&frame);
	strvec_release(&config.env);
	strvec_release(&config.shell);
}

static void
begin(struct state *state)
{
	struct remote_config config;
	int to[2], from[2];

	assert(pipe2(to, O_NONBLOCK) == 0 && pipe2(from, O_NONBLOCK) == 0);
	state->in_fd = to[1];
	state->out_fd = from[0];
	put_config(to[1]);
	assert(dup2(to[0], STDIN_FILENO) == STDIN_FILENO);
	assert(dup2(from[1], STDOUT_FILENO) == STDOUT_FILENO);
	close(to[0]);
	close(from[1]);
	state->agent = agent_open(NONCE, &config);
	assert(state->agent != NULL);
	message_release_config(&config);
	state->loop = loop_new();
	agent_attach(state->agent, state->loop, &events, state);
	settle(state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state state = { .how = size > 0 ? data[0] : 0 };

	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	begin(&state);
	if (size > 1)
		feed(&state, (const char *)data + 1, size - 1);
	close(state.in_fd);
	settle(&state);
	agent_bye(state.agent, 0);
	settle(&state);
	agent_detach(state.agent);
	agent_free(state.agent);
	loop_free(state.loop);
	close(state.out_fd);
	return 0;
}
