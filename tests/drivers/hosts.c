/*
 * The machines of src/remote: what is made of lists and files, and the commands
 * that start agents there.  A sentence that says what is wrong becomes "error:
 * SENTENCE" and status 1.
 */
#include <stdlib.h>

#include "base/strvec.h"
#include "remote/allocation.h"
#include "remote/carrier.h"
#include "remote/host.h"
#include "remote/sshlogin.h"

#include "verbs.h"

static int
refused(char *wrong)
{
	int status = verb_refused(wrong);

	free(wrong);
	return status;
}

/* One machine a line: NAME SHOWN CPUS, and ":" or a command of its own. */
static int
print_hosts(struct hosts *hosts, char *wrong)
{
	for (size_t i = 0; i < hosts->len && wrong == NULL; i++) {
		const struct host *host = &hosts->items[i];

		printf("%s %s %" PRId64, host->name,
		    host->here ? "here" : host->shown, host->cpus);
		if (host->here)
			printf(" :");
		if (host->carrier != NULL)
			printf(" '%s'", host->carrier);
		printf("\n");
	}
	hosts_release(hosts);
	return wrong == NULL ? 0 : refused(wrong);
}

static int
verb_list(char **args)
{
	struct hosts hosts = { .items = NULL };
	char *wrong = NULL;

	for (; *args != NULL && wrong == NULL; args++)
		wrong = sshlogin_add_list(&hosts, *args);
	return print_hosts(&hosts, wrong);
}

static int
verb_file(char **args)
{
	struct hosts hosts = { .items = NULL };
	char *wrong = sshlogin_add_file(&hosts, args[0]);

	return print_hosts(&hosts, wrong);
}

static int
verb_allocation(char **args)
{
	struct hosts hosts = { .items = NULL };
	char *wrong = allocation_add_nodes(&hosts);

	(void)args;
	return print_hosts(&hosts, wrong);
}

/* One command a line, each word in brackets. */
static int
print_commands(struct machine_options *options, char *wrong)
{
	struct strvec argv = STRVEC_INIT;

	if (wrong == NULL)
		wrong = carrier_check(options);
	for (size_t i = 0; i < options->hosts.len && wrong == NULL; i++) {
		carrier_command(options, &options->hosts.items[i], "0f", &argv);
		for (size_t k = 0; k < argv.len; k++)
			printf("%s[%s]", k > 0 ? " " : "", argv.items[k]);
		printf("\n");
		strvec_clear(&argv);
	}
	strvec_release(&argv);
	hosts_release(&options->hosts);
	return wrong == NULL ? 0 : refused(wrong);
}

/* ssh LIST [PATH] */
static int
verb_ssh(char **args)
{
	struct machine_options options = { .carrier = CARRIER_SSH,
		.agent_path = args[1] };

	return print_commands(
	    &options, sshlogin_add_list(&options.hosts, args[0]));
}

/* command LIST COMMAND [PATH] */
static int
verb_command(char **args)
{
	struct machine_options options = { .carrier = CARRIER_COMMAND,
		.command = args[1],
		.agent_path = args[2] };

	return print_commands(
	    &options, sshlogin_add_list(&options.hosts, args[0]));
}

/* srun PATH [OPTIONS] */
static int
verb_srun(char **args)
{
	struct machine_options options = {
		.carrier = CARRIER_SLURM, .srun = args[1], .agent_path = args[0]
	};

	return print_commands(&options, allocation_add_nodes(&options.hosts));
}

/* environment ssh|slurm */
static int
verb_environment(char **args)
{
	struct machine_options options = { .carrier = CARRIER_SSH };
	struct strvec env = STRVEC_INIT;

	if (strcmp(args[0], "slurm") == 0)
		options.carrier = CARRIER_SLURM;
	carrier_environment(&options, &env);
	for (size_t i = 0; i < env.len; i++)
		puts(env.items[i]);
	strvec_release(&env);
	return 0;
}

/* slots JOBS HOST CPUS: JOBS as of -j, CPUS that the machine has */
static int
verb_slots(char **args)
{
	struct machine_options options = { .carrier = CARRIER_SSH };
	char *wrong = sshlogin_add_list(&options.hosts, args[1]);
	int64_t cpus;

	if (wrong != NULL || parse_jobs(args[0], &options.jobs) < 0 ||
	    parse_count(args[2], 1, INT_MAX, &cpus) < 0)
		return 125;
	verb_number(host_slots(&options, &options.hosts.items[0], (int)cpus));
	hosts_release(&options.hosts);
	return 0;
}

static const struct verb verbs[] = {
	{ "list", 1, VERB_ANY, verb_list },
	{ "file", 1, 1, verb_file },
	{ "allocation", 0, 0, verb_allocation },
	{ "ssh", 1, 2, verb_ssh },
	{ "command", 2, 3, verb_command },
	{ "srun", 1, 2, verb_srun },
	{ "environment", 1, 1, verb_environment },
	{ "slots", 3, 3, verb_slots },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
