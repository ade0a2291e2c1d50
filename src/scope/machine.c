#include "machine.h"

#include <stdlib.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "closing.h"
#include "contain/front.h"
#include "job/elsewhere.h"
#include "job/job.h"
#include "remote/carrier.h"
#include "remote/host.h"
#include "remote/keepalive.h"
#include "remote/link.h"
#include "report/outcome.h"
#include "state.h"

/* After so many failures in a row a machine is used no more. */
#define FAILURES_MAX 3
/* Between two starts of a carrier; doubled each time. */
#define START_PAUSE_NS (1 * NS_PER_S)
/* How long an agent may take to answer until that is said. */
#define SAY_WAITING_NS (5 * NS_PER_S)
/* What a carrier gets to end after its agent. */
#define END_GRACE_NS (500 * NS_PER_MS)
/* What an agent gets to end, beyond the grace of its jobs. */
#define QUIT_GRACE_NS (2 * NS_PER_S)
/* What a carrier gets to end after an agent that has taken its leave. */
#define LEAVE_GRACE_NS (10 * NS_PER_S)

static struct loop *
loop_of(const struct machine *machine)
{
	return machine->scope->context.loop;
}

/* machine_turn() looks what is due. */
static void
timer_fired(struct loop_timer *timer)
{
	room_wake(timer->arg);
}

/* The next step is due after that time. */
static void
set_due(struct machine *machine, int64_t ns)
{
	machine->until_ns = loop_after(loop_now(loop_of(machine)), ns);
	loop_timer_set(loop_of(machine), &machine->timer, machine->until_ns);
}

/* Nothing is due. */
static void
clear_due(struct machine *machine)
{
	machine->until_ns = NS_NEVER;
	loop_timer_clear(loop_of(machine), &machine->timer);
}

/*
 * What the carrier says until an agent has answered is shown only if that takes
 * long, and is part of the message if none does.
 */
static void
heard(void *arg, const char *data, size_t len)
{
	struct machine *machine = arg;

	if (machine->state == MACHINE_STARTING)
		parting_hear(&machine->end, data, len);
}

/* The carrier's lines are shown from now on, and those that were kept. */
static void
show_said(struct machine *machine)
{
	parting_show(&machine->end);
	transport_show(&machine->transport);
}

/* Events about jobs are heard in job/elsewhere.c, those about machines here. */

static void
link_ready(void *arg, const struct remote_hello *hello)
{
	struct machine *machine = arg;
	const struct machine_options *options =
	    &machine->scope->options->machines;

	if (machine->state != MACHINE_STARTING)
		return; /* it is not needed any more */
	machine->slots = host_slots(options, machine->host, (int)hello->cpus);
	room_enter(machine, MACHINE_READY);
	clear_due(machine);
	show_said(machine);
}

static void
link_asked(
    void *arg, uint32_t client, void *owner, const struct remote_spawn *spawn)
{
	struct machine *machine = arg;
	const struct machine_clients *clients =
	    &machine->scope->machines.clients;

	clients->asked(clients->arg, machine, client, owner, spawn);
}

static void
link_client(void *arg, uint32_t client, bool gone)
{
	struct machine *machine = arg;
	const struct machine_clients *clients =
	    &machine->scope->machines.clients;

	clients->told(clients->arg, machine, client, gone);
}

static void
link_said(void *arg, const char *line)
{
	struct machine *machine = arg;

	if (machine->state != MACHINE_OUT)
		msg_warn("%s: %s", machine->host->shown, line);
}

static void
link_exited(void *owner, const struct remote_exit *end)
{
	struct job *job = owner;
	struct machine *machine = job->place.machine;

	if (end->kind != OUTCOME_CANCELLED)
		machine->failures = 0;
	else if (!job->attempt.known && machine->state == MACHINE_READY)
		machine->leaving = true; /* it ends jobs without being told */
	room_update(machine);
	elsewhere_exited(job, end);
}

/*
 * Link or carrier have ended, and each may know why.  Waits for both, but not
 * for long.
 */
static void
fail(struct machine *machine)
{
	char *why;

	if (machine->end.link_why == NULL && machine->link != NULL)
		return;
	if (machine->end.carrier_why == NULL) {
		set_due(machine, END_GRACE_NS);
		return;
	}
	why = parting_describe(
	    &machine->end, transport_agent(&machine->transport));
	machine_lose(machine, why, machine->end.gone);
	free(why);
}

static void
link_ended(void *arg, const char *why, bool gone)
{
	struct machine *machine = arg;

	machine->link_over = true;
	room_wake(machine);
	if (machine->state == MACHINE_QUITTING) {
		if (why != NULL) { /* jobs may have been lost by that */
			machine_lose(machine, why, gone);
			return;
		}
		room_enter(machine, MACHINE_CLOSED);
		set_due(machine, LEAVE_GRACE_NS);
		return;
	}
	if (why == NULL)
		why = "the agent has ended of itself";
	if (machine->state == MACHINE_READY)
		room_enter(machine, MACHINE_FAILED);
	if (machine->state != MACHINE_STARTING &&
	    machine->state != MACHINE_FAILED)
		return;
	machine->end.link_why = xstrdup(why);
	machine->end.gone = gone;
	fail(machine);
}

/* A machine is asked at least four times until it is taken for lost. */
static void
set_times(struct machine *machine)
{
	struct link_times times = link_default_times;

	times.lost_ns = machine->scope->options->machines.lost_ns;
	if (times.ping_ns > times.lost_ns / 4)
		times.ping_ns = times.lost_ns / 4;
	link_set_times(machine->link, &times);
}

/* What the agent is to know that is its own. */
static void
configure(const struct machine *machine, struct remote_config *ret)
{
	const struct scope *scope = machine->scope;
	int64_t left_ns = closing_time_left(scope);

	*ret = *scope->machines.config;
	ret->host = machine->host->shown;
	ret->deadline_ns = left_ns == NS_NEVER ? UINT64_MAX : (uint64_t)left_ns;
	ret->share.cpus = (uint32_t)machine->host->cpus;
	if (!scope->options->parallel.on)
		return;
	ret->parallel.login = host_login(machine->host);
	ret->parallel.host = host_bare(machine->host);
	ret->parallel.pid = (uint32_t)front_pid(scope->front);
}

static void
carrier_started(void *arg, const int fds[2])
{
	static const struct link_events events = { .ready = link_ready,
		.started = elsewhere_started,
		.wrote = elsewhere_wrote,
		.orphans = elsewhere_orphans,
		.ebbing = elsewhere_ebbing,
		.exited = link_exited,
		.spawn = link_asked,
		.client = link_client,
		.said = link_said,
		.ended = link_ended };
	struct machine *machine = arg;
	struct remote_config config;

	configure(machine, &config);
	machine->link = link_new(loop_of(machine), fds[0], fds[1],
	    machine->transport.nonce, &config, &events, machine);
	free(config.parallel.login);
	free(config.parallel.host);
	set_times(machine);
	machine->link_over = false;
}

static void
carrier_over(void *arg, const struct outcome *outcome)
{
	struct machine *machine = arg;
	const char *program = transport_program(&machine->transport);

	room_wake(machine);
	if (outcome == NULL) {
		room_enter(machine, MACHINE_OUT);
		return;
	}
	if (outcome->kind == OUTCOME_NOT_STARTABLE)
		room_refuse(machine); /* something may be short */
	if (machine->state != MACHINE_STARTING &&
	    machine->state != MACHINE_READY && machine->state != MACHINE_FAILED)
		return;
	parting_carrier(&machine->end, program, outcome,
	    machine->state == MACHINE_STARTING);
	machine->end.lacks_agent = machine->state == MACHINE_STARTING &&
	    outcome->kind == OUTCOME_EXITED &&
	    carrier_lacks_agent(&machine->scope->options->machines,
		machine->host, outcome->detail);
	if (machine->state != MACHINE_READY) /* the link ends, too */
		fail(machine);
}

void
machine_init(
    struct machine *machine, struct scope *scope, const struct host *host)
{
	static const struct transport_events events = {
		.heard = heard, .started = carrier_started, .over = carrier_over
	};

	*machine = (struct machine){
		.scope = scope, .host = host, .until_ns = NS_NEVER
	};
	transport_init(&machine->transport, scope, host, &events, machine);
	loop_timer_init(&machine->timer, timer_fired, machine);
	room_join(machine);
}

void
machine_release(struct machine *machine)
{
	clear_due(machine);
	link_free(machine->link);
	transport_release(&machine->transport);
	parting_release(&machine->end);
}

struct job *
machine_carrier(struct machine *machine)
{
	room_enter(machine, MACHINE_STARTING);
	machine->leaving = false;
	parting_forget(&machine->end);
	set_due(machine, SAY_WAITING_NS);
	return transport_job(&machine->transport);
}

/* The jobs that ran there are lost. */
static void
lose_jobs(struct machine *machine, bool gone)
{
	struct scope *scope = machine->scope;
	int64_t wait_ns =
	    loop_after(machine->scope->machines.config->dead_man_s * NS_PER_S,
		scope->options->job.grace_ns);
	struct job *job, *next;

	TAILQ_FOREACH_SAFE(job, &scope->roster.jobs, link, next)
		if (job->place.machine == machine && job->place.there != NULL)
			elsewhere_lost(job, gone ? 0 : wait_ns);
}

void
machine_lose(struct machine *machine, const char *why, bool gone)
{
	bool was_ready = machine->state == MACHINE_READY ||
	    machine->state == MACHINE_FAILED ||
	    machine->state == MACHINE_QUITTING;
	bool again;

	if (machine->state == MACHINE_CLOSED || machine->state == MACHINE_OUT)
		return;
	again = ++machine->failures < FAILURES_MAX &&
	    (was_ready || machine->end.refused) &&
	    machine->state != MACHINE_QUITTING;
	room_enter(machine, again ? MACHINE_CLOSED : MACHINE_OUT);
	if (was_ready)
		msg_warn("machine '%s' is lost: %s", machine->host->shown, why);
	else if (!again)
		msg_warn("machine '%s' cannot be used: %s",
		    machine->host->shown, why);
	lose_jobs(machine, gone);
	transport_end(&machine->transport);
	set_due(machine, again ? START_PAUSE_NS << machine->failures : 0);
}

void
machine_quit(struct machine *machine)
{
	int64_t grace_ns = machine->scope->options->job.grace_ns;

	switch (machine->state) {
	case MACHINE_READY:
		room_enter(machine, MACHINE_QUITTING);
		link_quit(machine->link, grace_ns);
		set_due(machine, loop_after(grace_ns, QUIT_GRACE_NS));
		break;
	case MACHINE_FAILED:
		machine_lose(machine, machine->end.link_why, machine->end.gone);
		room_enter(machine, MACHINE_OUT);
		break;
	case MACHINE_CLOSED:
		if (machine->transport.job == NULL)
			room_enter(machine, MACHINE_OUT);
		break; /* it is about to end, or is ended when that is due */
	case MACHINE_STARTING:
	case MACHINE_DOWN:
		room_enter(machine, MACHINE_OUT);
		transport_end(&machine->transport);
		break;
	case MACHINE_QUITTING:
	case MACHINE_OUT:
	case MACHINE_STATES:
		break;
	}
}

bool
machine_has_ended(const struct machine *machine)
{
	return machine->transport.job == NULL && machine->link == NULL;
}

void
machine_answer(
    struct machine *machine, uint32_t client, int kind, int32_t detail)
{
	const struct remote_answer answer = { (uint8_t)kind, detail };

	if (machine->link != NULL)
		link_answer(machine->link, client, &answer);
}

void
machine_turn(struct machine *machine)
{
	bool due = machine->until_ns <= loop_now(loop_of(machine));
	const struct machine_clients *clients =
	    &machine->scope->machines.clients;

	/* until the machine is lost, its jobs are the link's */
	if (machine->link != NULL && machine->state != MACHINE_FAILED &&
	    (machine->link_over || machine->state == MACHINE_OUT)) {
		link_free(machine->link);
		machine->link = NULL;
		clients->lost(clients->arg, machine);
	}
	if (!due)
		return;
	if (machine->end.link_why != NULL &&
	    (machine->state == MACHINE_STARTING ||
		machine->state == MACHINE_FAILED)) {
		machine_lose(machine, machine->end.link_why, machine->end.gone);
	} else if (machine->state == MACHINE_STARTING) {
		msg_warn(
		    "waiting for machine '%s' to answer", machine->host->shown);
		clear_due(machine);
		show_said(machine);
	} else if (machine->state == MACHINE_QUITTING) {
		machine_lose(machine, "it does not end", false);
	} else if (machine->state == MACHINE_CLOSED) {
		if (machine->transport.job != NULL)
			transport_end(&machine->transport);
		else if (machine->link == NULL)
			room_enter(machine, MACHINE_DOWN);
	}
}
