#include "service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admission.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "closing.h"
#include "contain/front.h"
#include "feed_plan.h"
#include "job/environment.h"
#include "job/states.h"
#include "job/tell.h"
#include "output/relay.h"
#include "ready/ready.h"
#include "ready/spec.h"
#include "report/report.h"
#include "restart.h"
#include "sys/process.h"

struct service {
	struct scope *scope;
	const struct plan_item *item;
	struct job *job;           /* NULL once that is over */
	struct output_label label; /* its text is owned */
	struct ready *ready; /* NULL: not made yet, or nothing to wait for */
	bool is_ready;
	int64_t ready_ns;  /* when it became ready, if it is */
	int64_t restarts;  /* in a row, see restart_count() */
	struct job *probe; /* of this attempt, until it is over; or NULL */
	struct loop_timer timer; /* of --ready-timeout */
	struct strvec variables; /* only for this service: NAME=value */
	char **envp;             /* with them; owned, or NULL */
};

static struct loop *
loop_of(const struct service *service)
{
	return service->scope->context.loop;
}

static void
set_ready(struct service *service)
{
	service->is_ready = true;
	service->ready_ns = loop_now(loop_of(service));
}

static void
tell_ready(void *arg)
{
	struct service *service = arg;

	set_ready(service);
	loop_timer_clear(loop_of(service), &service->timer);
	tell_event(service->job, (struct report_event){ .kind = REPORT_READY });
}

/*
 * The service will not be ready: fails its job.  First says prefix and why,
 * unless why is NULL because nobody knows.
 */
static void
fail(struct service *service, const struct outcome *outcome, const char *prefix,
    const char *why)
{
	char *text;

	if (service->job->attempt.known)
		return; /* already being stopped: nobody waits for it */
	if (why != NULL) {
		text = xasprintf("%s%s", prefix, why);
		tell_event(service->job,
		    (struct report_event){
			.kind = REPORT_NOT_READY, .text = text });
		free(text);
	}
	job_fail(service->job, outcome);
}

static void
tell_failed(void *arg, const char *why)
{
	const struct outcome outcome = { .kind = OUTCOME_NEVER_READY };

	fail(arg, &outcome, "", why);
}

/* Whether what the probe says is of the attempt that it was started for. */
static bool
is_current(const struct job *job)
{
	const struct service *service = job->owner;

	return service->probe == job && service->ready != NULL;
}

static bool
probe_refuses(struct job *job, struct outcome *ret)
{
	*ret = (struct outcome){ .kind = OUTCOME_CANCELLED };
	return !is_current(job);
}

static void
probe_wrote(void *arg, const char *data, size_t len)
{
	const struct job *job = arg;
	struct service *service = job->owner;

	if (is_current(job))
		ready_probe_wrote(service->ready, data, len);
}

/* What a probe writes is only for the message, if it never succeeds. */
static int
probe_equip(struct job *job, struct process_request *request)
{
	struct service *service = job->owner;
	struct job_output *output = &job->output;

	output->relay = relay_open(service->scope->context.output, false, NULL,
	    probe_wrote, job, &request->fds[1]);
	if (output->relay == NULL)
		return -1;
	request->fds[2] = request->fds[1];
	return 0;
}

static void
probe_started(struct job *job)
{
	relay_started(job->output.relay);
}

static void
probe_over(struct job *job)
{
	const struct attempt *attempt = &job->attempt;
	struct service *service = job->owner;
	bool succeeded =
	    attempt->known && attempt->outcome.kind == OUTCOME_SUCCEEDED;
	char how[OUTCOME_TEXT_MAX];

	if (!is_current(job))
		return;
	service->probe = NULL;
	outcome_describe(&attempt->outcome, how, sizeof(how));
	ready_probe_ended(service->ready, succeeded ? NULL : how);
}

static void
probe(void *arg)
{
	static const struct job_hooks hooks = { .refuses = probe_refuses,
		.equip = probe_equip,
		.started = probe_started,
		.over = probe_over };
	struct service *service = arg;
	struct scope *scope = service->scope;
	const char *command = service->item->ready->value;
	struct job *job;

	if (closing_has_begun(scope))
		return; /* nobody waits for the answer any more */
	job = job_new(&scope->context, KIND_PROBE, 0, command, strlen(command));
	job->name = service->job->name;
	job->hooks = &hooks;
	job->owner = service;
	service->probe = job;
	admission_due(scope, job);
}

static void
extend(void *arg, int64_t ns)
{
	struct service *service = arg;
	struct loop *loop = loop_of(service);
	int64_t deadline_ns = loop_after(loop_now(loop), ns);

	if (deadline_ns > service->timer.deadline_ns)
		loop_timer_set(loop, &service->timer, deadline_ns);
}

/* --ready-timeout is over.  Says what is known of the reason, too. */
static void
timer_fired(struct loop_timer *timer)
{
	struct service *service = timer->arg;
	const struct outcome outcome = { .kind = OUTCOME_NOT_READY,
		.limit_ns = service->item->ready_timeout_ns };

	fail(service, &outcome, "is not ready: ", ready_status(service->ready));
}

/* The service wrote something: perhaps the line of --ready log:. */
static void
heard(void *arg, const char *data, size_t len)
{
	struct service *service = arg;

	/* standard error leads to the same pipe */
	tell_output(service->job, STDOUT_FILENO, data, len);
	if (service->ready != NULL)
		ready_log(service->ready, data, len);
}

struct service *
service_new(struct scope *scope, const struct plan_item *item, struct job *job,
    const char *name, unsigned colour)
{
	struct service *service = xcalloc(1, sizeof(*service));
	char *text;
	size_t len;
	char *safe = msg_safe(name, strlen(name), &len);

	service->scope = scope;
	service->item = item;
	service->job = job;
	text = xasprintf("[%s]", safe);
	service->label = (struct output_label){ .text = text,
		.len = strlen(text),
		.behind = ' ',
		.colour = colour };
	free(safe);
	loop_timer_init(&service->timer, timer_fired, service);
	return service;
}

void
service_free(struct service *service)
{
	if (service == NULL)
		return;
	loop_timer_clear(loop_of(service), &service->timer);
	ready_free(service->ready);
	strvec_release(&service->variables);
	free(service->envp);
	free((char *)service->label.text);
	free(service);
}

static const struct ready_events events = {
	.ready = tell_ready,
	.failed = tell_failed,
	.probe = probe,
	.extend = extend,
};

/*
 * Prepares for --ready.  Only READY_NOTIFY needs a socket: it is in the private
 * folder, which the front removes if we are killed.
 */
static struct ready *
prepare(struct service *service, const struct ready_spec *spec)
{
	struct scope *scope = service->scope;
	const char *folder = front_rundir(scope->front);
	struct ready *ready;
	char *path = NULL;
	int error;

	if (folder[0] == '\0' && spec->kind == READY_NOTIFY)
		tell_event(service->job,
		    (struct report_event){ .kind = REPORT_NOT_READY,
			.text = "can have no socket for --ready notify: no "
				"temporary folder can be made (set TMPDIR)" });
	else if (folder[0] != '\0')
		path = xasprintf(
		    "%s/notify.%" PRIu64, folder, service->job->family.id);
	ready = ready_new(scope->context.loop, spec, path, &events, service);
	error = errno;
	free(path);
	errno = error;
	return ready;
}

/*
 * Prepares for --ready early, so that one can look for another program at the
 * address of the service.  If it cannot be prepared now, its start
 * will say so.
 */
bool
service_waits(struct service *service)
{
	const struct ready_spec *spec = service->item->ready;

	if (spec == NULL || spec->kind == READY_NOTIFY)
		return false;
	if (service->ready == NULL)
		service->ready = prepare(service, spec);
	return service->ready != NULL &&
	    ready_look(service->ready) == READY_LOOKING;
}

bool
service_refuses(struct service *service, struct outcome *ret)
{
	if (service->ready == NULL || ready_look(service->ready) != READY_TAKEN)
		return false;
	*ret = (struct outcome){ .kind = OUTCOME_TAKEN,
		.name = service->item->ready->text };
	return true;
}

/*
 * What a service may count on, of 80 % as all jobs: it may have to share the
 * grace.
 */
static int64_t
grace_ms(const struct scope_options *options)
{
	return options->job.grace_ns / NS_PER_MS * 4 / 5 /
	    (int64_t)options->plan.n_services;
}

/* Adds what only this service has in its environment. */
static void
equip_environment(struct service *service, struct process_request *request)
{
	struct strvec *variables = &service->variables;
	const char *socket =
	    service->ready != NULL ? ready_notify_path(service->ready) : NULL;

	strvec_clear(variables);
	strvec_pushf(variables, "NURSERY_GRACE_MS=%" PRId64,
	    grace_ms(service->scope->options));
	if (service->item->port != 0)
		strvec_pushf(variables, "PORT=%d", service->item->port);
	if (socket != NULL)
		strvec_pushf(variables, "NOTIFY_SOCKET=%s", socket);
	free(service->envp);
	service->envp = environment_with(request->envp,
	    (const char *const *)variables->items, variables->len);
	request->envp = service->envp;
}

bool
service_may_end(const struct service *service)
{
	const struct restart_policy *policy = &service->item->restart;

	return policy->given && policy->when == RESTART_ON_FAILURE &&
	    service->is_ready;
}

/* How many restarts in a row there were before the attempt that has ended. */
static int64_t
count_restarts(const struct service *service)
{
	int64_t healthy_ns = service->is_ready
	    ? service->job->attempt.known_ns - service->ready_ns
	    : 0;

	return restart_count(service->restarts, healthy_ns);
}

static bool
has_begun(const struct attempt *attempt)
{
	switch ((int)attempt->outcome.kind) {
	case OUTCOME_TAKEN:
	case OUTCOME_NOT_FOUND:
	case OUTCOME_NOT_EXECUTABLE:
	case OUTCOME_NO_DIRECTORY:
	case OUTCOME_NOT_STARTABLE:
		return false;
	default:
		return true;
	}
}

bool
service_may_repeat(const struct service *service)
{
	const struct attempt *attempt = &service->job->attempt;

	if (service->job->state == JOB_WAITING)
		return true; /* this was decided when it began to wait */
	return (attempt->number > 1 || has_begun(attempt)) &&
	    restart_may(&service->item->restart, count_restarts(service));
}

/* What asks whether it is ready is not for the next attempt. */
static void
drop_probe(struct service *service)
{
	struct job *probe = service->probe;

	service->probe = NULL;
	if (probe != NULL && probe->attempt.number > 0)
		job_event(probe, JOB_STOP);
}

int64_t
service_repeat(struct service *service)
{
	int64_t restarts = count_restarts(service);

	service->restarts = restarts + 1;
	service->is_ready = false;
	drop_probe(service);
	loop_timer_clear(loop_of(service), &service->timer);
	ready_free(service->ready);
	service->ready = NULL;
	return restart_wait_ns(restarts);
}

int
service_equip(struct service *service, struct process_request *request)
{
	struct job_output *output = &service->job->output;
	const struct plan_item *item = service->item;
	enum output_show show = service->scope->options->output.show;
	int number = 0, fd;

	if (item->ready != NULL && service->ready == NULL)
		service->ready = prepare(service, item->ready);
	if (item->ready != NULL && service->ready == NULL)
		return -1;
	output->relay = relay_open(service->scope->context.output,
	    output_gives_terminals(service->scope->context.output),
	    show == OUTPUT_SHOW_NONE ? NULL : &service->label, heard, service,
	    &request->fds[1]);
	if (output->relay == NULL)
		return -1;
	if (show == OUTPUT_SHOW_FAILED)
		relay_keep(output->relay);
	request->fds[2] = request->fds[1];
	request->terminal =
	    output_gives_terminals(service->scope->context.output);
	if (request->directory == NULL)
		request->directory = item->directory;
	equip_environment(service, request);
	fd = service->ready != NULL ? ready_child_fd(service->ready, &number)
				    : -1;
	if (fd >= 0) {
		request->extra_fd = fd;
		request->extra_number = number;
	}
	return 0;
}

void
service_started(struct service *service)
{
	struct loop *loop = loop_of(service);

	relay_started(service->job->output.relay);
	if (service->ready == NULL) {
		set_ready(service);
		return;
	}
	loop_timer_set(loop, &service->timer,
	    loop_after(loop_now(loop), service->item->ready_timeout_ns));
	ready_begin(service->ready);
}

bool
service_is_ready(const struct service *service)
{
	return service->is_ready;
}

const char *
service_status(const struct service *service)
{
	if (service->job->state == JOB_WAITING)
		return "it has ended, and starts again";
	return service->ready != NULL ? ready_status(service->ready) : NULL;
}

void
service_over(struct service *service)
{
	service->job = NULL;
	loop_timer_clear(loop_of(service), &service->timer);
	ready_free(service->ready);
	service->ready = NULL;
}
