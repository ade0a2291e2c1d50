#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "contain/front.h"
#include "job/states.h"
#include "output/relay.h"
#include "remote/carrier.h"
#include "remote/host.h"
#include "state.h"
#include "sys/process.h"

static void
make_label(struct transport *transport)
{
	size_t len;
	const char *name = transport->host->shown;
	char *safe = msg_safe(name, strlen(name), &len);
	char *text = xasprintf("%s:", safe);

	transport->label = (struct output_label){
		.text = text, .len = strlen(text), .behind = ' '
	};
	free(safe);
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_fds(int fds[2])
{
	close_one(&fds[0]);
	close_one(&fds[1]);
}

void
transport_init(struct transport *transport, struct scope *scope,
    const struct host *host, const struct transport_events *events, void *arg)
{
	*transport = (struct transport){ .scope = scope,
		.host = host,
		.events = events,
		.arg = arg,
		.their_fds = { -1, -1 },
		.our_fds = { -1, -1 } };
	make_label(transport);
}

void
transport_release(struct transport *transport)
{
	close_fds(transport->their_fds);
	close_fds(transport->our_fds);
	strvec_release(&transport->argv);
	strvec_release(&transport->env);
	free((char *)transport->label.text);
}

/* A word that nobody else can know who writes before the agent. */
static void
make_nonce(char nonce[REMOTE_NONCE_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < REMOTE_NONCE_LEN; i++)
		nonce[i] = digits[random_below(16)];
	nonce[REMOTE_NONCE_LEN] = '\0';
}

/* Makes the pipes between us and the carrier.  Returns 0, or -1 with errno. */
static int
open_pipes(struct transport *transport)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0)
		return -1;
	if (pipe2(out, O_CLOEXEC) < 0) {
		int error = errno;

		close_fds(in);
		errno = error;
		return -1;
	}
	transport->their_fds[0] = in[0];
	transport->our_fds[1] = in[1];
	transport->our_fds[0] = out[0];
	transport->their_fds[1] = out[1];
	return 0;
}

static void
heard(void *arg, const char *data, size_t len)
{
	struct transport *transport = arg;

	transport->events->heard(transport->arg, data, len);
}

/* The hooks of the carrier. */

static int
equip(struct job *job, struct process_request *request)
{
	struct transport *transport = job->owner;

	if (job->output.relay == NULL)
		job->output.relay =
		    relay_open(transport->scope->context.output, false,
			&transport->label, heard, transport, &request->fds[2]);
	if (job->output.relay == NULL)
		return -1;
	relay_keep(job->output.relay);
	if (transport->their_fds[0] < 0 && open_pipes(transport) < 0)
		return -1;
	strvec_clear(&transport->env);
	carrier_environment(
	    &transport->scope->options->machines, &transport->env);
	strvec_pushf(&transport->env, "NURSERY_PID=%d",
	    front_pid(transport->scope->front));
	strvec_pushf(&transport->env, "NURSERY_ID=%" PRIu64, job->family.id);
	request->argv = transport->argv.items;
	request->fallback = NULL;
	request->envp = transport->env.items;
	request->fds[0] = transport->their_fds[0];
	request->fds[1] = transport->their_fds[1];
	return 0;
}

static void
started(struct job *job)
{
	struct transport *transport = job->owner;
	const int fds[] = { transport->our_fds[0], transport->our_fds[1] };

	relay_started(job->output.relay);
	close_fds(transport->their_fds);
	transport->our_fds[0] = transport->our_fds[1] = -1;
	transport->events->started(transport->arg, fds);
}

static void
over(struct job *job)
{
	struct transport *transport = job->owner;

	transport->job = NULL;
	close_fds(transport->their_fds);
	close_fds(transport->our_fds);
	transport->events->over(
	    transport->arg, job->attempt.known ? &job->attempt.outcome : NULL);
}

struct job *
transport_job(struct transport *transport)
{
	static const struct job_hooks hooks = {
		.equip = equip, .started = started, .over = over
	};
	const char *name = transport->host->shown;
	struct job *job = job_new(
	    &transport->scope->context, KIND_CARRIER, 0, name, strlen(name));

	job->hooks = &hooks;
	job->owner = transport;
	job->name = name;
	make_nonce(transport->nonce);
	strvec_clear(&transport->argv);
	carrier_command(&transport->scope->options->machines, transport->host,
	    transport->nonce, &transport->argv);
	transport->job = job;
	return job;
}

void
transport_show(struct transport *transport)
{
	if (transport->job != NULL && transport->job->output.relay != NULL)
		relay_show(transport->job->output.relay);
}

void
transport_end(struct transport *transport)
{
	struct job *job = transport->job;

	if (job == NULL)
		return;
	if (job->output.relay != NULL)
		relay_keep(job->output.relay);
	if (job->state == JOB_RUNNING || job->state == JOB_STOPPING)
		job_event(job, JOB_STOP);
}

const char *
transport_program(const struct transport *transport)
{
	return transport->argv.items[0];
}

const char *
transport_agent(const struct transport *transport)
{
	return transport->argv.items[transport->argv.len - 2];
}
