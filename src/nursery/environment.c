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
#include "nursery.h"
#include "sys/loop.h"

#define VALUE_MAX 48

enum {
	ENV_PID,
	ENV_SEQ,
	ENV_SLOT,
	ENV_ATTEMPT,
	ENV_GRACE,
	ENV_DEADLINE,
	ENV_PARALLEL_PID, /* this and what follows: only for parallel */
	ENV_PARALLEL_SEQ,
	ENV_PARALLEL_SLOT,
	N_ENV
};

static const char *const names[N_ENV] = {
	[ENV_PID] = "NURSERY_PID=",
	[ENV_SEQ] = "NURSERY_SEQ=",
	[ENV_SLOT] = "NURSERY_SLOT=",
	[ENV_ATTEMPT] = "NURSERY_ATTEMPT=",
	[ENV_GRACE] = "NURSERY_GRACE_MS=",
	[ENV_DEADLINE] = "NURSERY_DEADLINE=",
	[ENV_PARALLEL_PID] = "PARALLEL_PID=",
	[ENV_PARALLEL_SEQ] = "PARALLEL_SEQ=",
	[ENV_PARALLEL_SLOT] = "PARALLEL_JOBSLOT=",
};

struct environment {
	char ours[N_ENV][VALUE_MAX];
	char **envp; /* ours first, then what we inherited */
};

/* Whether nursery sets the variable; else jobs get what we inherited. */
static bool
is_set(const struct nursery_options *options, int which)
{
	if (which == ENV_DEADLINE)
		return options->timeout_ns != NS_NEVER ||
		    options->move_on_ns != NS_NEVER;
	return which < ENV_PARALLEL_PID || options->parallel;
}

static bool
is_ours(const char *variable, const struct nursery_options *options)
{
	for (int i = 0; i < N_ENV; i++)
		if (is_set(options, i) &&
		    strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void
set(struct environment *env, int which, int64_t value)
{
	snprintf(
	    env->ours[which], VALUE_MAX, "%s%" PRId64, names[which], value);
}

/* Unix time when the scope closes, ours or an outer one, the earlier counts. */
static int64_t
deadline_s(const struct nursery_options *options)
{
	const char *outer = getenv("NURSERY_DEADLINE");
	int64_t limit_ns = options->timeout_ns < options->move_on_ns
	    ? options->timeout_ns
	    : options->move_on_ns;
	int64_t limit_s = limit_ns / NS_PER_S + (limit_ns % NS_PER_S > 0);
	int64_t at_s = (int64_t)time(NULL) + limit_s, outer_s;

	if (outer != NULL && parse_count(outer, 0, INT64_MAX, &outer_s) == 0 &&
	    outer_s < at_s)
		return outer_s;
	return at_s;
}

struct environment *
environment_new(int pid, const struct nursery_options *options)
{
	struct environment *env = xcalloc(1, sizeof(*env));
	size_t n = 0, used = 0;

	while (environ[n] != NULL)
		n++;
	env->envp = xcalloc(n + N_ENV + 1, sizeof(*env->envp));
	set(env, ENV_PID, pid);
	set(env, ENV_PARALLEL_PID, pid);
	set(env, ENV_GRACE, options->grace_ns / NS_PER_MS * 4 / 5);
	set(env, ENV_DEADLINE, deadline_s(options));
	for (int i = 0; i < N_ENV; i++)
		if (is_set(options, i))
			env->envp[used++] = env->ours[i];
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i], options))
			env->envp[used++] = environ[i];
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
environment_of_job(
    struct environment *env, uint64_t seq, int64_t slot, int64_t attempt)
{
	set(env, ENV_SEQ, (int64_t)seq);
	set(env, ENV_SLOT, slot);
	set(env, ENV_PARALLEL_SEQ, (int64_t)seq);
	set(env, ENV_PARALLEL_SLOT, slot);
	set(env, ENV_ATTEMPT, attempt);
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
