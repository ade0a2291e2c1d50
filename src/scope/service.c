#include "service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "contain/front.h"
#include "environment.h"
#include "job.h"
#include "output/relay.h"
#include "ready/ready.h"
#include "ready/spec.h"
#include "state.h"
#include "sys/process.h"

struct service {
	struct nursery *nursery;
	const struct plan_item *options;
	struct job *job;     /* NULL once it is over */
	struct job *probe;   /* that runs, or NULL */
	char *label;         /* before each of its lines */
	struct ready *ready; /* NULL: not made yet, or nothing to wait for */
	bool is_ready;
	struct loop_timer timer; /* of --ready-timeout */
	char **envp;             /* owned, until it has started; or NULL */
};

static void
tell_ready(void *arg)
{
	struct service *service = arg;
	struct report_job shown = job_for_report(service->job);

	service->is_ready = true;
	loop_timer_clear(service->nursery->loop, &service->timer);
	report_ready(service->nursery->report, &shown);
}

/* It will not be ready; says why, behind that, unless why is NULL. */
static void
fail(struct service *service, const struct outcome *outcome, const char *that,
    const char *why)
{
	char *safe;

	if (service->job->outcome_known)
		return; /* it is being stopped: nobody waits any more */
	if (why != NULL) {
		safe = msg_safe(why, strlen(why));
		msg_warn(
		    "service %" PRIu64 " %s%s", service->job->seq, that, safe);
		free(safe);
	}
	job_fail(service->job, outcome);
}

static void
tell_failed(void *arg, const char *why)
{
	const struct outcome outcome = { .kind = OUTCOME_NEVER_READY };

	fail(arg, &outcome, "", why);
}

static void
probe(void *arg)
{
	struct service *service = arg;
	struct nursery *n = service->nursery;
	const char *command = service->options->ready->value;
	struct job *job;

	if (n->cause != CLOSE_NOT || n->stage != STAGE_OPEN)
		return; /* nobody waits for the answer any more */
	job =
	    job_new(n, KIND_PROBE, service->job->seq, command, strlen(command));
	job->service = service;
	service->probe = job;
	admission_start_probe(n, job);
}

static void
extend(void *arg, int64_t ns)
{
	struct service *service = arg;
	struct loop *loop = service->nursery->loop;
	int64_t deadline_ns = loop_after(loop_now(loop), ns);

	if (deadline_ns > service->timer.deadline_ns)
		loop_timer_set(loop, &service->timer, deadline_ns);
}

/* The time is up.  What is known of the reason is said, too. */
static void
timer_fired(struct loop_timer *timer)
{
	struct service *service = timer->arg;
	const struct outcome outcome = { .kind = OUTCOME_NOT_READY,
		.limit_ns = service->options->ready_timeout_ns };

	fail(service, &outcome, "is not ready: ", ready_status(service->ready));
}

/* It wrote something, which may be what it is waited for. */
static void
heard(void *arg, const char *data, size_t len)
{
	struct service *service = arg;

	if (service->ready != NULL)
		ready_log(service->ready, data, len);
}

struct service *
service_new(struct nursery *n, const struct plan_item *options, struct job *job,
    const char *name)
{
	struct service *service = xcalloc(1, sizeof(*service));
	char *safe = msg_safe(name, strlen(name));

	service->nursery = n;
	service->options = options;
	service->job = job;
	service->label = xasprintf("[%s] ", safe);
	free(safe);
	loop_timer_init(&service->timer, timer_fired, service);
	return service;
}

void
service_free(struct service *service)
{
	if (service == NULL)
		return;
	loop_timer_clear(service->nursery->loop, &service->timer);
	ready_free(service->ready);
	free(service->envp);
	free(service->label);
	free(service);
}

static const struct ready_events events = {
	.ready = tell_ready,
	.failed = tell_failed,
	.probe = probe,
	.extend = extend,
};

/* Its socket is where the front would find and remove it if we were killed. */
static struct ready *
prepare(struct service *service, const struct ready_spec *spec)
{
	struct nursery *n = service->nursery;
	const char *folder = front_rundir(n->front);
	struct ready *ready;
	char *path;
	int error;

	if (folder[0] == '\0') {
		errno = ENOENT; /* no temporary folder could be made */
		return NULL;
	}
	path = xasprintf("%s/notify.%" PRIu64, folder, service->job->seq);
	ready = ready_new(n->loop, spec, path, &events, service);
	error = errno;
	free(path);
	errno = error;
	return ready;
}

int
service_equip(struct service *service, struct process_request *request)
{
	struct nursery *n = service->nursery;
	const struct ready_spec *spec = service->options->ready;
	const char *socket = NULL;
	int number = 0, fd;

	if (spec != NULL && service->ready == NULL)
		service->ready = prepare(service, spec);
	if (spec != NULL && service->ready == NULL)
		return -1;
	service->job->relay = relay_open(
	    n->output, service->label, heard, service, &request->fds[1]);
	if (service->job->relay == NULL)
		return -1;
	request->fds[2] = request->fds[1];
	if (service->ready == NULL)
		return 0;
	fd = ready_child_fd(service->ready, &number);
	if (fd >= 0) {
		request->extra_fd = fd;
		request->extra_number = number;
	}
	socket = ready_notify_path(service->ready);
	if (socket != NULL) {
		free(service->envp);
		service->envp =
		    environment_with(request->envp, "NOTIFY_SOCKET", socket);
		request->envp = service->envp;
	}
	return 0;
}

void
service_started(struct service *service)
{
	struct loop *loop = service->nursery->loop;

	relay_started(service->job->relay);
	if (service->ready == NULL) {
		service->is_ready = true;
		return;
	}
	loop_timer_set(loop, &service->timer,
	    loop_after(loop_now(loop), service->options->ready_timeout_ns));
	ready_begin(service->ready);
}

bool
service_is_ready(const struct service *service)
{
	return service->is_ready;
}

void
service_job_over(struct service *service, const struct job *job)
{
	if (job == service->probe) {
		service->probe = NULL;
		if (service->ready != NULL)
			ready_probe_ended(service->ready,
			    job->outcome.kind == OUTCOME_SUCCEEDED);
		return;
	}
	service->job = NULL;
	loop_timer_clear(service->nursery->loop, &service->timer);
	ready_free(service->ready);
	service->ready = NULL;
}
