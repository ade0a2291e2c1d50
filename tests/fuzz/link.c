/*
 * The controller's end of a connection to an agent that may say anything.  The
 * first byte says how: 1: the agent has been greeted already; 2, 4: in which
 * pieces the rest comes; 8: the streams of jobs are joined; 16: nobody reads
 * them; 32, 64: an event frees the link, forgets the job.
 */
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "remote/frame.h"
#include "remote/link.h"
#include "remote/message.h"
#include "sys/fd.h"
#include "sys/loop.h"

#define JOBS 3
#define GREETING                                                               \
	REMOTE_GREETING " 1 " REMOTE_BUILD " 0123456789abcdef\n"               \
			"\0\0\0\x10\x20\0\0\0\0\0"                             \
			"\0\0\0\0\0\0\0\1\0\0\0\1\xff\xff\xff\xff\n"           \
			"\0\0\0\0\x21\0\0\0\0\0\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct errand {
	struct state *state;
	struct link_job *job;
	int fds[2];
	bool exited;
};

struct state {
	struct loop *loop;
	struct link *link;
	struct errand errands[JOBS];
	struct frame_reader sent;
	int in_fd, out_fd; /* of the agent */
	uint8_t how;
	bool ended;
};

static void
let_go(struct state *state)
{
	link_free(state->link);
	state->link = NULL;
	for (int i = 0; i < JOBS; i++)
		state->errands[i].job = NULL;
}

static void
told(struct state *state, struct errand *errand)
{
	assert(state->link != NULL && !state->ended);
	assert(errand == NULL || !errand->exited);
	if (state->how & 32) {
		let_go(state);
	} else if ((state->how & 64) && errand != NULL && errand->job) {
		link_forget(errand->job);
		errand->job = NULL;
	}
}

/* The first job reads nothing, the second little, the third much. */
static void
give(struct link_job *job, int much)
{
	static const char bytes[60000];
	int fds[2];

	assert(fd_pipe(fds) == 0);
	assert(write(fds[1], bytes, (size_t)much * 30000) == much * 30000);
	close(fds[1]);
	link_give(job, fds[0]);
}

static void
told_ready(void *arg, const struct remote_hello *hello)
{
	struct remote_run run = {
		.attempt = 1, .text = (char *)"x", .len = 1, .input = true
	};
	struct state *state = arg;

	assert(hello->host != NULL);
	for (int i = 0; i < JOBS; i++) {
		struct errand *errand = &state->errands[i];
		int out[2], error[2], fds[2];

		assert(fd_pipe(out) == 0 && fd_pipe(error) == 0);
		fds[0] = out[1];
		fds[1] = state->how & 8 ? out[1] : error[1];
		errand->state = state;
		errand->fds[0] = out[0];
		errand->fds[1] = error[0];
		errand->job = link_run(state->link, errand, &run, fds);
		assert(errand->job != NULL);
		close(out[1]);
		close(error[1]);
		give(errand->job, i);
	}
}

static void
told_started(void *owner, int64_t pid)
{
	struct errand *errand = owner;

	assert(pid > 0 && link_pid(errand->job) == pid);
	told(errand->state, errand);
}

static void
told_wrote(void *owner)
{
	struct errand *errand = owner;

	assert(errand->job != NULL);
	told(errand->state, errand);
}

static void
told_orphans(void *owner, const struct remote_orphans *orphans)
{
	struct errand *errand = owner;

	assert(errand->job != NULL && orphans->names != NULL);
	told(errand->state, errand);
}

static void
told_exited(void *owner, const struct remote_exit *end)
{
	struct errand *errand = owner;

	assert(errand->job != NULL && end->detail <= INT32_MAX);
	errand->job = NULL;
	told(errand->state, errand);
	errand->exited = true;
}

static void
told_said(void *arg, const char *line)
{
	assert(line != NULL);
	told(arg, NULL);
}

static void
told_ended(void *arg, const char *why, bool gone)
{
	struct state *state = arg;

	assert(why == NULL ? gone : strlen(why) < 2000);
	told(arg, NULL);
	state->ended = true;
}

static void
told_spawn(
    void *arg, uint32_t client, void *owner, const struct remote_spawn *spawn)
{
	struct state *state = arg;
	const struct remote_answer answer = { .kind = spawn->len % 8 };

	(void)owner;
	link_answer(state->link, client, &answer);
}

static void
told_client(void *arg, uint32_t client, bool gone)
{
	(void)arg;
	(void)client;
	(void)gone;
}

static const struct link_events events = {
	.spawn = told_spawn,
	.client = told_client,
	.ready = told_ready,
	.started = told_started,
	.wrote = told_wrote,
	.orphans = told_orphans,
	.exited = told_exited,
	.said = told_said,
	.ended = told_ended,
};

/* The readers read, and the agent.  True if there was something. */
static bool
drain(struct state *state)
{
	char data[65536], why[FRAME_ERROR_MAX];
	enum frame_result result;
	struct frame frame;
	bool some = false;
	ssize_t n;

	for (int i = 0; i < 2 * JOBS && !(state->how & 16); i++) {
		int fd = state->errands[i / 2].fds[i % 2];

		some = (fd > 0 && read(fd, data, sizeof(data)) > 0) || some;
	}
	n = read(state->out_fd, data, sizeof(data));
	if (n <= 0)
		return some;
	frame_add(&state->sent, data, (size_t)n);
	while ((result = frame_next(&state->sent, &frame, why)) == FRAME_OK)
		assert(frame.type == FRAME_ANSWER ||
		    frame.type == FRAME_STDIN ||
		    (frame.type == FRAME_HEARD && frame.len == 0) ||
		    (frame.type <= FRAME_QUIT && frame.job <= JOBS));
	assert(result == FRAME_NONE);
	return true;
}

static void
settle(struct state *state)
{
	do
		loop_turn(state->loop, false);
	while (drain(state));
}

static void
feed(struct state *state, const char *data, size_t len)
{
	static const size_t sizes[] = { 65536, 1, 7, 4000 };
	size_t most = sizes[state->how >> 1 & 3];

	while (len > 0 && state->link != NULL && !state->ended) {
		ssize_t n = write(state->in_fd, data, len < most ? len : most);

		if (n <= 0)
			return; /* it has hung up */
		data += n;
		len -= (size_t)n;
		settle(state);
	}
}

static void
begin(struct state *state)
{
	struct remote_config config = { .host = (char *)"n",
		.directory = (char *)"/",
		.env = STRVEC_INIT,
		.shell = STRVEC_INIT,
		.signo = SIGTERM };
	int to[2], from[2];

	assert(pipe2(to, O_NONBLOCK) == 0 && pipe2(from, O_NONBLOCK) == 0);
	strvec_push(&config.shell, "sh");
	state->loop = loop_new();
	state->in_fd = from[1];
	state->out_fd = to[0];
	state->link = link_new(state->loop, from[0], to[1], "0123456789abcdef",
	    &config, &events, state);
	strvec_release(&config.env);
	strvec_release(&config.shell);
	frame_reader_init(&state->sent);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state state = { .how = size > 0 ? data[0] : 0 };

	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	begin(&state);
	if (state.how & 1)
		feed(&state, GREETING, sizeof(GREETING) - 1);
	if (size > 1)
		feed(&state, (const char *)data + 1, size - 1);
	close(state.in_fd);
	for (int i = 0; i < JOBS && (state.how & 16); i++) {
		for (int j = 0; j < 2 && state.errands[i].fds[j] > 0; j++) {
			close(state.errands[i].fds[j]);
			state.errands[i].fds[j] = 0;
		}
	}
	settle(&state);
	settle(&state);
	assert(state.ended || state.link == NULL);
	let_go(&state);
	for (int i = 0; i < JOBS; i++)
		for (int j = 0; j < 2; j++)
			if (state.errands[i].fds[j] > 0)
				close(state.errands[i].fds[j]);
	close(state.out_fd);
	frame_reader_release(&state.sent);
	loop_free(state.loop);
	return 0;
}
