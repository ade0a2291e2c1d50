#include "machines.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/msg.h"
#include "reading.h"
#include "remote/allocation.h"
#include "remote/carrier.h"
#include "remote/message.h"
#include "sharing.h"
#include "sys/cpu.h"
#include "sys/loop.h"

static int
refuse(const char *sentence)
{
	msg_warn("%s", sentence);
	return -1;
}

/*
 * GNU parallel and many scripts name nothing but ":" to say that jobs run here:
 * that needs no agent.
 */
static bool
is_only_here(const struct hosts *hosts)
{
	return hosts->len == 1 && hosts->items[0].here;
}

/* What is left to say about this machine is how many jobs it runs. */
static void
settle_here(struct reading *reading)
{
	struct machine_options *machines = &reading->options.scope.machines;
	const struct host *here = &machines->hosts.items[0];

	if (here->cpus > 0) {
		int64_t jobs = host_slots(machines, here, cpu_count());

		reading->jobs = (struct jobs_limit){ JOBS_NUMBER, jobs };
		reading->have_jobs = true;
	}
	hosts_release(&machines->hosts);
	machines->everywhere = false;
}

/* Chooses the carrier.  Returns 0, or -1 after saying what it cannot be. */
static int
choose_carrier(struct machine_options *machines)
{
	bool slurm = machines->carrier == CARRIER_SLURM;

	if (slurm && machines->hosts.len > 0)
		return refuse("--slurm and a list of machines do not go "
			      "together: Slurm says which machines there are");
	if (slurm && machines->command != NULL)
		return refuse("--slurm and --carrier do not go together: with "
			      "--slurm it is srun that reaches the machines");
	if (machines->command != NULL && machines->hosts.len == 0)
		return refuse("--carrier needs machines (try --hosts n1,n2)");
	if (machines->command != NULL)
		machines->carrier = CARRIER_COMMAND;
	else if (machines->hosts.len > 0)
		machines->carrier = CARRIER_SSH;
	return 0;
}

/* Without machines, options about them make no sense. */
static int
check_without(const struct reading *reading)
{
	const struct machine_options *machines =
	    &reading->options.scope.machines;

	if (machines->lost_ns != REMOTE_LOST_S * NS_PER_S)
		return refuse("--machine-timeout needs machines (try --hosts "
			      "n1,n2, or --slurm)");
	if (machines->agent_path != NULL)
		return refuse("--agent-path needs machines (try --hosts n1,n2, "
			      "or --slurm)");
	if (machines->everywhere && !reading->options.parallel)
		return refuse(machines->bare
			? "--nonall needs machines (try --hosts n1,n2, or "
			  "--slurm)"
			: "--onall needs machines (try --hosts n1,n2, or "
			  "--slurm)");
	return 0;
}

/* Not we are the job server, but each agent is one for its machine. */
static int
settle_sharing(struct scope_options *scope)
{
	struct machine_options *machines = &scope->machines;
	struct share_options *share = &scope->share;

	machines->serves = (uint8_t)share->serves;
	share->serves = JOBSERVER_NONE;
	return machines->serves != JOBSERVER_NONE &&
		machines->jobs.kind == JOBS_NUMBER && machines->jobs.n == 0
	    ? sharing_refuse()
	    : 0;
}

int
machines_conclude(struct reading *reading)
{
	static const struct jobs_limit per_cpu = { JOBS_PERCENT, 100 };
	struct options *options = &reading->options;
	struct machine_options *machines = &options->scope.machines;

	if (machines->lost_ns < NS_PER_S)
		return refuse("--machine-timeout is at least one second (try "
			      "60s, the default)");
	machines->jobs = reading->have_jobs ? reading->jobs : per_cpu;
	machines->everywhere |= machines->bare;
	/* GNU parallel logs into -j machines, and runs one job at a time there
	 */
	if (machines->everywhere && options->parallel)
		machines->jobs = (struct jobs_limit){ JOBS_NUMBER, 1 };
	options->template.syntax.host = options->template.syntax.plus;
	if (machines->command == NULL && is_only_here(&machines->hosts) &&
	    machines->carrier == CARRIER_NONE) {
		settle_here(reading);
		return 0;
	}
	if (choose_carrier(machines) < 0)
		return -1;
	if (machines->carrier == CARRIER_NONE)
		return check_without(reading);
	options->template.syntax.host = true;
	return settle_sharing(&options->scope);
}

static int
check_nonall(const struct reading *reading)
{
	const struct options *options = &reading->options;

	if (!options->scope.machines.bare || options->parallel ||
	    reading->listed)
		return 0;
	return refuse("--nonall needs a command, which gets no arguments (try "
		      "--nonall uptime; --onall is for templates, too)");
}

int
machines_prepare(struct reading *reading)
{
	struct options *options = &reading->options;
	struct machine_options *machines = &options->scope.machines;
	const char *option = "--hosts";
	char *wrong = NULL;

	if (check_nonall(reading) < 0)
		return -1;
	if (options->action != OPTIONS_RUN || machines->carrier == CARRIER_NONE)
		return 0;
	if (machines->carrier == CARRIER_SLURM) {
		option = "--slurm";
		wrong = allocation_add_nodes(&machines->hosts);
	} else if (machines->carrier == CARRIER_COMMAND) {
		option = "--carrier";
	}
	if (wrong == NULL)
		wrong = carrier_check(machines);
	if (wrong != NULL) {
		msg_warn("%s: %s", option, wrong);
		free(wrong);
		return -1;
	}
	return 0;
}
