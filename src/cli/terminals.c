#include "terminals.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "reading.h"
#include "sys/pty.h"

/* Tries whether a terminal can be had.  Returns 0, or -1 after a message. */
static int
check_machine(void)
{
	struct winsize size;
	int fds[2];

	pty_own_size(&size);
	if (pty_open(&size, fds) < 0) {
		msg_warn("--pty: no pseudo-terminal can be had: %s (is "
			 "/dev/pts mounted?)",
		    strerror(errno));
		return -1;
	}
	close(fds[0]);
	close(fds[1]);
	return 0;
}

int
terminals_conclude(const struct reading *reading)
{
	const struct options *options = &reading->options;
	const struct scope_options *scope = &options->scope;

	if (!scope->output.terminals)
		return 0;
	if (scope->output.mode == OUTPUT_UNGROUP) {
		msg_warn("--pty and --ungroup do not go together: with "
			 "--ungroup jobs write to nursery's own terminal (try "
			 "--pty --lb)");
		return -1;
	}
	if (scope->machines.carrier != CARRIER_NONE) {
		msg_warn("--pty is for this machine only: it does not go "
			 "together with --hosts, --hostfile and --slurm");
		return -1;
	}
	return options->action == OPTIONS_RUN ? check_machine() : 0;
}
