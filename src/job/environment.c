#include "environment.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/xalloc.h"
#include "jobserver/makeflags.h"
#include "remote/host.h"
#include "spawn/request.h"
#include "sys/loop.h"
#include "sys/machine.h"
#include "sys/rundir.h"

/* Longer than the longest name of a machine, 253 bytes. */
#define VALUE_MAX 320
_Static_assert(VALUE_MAX >= RUNDIR_MAX + 48, "paths fit");

/* What jobs with a terminal get; the first only if we do not have it. */
static const char *const terminal_vars[] = { "TERM=xterm", "PAGER=cat",
	"GIT_PAGER=cat" };
#define N_TERMINAL_VARS (sizeof(terminal_vars) / sizeof(terminal_vars[0]))

enum {
	ENV_NAME, /* first, so that it can be left out */
	ENV_PID,
	ENV_ID,
	ENV_SEQ,
	ENV_SLOT,
	ENV_ATTEMPT,
	ENV_GRACE,
	ENV_DEADLINE,
	ENV_HOST,
	ENV_SOCKET,
	ENV_PARALLEL_PID, /* from here on only for parallel */
	ENV_PARALLEL_SEQ,
	ENV_PARALLEL_SLOT,
	ENV_PARALLEL_SLOT0,
	ENV_PARALLEL_LOGIN,
	ENV_PARALLEL_HOST,
	N_ENV
};

static const char *const names[N_ENV] = {
	[ENV_NAME] = "NURSERY_NAME=",
	[ENV_PID] = "NURSERY_PID=",
	[ENV_ID] = "NURSERY_ID=",
	[ENV_SEQ] = "NURSERY_SEQ=",
	[ENV_SLOT] = "NURSERY_SLOT=",
	[ENV_ATTEMPT] = "NURSERY_ATTEMPT=",
	[ENV_GRACE] = "NURSERY_GRACE_MS=",
	[ENV_DEADLINE] = "NURSERY_DEADLINE=",
	[ENV_HOST] = "NURSERY_HOST=",
	[ENV_SOCKET] = "NURSERY_SOCKET=",
	[ENV_PARALLEL_PID] = "PARALLEL_PID=",
	[ENV_PARALLEL_SEQ] = "PARALLEL_SEQ=",
	[ENV_PARALLEL_SLOT] = "PARALLEL_JOBSLOT=",
	[ENV_PARALLEL_SLOT0] = "PARALLEL_JOBSLOT0=",
	[ENV_PARALLEL_LOGIN] = "PARALLEL_SSHLOGIN=",
	[ENV_PARALLEL_HOST] = "PARALLEL_SSHHOST=",
};

struct environment {
	char ours[N_ENV][VALUE_MAX];
	char *login[2]; /* instead of the last two of these; owned, or NULL */
	bool is_set[N_ENV];  /* false: jobs get what we inherited */
	char **envp;         /* ours first, then what we inherited */
	size_t n_ours;       /* how many strings of envp are in ours */
	char *makeflags;     /* one of envp; owned; NULL: it is inherited */
	char *slot_variable; /* what ENV_PARALLEL_SLOT0 is called; owned */
	char **one_more; /* envp for the last job that had one more; owned */
	char *extra;     /* the one more; owned */
};

static void
choose(struct environment *env, const struct environment_facts *facts)
{
	for (int i = 0; i < N_ENV; i++)
		env->is_set[i] =
		    i < ENV_PARALLEL_PID || facts->parallel != NULL;
	env->is_set[ENV_SOCKET] = facts->socket != NULL;
	env->is_set[ENV_DEADLINE] = facts->limit_ns != NS_NEVER;
}

/* The name of a variable, with its =. */
static const char *
name_of(const struct environment *env, int which)
{
	return which == ENV_PARALLEL_SLOT0 && env->slot_variable != NULL
	    ? env->slot_variable
	    : names[which];
}

/* The number of a variable that nursery may set; -1: another one. */
static int
which_name(const struct environment *env, const char *variable)
{
	for (int i = 0; i < N_ENV; i++) {
		const char *name = name_of(env, i);

		if (strncmp(variable, name, strlen(name)) == 0)
			return i;
	}
	return -1;
}

static void
set(struct environment *env, int which, int64_t value)
{
	snprintf(env->ours[which], VALUE_MAX, "%s%" PRId64, name_of(env, which),
	    value);
}

static void
set_string(struct environment *env, int which, const char *value)
{
	snprintf(
	    env->ours[which], VALUE_MAX, "%s%s", name_of(env, which), value);
}

/* Unix time when our scope closes, or an outer one if that is earlier. */
static int64_t
deadline_s(int64_t limit_ns)
{
	const char *outer = getenv("NURSERY_DEADLINE");
	int64_t limit_s = limit_ns / NS_PER_S + (limit_ns % NS_PER_S > 0);
	int64_t at_s = (int64_t)time(NULL) + limit_s, outer_s;

	if (outer != NULL && parse_count(outer, 0, INT64_MAX, &outer_s) == 0 &&
	    outer_s < at_s)
		return outer_s;
	return at_s;
}

/* Adds them to the first strings of envp.  Returns how many these are then. */
static size_t
add_terminal_vars(struct environment *env, size_t used)
{
	for (size_t i = 0; i < N_TERMINAL_VARS; i++) {
		const char *variable = terminal_vars[i];
		size_t name_len = strcspn(variable, "=") + 1, j = env->n_ours;

		while (
		    j < used && strncmp(env->envp[j], variable, name_len) != 0)
			j++;
		if (j == used)
			used++;
		else if (i == 0)
			continue;
		env->envp[j] = (char *)variable;
	}
	return used;
}

/* The names of machines may be of any length, with all the words for ssh. */
static void
set_parallel(struct environment *env, const struct host_told *told)
{
	const char *values[] = { told->login, told->host };

	set(env, ENV_PARALLEL_PID, told->pid);
	for (int i = 0; i < 2; i++)
		env->login[i] =
		    xasprintf("%s%s", names[ENV_PARALLEL_LOGIN + i], values[i]);
}

struct environment *
environment_new(const struct environment_facts *facts)
{
	struct environment *env = xcalloc(1, sizeof(*env));
	char machine[MACHINE_NAME_MAX];
	size_t n = 0, used = 0;

	while (environ[n] != NULL)
		n++;
	env->envp =
	    xcalloc(n + N_ENV + N_TERMINAL_VARS + 2, sizeof(*env->envp));
	choose(env, facts);
	if (facts->slot_variable != NULL)
		env->slot_variable = xasprintf("%s=", facts->slot_variable);
	set(env, ENV_PID, facts->pid);
	set(env, ENV_GRACE, facts->grace_ns / NS_PER_MS * 4 / 5);
	set(env, ENV_DEADLINE, deadline_s(facts->limit_ns));
	set_string(env, ENV_HOST,
	    facts->host != NULL ? facts->host : machine_name(machine));
	if (facts->socket != NULL)
		set_string(env, ENV_SOCKET, facts->socket);
	if (facts->parallel != NULL)
		set_parallel(env, facts->parallel);
	for (int i = 0; i < N_ENV; i++)
		if (env->is_set[i])
			env->envp[used++] = i < ENV_PARALLEL_LOGIN
			    ? env->ours[i]
			    : env->login[i - ENV_PARALLEL_LOGIN];
	env->n_ours = used;
	for (size_t i = 0; i < n; i++) {
		int which = which_name(env, environ[i]);

		if (facts->makeflags != NULL &&
		    makeflags_is_variable(environ[i]))
			continue;
		/* an outer nursery's socket is not for our jobs */
		if (which < 0 || (!env->is_set[which] && which != ENV_SOCKET))
			env->envp[used++] = environ[i];
	}
	if (facts->terminals)
		used = add_terminal_vars(env, used);
	if (facts->makeflags != NULL) {
		env->makeflags = xasprintf("MAKEFLAGS=%s", facts->makeflags);
		env->envp[used] = env->makeflags;
	}
	return env;
}

void
environment_free(struct environment *env)
{
	if (env == NULL)
		return;
	free(env->envp);
	free(env->makeflags);
	free(env->one_more);
	free(env->extra);
	free(env->slot_variable);
	free(env->login[0]);
	free(env->login[1]);
	free(env);
}

char *const *
environment_of_job(struct environment *env, const struct environment_job *job)
{
	char *const *envp;

	set(env, ENV_ID, (int64_t)job->id);
	set(env, ENV_SEQ, (int64_t)job->seq);
	set(env, ENV_SLOT, job->slot);
	set(env, ENV_PARALLEL_SEQ, (int64_t)job->seq);
	set(env, ENV_PARALLEL_SLOT, job->slot);
	set(env, ENV_PARALLEL_SLOT0, job->slot - 1);
	set(env, ENV_ATTEMPT, job->attempt);
	if (job->name != NULL)
		set_string(env, ENV_NAME, job->name);
	envp = job->name != NULL ? env->envp : env->envp + 1;
	if (job->variable == NULL)
		return envp;
	free(env->one_more);
	free(env->extra);
	env->extra = xasprintf("%s=%s", job->variable, job->value);
	env->one_more =
	    environment_with(envp, (const char *const *)&env->extra, 1);
	return env->one_more;
}

/* True if one of the n variables has the name of this one. */
static bool
is_named(const char *const *variables, size_t n, const char *variable)
{
	size_t len = strcspn(variable, "=") + 1;

	for (size_t i = 0; i < n; i++)
		if (strncmp(variables[i], variable, len) == 0)
			return true;
	return false;
}

char **
environment_with(char *const *envp, const char *const *variables, size_t n)
{
	size_t all = 0, used = n;
	char **copy;

	while (envp[all] != NULL)
		all++;
	copy = xcalloc(all + n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = (char *)(uintptr_t)variables[i];
	for (size_t i = 0; i < all; i++)
		if (!is_named(variables, n, envp[i]))
			copy[used++] = envp[i];
	return copy;
}

/* False for a variable that a nursery has set: it is not true of our jobs. */
static bool
is_callers(const struct environment *env, const char *variable)
{
	int which = which_name(env, variable);

	return which < 0 || (which >= ENV_PARALLEL_PID && !env->is_set[which]);
}

char **
environment_of_request(
    const struct environment *env, const struct request *request)
{
	char *const *ours = env->envp + 1; /* spawned jobs have no name */
	size_t used = env->n_ours - 1;
	char **envp =
	    xcalloc(used + 1 + request->n_variables + 1, sizeof(*envp));
	const char *variable = request->variables;

	memcpy(envp, ours, used * sizeof(*envp));
	for (char *const *inherited = ours + used; *inherited != NULL;
	     inherited++) {
		if (which_name(env, *inherited) == ENV_DEADLINE) {
			envp[used++] = *inherited;
			break;
		}
	}
	for (uint64_t i = 0; i < request->n_variables; i++) {
		if (is_callers(env, variable))
			envp[used++] = (char *)variable;
		variable += strlen(variable) + 1;
	}
	return envp;
}
