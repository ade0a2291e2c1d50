#include "environment.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "sys/loop.h"

#define VALUE_MAX 48

enum {
	ENV_PID,
	ENV_SEQ,
	ENV_SLOT,
	ENV_ATTEMPT,
	ENV_GRACE,
	ENV_DEADLINE,
	N_ENV
};

static const char *const names[N_ENV] = {
	[ENV_PID] = "NURSERY_PID=",
	[ENV_SEQ] = "NURSERY_SEQ=",
	[ENV_SLOT] = "NURSERY_SLOT=",
	[ENV_ATTEMPT] = "NURSERY_ATTEMPT=",
	[ENV_GRACE] = "NURSERY_GRACE_MS=",
	[ENV_DEADLINE] = "NURSERY_DEADLINE=",
};

struct environment {
	char ours[N_ENV][VALUE_MAX];
	char **envp; /* ours first, then what we inherited */
};

static bool
is_ours(const char *variable, bool keep_deadline)
{
	for (int i = 0; i < N_ENV; i++)
		if (!(i == ENV_DEADLINE && keep_deadline) &&
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

struct environment *
environment_new(int pid, int64_t grace_ns, int64_t timeout_ns)
{
	struct environment *env = xcalloc(1, sizeof(*env));
	bool keep_deadline = timeout_ns == NS_NEVER;
	size_t n = 0, used = 0;

	while (environ[n] != NULL)
		n++;
	env->envp = xcalloc(n + N_ENV + 1, sizeof(*env->envp));
	set(env, ENV_PID, pid);
	set(env, ENV_GRACE, grace_ns / NS_PER_MS * 4 / 5);
	for (int i = 0; i < N_ENV; i++)
		if (i != ENV_DEADLINE || !keep_deadline)
			env->envp[used++] = env->ours[i];
	if (!keep_deadline)
		set(env, ENV_DEADLINE,
		    time(NULL) + (timeout_ns + NS_PER_S - 1) / NS_PER_S);
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i], keep_deadline))
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
    struct environment *env, uint64_t seq, int64_t slot, int attempt)
{
	set(env, ENV_SEQ, (int64_t)seq);
	set(env, ENV_SLOT, slot);
	set(env, ENV_ATTEMPT, attempt);
	return env->envp;
}
