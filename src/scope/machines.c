#include "machines.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "closing.h"
#include "contain/front.h"
#include "job/elsewhere.h"
#include "job/retry.h"
#include "jobserver/makeflags.h"
#include "machine.h"
#include "remote/host.h"
#include "remote/link.h"
#include "remote/message.h"
#include "report/report.h"
#include "state.h"

/* sshd refuses some of more than ten that have not logged in yet. */
#define STARTS_AT_ONCE 8
/* An agent believes that we are gone after so many times our own patience. */
#define DEAD_MAN_FACTOR 2

/*
 * True for a variable that names a job server here, which nobody can reach from
 * another machine.  One of an agent's own takes its place.
 */
static bool
names_server(const char *variable, bool replaced)
{
	struct jobserver_address address = JOBSERVER_ADDRESS_NONE;
	int found;

	if (replaced || !makeflags_is_variable(variable))
		return false;
	found = makeflags_find(strchr(variable, '=') + 1, &address);
	makeflags_release(&address);
	return found != 0;
}

/* What holds for all jobs, for each agent. */
static void
make_config(const struct scope *scope, struct remote_config *config)
{
	const struct job_options *options = &scope->options->job;
	const struct machine_options *machines = &scope->options->machines;
	char *here = get_current_dir_name();
	mode_t mask = umask(0);

	umask(mask);
	*config = (struct remote_config){
		.directory = options->directory != NULL
		    ? xstrdup(options->directory)
		    : here,
		.umask = mask,
		.direct = options->direct,
		.joined = output_is_joined(scope->context.output),
		.orphans = (uint8_t)options->orphans,
		.signo = (uint32_t)options->cancel_signal,
		.grace_ns = (uint64_t)options->grace_ns,
		.limits = { (uint64_t)options->limits.memory,
		    (uint64_t)options->limits.pids,
		    (uint64_t)options->limits.cpu },
		.dead_man_s =
		    (uint32_t)(machines->lost_ns / NS_PER_S * DEAD_MAN_FACTOR),
		.share = { machines->serves, (uint8_t)machines->jobs.kind,
		    (uint64_t)machines->jobs.n, 0 },
	};
	if (options->wrapping.input.variable != NULL)
		config->file = (struct remote_file){
			xstrdup(options->wrapping.input.variable),
			options->wrapping.input.fifo
		};
	if (config->directory == NULL)
		msg_fatal("cannot tell machines in which directory to work: "
			  "the current one is gone");
	if (config->directory != here)
		free(here);
	for (char **variable = environ; *variable != NULL; variable++)
		if (!names_server(*variable, machines->serves))
			strvec_push(&config->env, *variable);
	strvec_push_all(&config->shell, options->shell);
}

void
machines_init(struct scope *scope)
{
	const struct machine_options *options = &scope->options->machines;
	struct machines *machines = &scope->machines;

	if (options->carrier == CARRIER_NONE)
		return;
	front_note_carriers(scope->front);
	room_init(&machines->room);
	machines->n = options->hosts.len;
	machines->items = xcalloc(machines->n, sizeof(*machines->items));
	machines->failed = xcalloc(machines->n, sizeof(*machines->failed));
	machines->config = xcalloc(1, sizeof(*machines->config));
	make_config(scope, machines->config);
	for (size_t i = 0; i < machines->n; i++)
		machine_init(
		    &machines->items[i], scope, &options->hosts.items[i]);
}

void
machines_release(struct scope *scope)
{
	struct machines *machines = &scope->machines;

	for (size_t i = 0; i < machines->n; i++)
		machine_release(&machines->items[i]);
	if (machines->config != NULL)
		message_release_config(machines->config);
	free(machines->config);
	free(machines->items);
	free(machines->failed);
}

void
machines_listen(struct scope *scope, const struct machine_clients *clients)
{
	scope->machines.clients = *clients;
}

/* How many carriers may be on their way: half as many for each refused one. */
static size_t
starts_at_once(const struct machines *machines)
{
	size_t n = STARTS_AT_ONCE;

	for (size_t i = 0; i < machines->room.refused && n > 1; i++)
		n /= 2;
	return n;
}

/* True if there are machines, but none can ever run a job again. */
static bool
are_all_out(const struct machines *machines)
{
	return machines->n > 0 &&
	    machines->room.counts[MACHINE_OUT] == machines->n;
}

/*
 * With --onall each job is to be told that its machine cannot be used, so none
 * waits for one that will never be there.
 */
static bool
must_fail(const struct scope *scope)
{
	return scope->options->machines.everywhere &&
	    are_all_out(&scope->machines);
}

bool
machines_have_room(struct scope *scope)
{
	struct machines *machines = &scope->machines;

	/* if none will ever have room, it is to show who needs it */
	return machines->n == 0 || room_first(&machines->room) != NULL ||
	    are_all_out(machines);
}

bool
machines_are_coming(const struct scope *scope)
{
	const size_t *counts = scope->machines.room.counts;

	return counts[MACHINE_DOWN] + counts[MACHINE_STARTING] > 0;
}

static bool
is_room_for(struct scope *scope, const struct job *job)
{
	const struct machine *only = job->place.bound;

	if (only == NULL)
		return room_first(&scope->machines.room) != NULL ||
		    must_fail(scope);
	return only->state == MACHINE_OUT || room_is_on(only);
}

bool
machines_allow(struct scope *scope, const struct job *job)
{
	bool allowed;

	if (!elsewhere_is(job))
		return true;
	/* what it has kept is for itself */
	room_count(job->place.kept, -1);
	allowed = is_room_for(scope, job);
	room_count(job->place.kept, 1);
	return allowed;
}

/*
 * The least loaded of the machines with room.  An attempt that follows a
 * failed one goes to another machine, if there is one.
 */
static struct machine *
choose(struct room *room, const struct job *job)
{
	struct machine *first = room_first(room), *next = NULL;

	if (first != NULL && job->attempt.number > 0 &&
	    job->place.host == first->host->shown)
		next = room_next(first);
	return next != NULL ? next : first;
}

void
machines_place(struct scope *scope, struct job *job)
{
	struct machine *machine;

	if (!elsewhere_is(job))
		return;
	machines_forget(job);
	machine = job->place.bound;
	if (machine == NULL)
		machine = choose(&scope->machines.room, job);
	if (machine == NULL || machine->state == MACHINE_OUT) {
		job->release.no_retry = true; /* the start fails */
		return;
	}
	/* while it waits for what it has spawned it does not count */
	if (job->n_waits == 0)
		room_count(machine, 1);
	elsewhere_place(job, machine, machine->host->shown, machine->link);
}

void
machines_unplace(struct job *job)
{
	struct machine *machine = job->place.machine;

	if (machine == NULL)
		return;
	if (job->n_waits == 0) {
		elsewhere_keep(job, machine);
		if (job->state != JOB_WAITING && !retry_may(job))
			machines_forget(job);
	}
	elsewhere_unplace(job);
}

void
machines_forget(struct job *job)
{
	room_count(job->place.kept, -1);
	elsewhere_keep(job, NULL);
}

void
machines_bind(struct scope *scope, size_t which, struct job *job)
{
	struct machine *machine = &scope->machines.items[which];

	elsewhere_bind(job, machine, machine->host->shown);
}

void
machines_failed(struct job *job)
{
	const struct machine *machine = job->place.bound;
	struct machines *machines;

	if (machine == NULL)
		return;
	machines = &machine->scope->machines;
	machines->failed[machine - machines->items] = true;
}

void
machines_count_failed(const struct scope *scope, struct scope_result *result)
{
	const struct machines *machines = &scope->machines;

	if (!scope->options->parallel.on ||
	    !scope->options->machines.everywhere)
		return;
	result->failed = 0;
	result->total = machines->n;
	for (size_t i = 0; i < machines->n; i++)
		result->failed += machines->failed[i];
}

void
machines_give_up(struct job *job)
{
	if (job->place.machine != NULL)
		machine_lose(job->place.machine,
		    "it does not end a job that it was told to kill", false);
}

/* True if a job waits for a machine, or is there. */
static bool
are_needed(const struct scope *scope)
{
	const struct job *job = scope->admission.pending;

	if (job != NULL && elsewhere_is(job))
		return true;
	TAILQ_FOREACH(job, &scope->roster.jobs, link)
		if (elsewhere_is(job))
			return true;
	return false;
}

void
machines_check(struct scope *scope)
{
	const struct machines *machines = &scope->machines;

	if (are_all_out(machines) && !must_fail(scope) && are_needed(scope) &&
	    scope->closing.stage == STAGE_OPEN && !closing_has_begun(scope))
		closing_cancel(scope, CLOSE_MACHINES);
}

struct job *
machines_next_carrier(struct scope *scope)
{
	struct machines *machines = &scope->machines;
	struct machine *down = TAILQ_FIRST(&machines->room.down);

	if (down == NULL || closing_has_begun(scope) ||
	    machines->room.counts[MACHINE_STARTING] >=
		starts_at_once(machines) ||
	    (feeds_are_over(&scope->feeds) && !are_needed(scope)))
		return NULL;
	return machine_carrier(down);
}

void
machines_turn(struct scope *scope)
{
	struct machine *machine;

	while (scope->machines.n > 0 &&
	    (machine = room_turn(&scope->machines.room)) != NULL)
		machine_turn(machine);
}

bool
machines_are_awaited(const struct scope *scope, char *buf, size_t size)
{
	const struct machines *machines = &scope->machines;
	size_t len = 0;

	buf[0] = '\0';
	if (machines->room.counts[MACHINE_READY] > 0)
		return false;
	for (size_t i = 0; i < machines->n; i++) {
		const struct machine *machine = &machines->items[i];

		if (machine->state == MACHINE_STARTING && len < size)
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
			    len > 0 ? ", " : "", machine->host->shown);
	}
	return len > 0;
}

void
machines_tell_waits(const struct scope *scope)
{
	char names[200], text[256];

	if (!machines_are_awaited(scope, names, sizeof(names)))
		return;
	snprintf(text, sizeof(text), "%s to answer", names);
	report_tell(scope->context.report,
	    &(struct report_event){ .kind = REPORT_WAITING, .text = text });
}

void
machines_suspend(struct scope *scope, bool stopping)
{
	struct machines *machines = &scope->machines;

	for (size_t i = 0; i < machines->n; i++)
		if (machines->items[i].link != NULL)
			link_suspend(machines->items[i].link, stopping);
}

void
machines_hang_up(struct scope *scope)
{
	struct machines *machines = &scope->machines;

	for (size_t i = 0; i < machines->n; i++)
		link_hang_up(machines->items[i].link);
}

bool
machines_end(struct scope *scope)
{
	struct machines *machines = &scope->machines;
	bool ended = true;

	for (size_t i = 0; i < machines->n; i++) {
		machine_quit(&machines->items[i]);
		ended &= machine_has_ended(&machines->items[i]);
	}
	return ended;
}
