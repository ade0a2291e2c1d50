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
#include "spawn/request.h"
#include "sys/loop.h"
#include "sys/rundir.h"

#define VALUE_MAX (RUNDIR_MAX + 48)

enum {
	ENV_NAME, /* first, so that it can be left out */
	ENV_PID,
	ENV_ID,
	ENV_SEQ,
	ENV_SLOT,
	ENV_ATTEMPT,
	ENV_GRACE,
	ENV_DEADLINE,
	ENV_SOCKET,
	ENV_PARALLEL_PID, /* from here on only for parallel */
	ENV_PARALLEL_SEQ,
	ENV_PARALLEL_SLOT,
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
	[ENV_SOCKET] = "NURSERY_SOCKET=",
	[ENV_PARALLEL_PID] = "PARALLEL_PID=",
	[ENV_PARALLEL_SEQ] = "PARALLEL_SEQ=",
	[ENV_PARALLEL_SLOT] = "PARALLEL_JOBSLOT=",
};

struct environment {
	char ours[N_ENV][VALUE_MAX];
	bool is_set[N_ENV]; /* false: jobs get what we inherited */
	char **envp;        /* ours first, then what we inherited */
	size_t n_ours;      /* how many strings of envp are in ours */
};

static void
choose(struct environment *env, const struct environment_facts *facts)
{
	for (int i = 0; i < N_ENV; i++)
		env->is_set[i] = i < ENV_PARALLEL_PID || facts->parallel;
	env->is_set[ENV_SOCKET] = facts->socket != NULL;
	env->is_set[ENV_DEADLINE] = facts->limit_ns != NS_NEVER;
}

/* The index in names of a variable that nursery may set; -1: another one. */
static int
which_name(const char *variable)
{
	for (int i = 0; i < N_ENV; i++)
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return i;
	return -1;
}

static void
set(struct environment *env, int which, int64_t value)
{
	snprintf(
	    env->ours[which], VALUE_MAX, "%s%" PRId64, names[which], value);
}

static void
set_string(struct environment *env, int which, const char *value)
{
	snprintf(env->ours[which], VALUE_MAX, "%s%s", names[which], value);
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

struct environment *
environment_new(const struct environment_facts *facts)
{
	struct environment *env = xcalloc(1, sizeof(*env));
	size_t n = 0, used = 0;

	while (environ[n] != NULL)
		n++;
	env->envp = xcalloc(n + N_ENV + 1, sizeof(*env->envp));
	choose(env, facts);
	set(env, ENV_PID, facts->pid);
	set(env, ENV_PARALLEL_PID, facts->pid);
	set(env, ENV_GRACE, facts->grace_ns / NS_PER_MS * 4 / 5);
	set(env, ENV_DEADLINE, deadline_s(facts->limit_ns));
	if (facts->socket != NULL)
		set_string(env, ENV_SOCKET, facts->socket);
	for (int i = 0; i < N_ENV; i++)
		if (env->is_set[i])
			env->envp[used++] = env->ours[i];
	env->n_ours = used;
	for (size_t i = 0; i < n; i++) {
		int which = which_name(environ[i]);

		/* an outer nursery's socket is not for our jobs */
		if (which < 0 || (!env->is_set[which] && which != ENV_SOCKET))
			env->envp[used++] = environ[i];
	}
	return env;
}

void
environment_free(struct environment *env)
{
	if (env == NULL)
		return;
	free(env->envp);
	free(env);
}

char *const *
environment_of_job(struct environment *env, const struct environment_job *job)
{
	set(env, ENV_ID, (int64_t)job->id);
	set(env, ENV_SEQ, (int64_t)job->seq);
	set(env, ENV_SLOT, job->slot);
	set(env, ENV_PARALLEL_SEQ, (int64_t)job->seq);
	set(env, ENV_PARALLEL_SLOT, job->slot);
	set(env, ENV_ATTEMPT, job->attempt);
	if (job->name == NULL)
		return env->envp + 1;
	set_string(env, ENV_NAME, job->name);
	return env->envp;
}

char **
environment_with(char *const *envp, const char *name, const char *value)
{
	size_t n = 0, used = 1, name_len = strlen(name);
	size_t size = name_len + 1 + strlen(value) + 1;
	char **copy;

	while (envp[n] != NULL)
		n++;
	copy = xmalloc((n + 2) * sizeof(*copy) + size);
	copy[0] = (char *)(copy + n + 2);
	snprintf(copy[0], size, "%s=%s", name, value);
	for (size_t i = 0; i < n; i++)
		if (strncmp(envp[i], name, name_len) != 0 ||
		    envp[i][name_len] != '=')
			copy[used++] = envp[i];
	copy[used] = NULL;
	return copy;
}

/* False for a variable that a nursery has set: it is not true of our jobs. */
static bool
is_callers(const struct environment *env, const char *variable)
{
	int which = which_name(variable);

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
		if (which_name(*inherited) == ENV_DEADLINE) {
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
