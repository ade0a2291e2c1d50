/* Options for the machines that jobs run on, and how those are reached. */
#include <stdlib.h>

#include "base/msg.h"
#include "remote/sshlogin.h"
#include "setting.h"

static struct machine_options *
machines(struct reading *reading)
{
	return &reading->options.scope.machines;
}

/* Says the sentence, if it is one, and frees it.  Returns 0, or -1 if it was.
 */
static int
refuse(const struct reading *reading, char *sentence)
{
	if (sentence == NULL)
		return 0;
	msg_warn("%s: %s", reading->name, sentence);
	free(sentence);
	return -1;
}

static int
set_hosts(struct reading *reading, const char *value)
{
	return refuse(
	    reading, sshlogin_add_list(&machines(reading)->hosts, value));
}

static int
set_hostfile(struct reading *reading, const char *value)
{
	return refuse(
	    reading, sshlogin_add_file(&machines(reading)->hosts, value));
}

static int
set_slurm(struct reading *reading, const char *value)
{
	machines(reading)->carrier = CARRIER_SLURM;
	if (value != NULL)
		machines(reading)->srun = reading_keep(reading, value);
	return 0;
}

#define ONALL SET_TRUE(options.scope.machines.everywhere)
#define NONALL SET_TRUE(options.scope.machines.bare)

const struct setting opt_machine_settings[] = {
	{ "hosts", '\0', NURSERY, CALL(VALUE, set_hosts) },
	{ "hostfile", '\0', NURSERY, CALL(VALUE, set_hostfile) },
	{ "slurm", '\0', NURSERY, CALL(ATTACHED, set_slurm) },
	{ "carrier", '\0', NURSERY, STRING(options.scope.machines.command) },
	{ "agent-path", '\0', NURSERY,
	    STRING(options.scope.machines.agent_path) },
	{ "machine-timeout", '\0', NURSERY,
	    DURATION(options.scope.machines.lost_ns) },
	{ "sshlogin", 'S', PARALLEL, CALL(VALUE, set_hosts) },
	{ "sshloginfile", '\0', PARALLEL, CALL(VALUE, set_hostfile) },
	{ "slf", '\0', PARALLEL, CALL(VALUE, set_hostfile) },
	{ "onall", '\0', BOTH, ONALL },
	{ "nonall", '\0', BOTH, NONALL },
	SETTINGS_END,
};
