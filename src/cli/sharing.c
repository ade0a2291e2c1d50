#include "sharing.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "jobserver/makeflags.h"
#include "jobserver/tokens.h"
#include "reading.h"
#include "setting.h"
#include "sys/answer.h"
#include "sys/cpu.h"

/* How many tokens, of one byte each, a pipe of the usual size holds. */
#define JOBS_MAX 65536

int
sharing_set(struct reading *reading, const char *value)
{
	static const char *const names[] = { "fifo", "pipe" };
	static const enum jobserver_kind kinds[] = { JOBSERVER_FIFO,
		JOBSERVER_PIPE };
	struct scope_options *wanted = &reading->options.scope;
	int which = 0;

	if (value != NULL)
		which = READING_CHOOSE(reading, value, names);
	if (which < 0)
		return -1;
	wanted->share.serves = value != NULL ? kinds[which] : JOBSERVER_ANY;
	return 0;
}

/* True if make is here and is so old (before 4.4) that a FIFO stops it. */
static bool
make_needs_pipe(void)
{
	static char name[] = "make", option[] = "--version";
	static const char gnu[] = "GNU Make ", few[] = "0123";
	char *const argv[] = { name, option, NULL };
	struct buf answer = BUF_INIT;
	char text[128], *at = text + strlen(gnu);

	answer_read(argv, true, sizeof(text) - 1, &answer);
	buf_append(&answer, "", 1);
	strlcpy(text, answer.data, sizeof(text));
	buf_release(&answer);
	if (strncmp(text, gnu, strlen(gnu)) != 0)
		return false;
	/* 3.82, 4.3, 4.4.1: one digit is before the point */
	if (at[0] != '4' || at[1] != '.')
		return strchr("123", at[0]) != NULL && at[1] == '.';
	return strchr(few, at[2]) != NULL && !isdigit((unsigned char)at[3]);
}

int
sharing_serve(
    struct share_options *share, enum jobserver_kind kind, int64_t jobs)
{
	if (jobs == 0 || jobs > JOBS_MAX)
		return -1;
	if (kind == JOBSERVER_ANY)
		kind = make_needs_pipe() ? JOBSERVER_PIPE : JOBSERVER_FIFO;
	share->serves = kind;
	share->jobs = jobs;
	return 0;
}

int
sharing_refuse(void)
{
	msg_warn("--jobserver needs a number of jobs for all that run (give -j "
		 "a number from 1 to %d)",
	    JOBS_MAX);
	return -1;
}

static int
conclude_server(struct reading *reading)
{
	struct scope_options *wanted = &reading->options.scope;

	if (wanted->jobs == 0 && !reading->have_jobs)
		wanted->jobs = cpu_count();
	if (sharing_serve(&wanted->share, wanted->share.serves, wanted->jobs) ==
	    0)
		return 0;
	return sharing_refuse();
}

/*
 * What make does if it cannot use the server that it was given.  Make closes
 * the descriptors for commands that it does not take for another make.
 */
static void
do_without(struct scope_options *wanted, const char *why)
{
	msg_warn("the job server in MAKEFLAGS cannot be used (%s): one job "
		 "runs at a time (put '+' before the line in the makefile, or "
		 "give -j)",
	    why);
	wanted->jobs = 1;
	wanted->jobs_listed = 0;
}

static void
conclude_client(struct reading *reading)
{
	struct scope_options *wanted = &reading->options.scope;
	struct jobserver_address address = JOBSERVER_ADDRESS_NONE;
	int found = makeflags_find_in_environment(&address);

	if (found == 0)
		return;
	if (found < 0) {
		do_without(wanted, "nursery does not know its kind");
		return;
	}
	reading->options.tokens = tokens_open(&address);
	wanted->share.tokens = reading->options.tokens;
	if (wanted->share.tokens == NULL)
		do_without(wanted,
		    errno == ENOENT && address.kind == JOBSERVER_PIPE
			? "its descriptors are not open"
			: strerror(errno));
	else
		wanted->jobs = 0; /* the tokens are the limit */
	makeflags_release(&address);
}

int
sharing_conclude(struct reading *reading)
{
	const struct options *options = &reading->options;

	if (options->action != OPTIONS_RUN || options->parallel ||
	    options->scope.machines.carrier != CARRIER_NONE)
		return 0;
	if (options->scope.share.serves != JOBSERVER_NONE)
		return conclude_server(reading);
	if (!reading->have_jobs)
		conclude_client(reading);
	return 0;
}
