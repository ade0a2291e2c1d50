#include "hosted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "reading.h"
#include "remote/agent.h"
#include "remote/message.h"
#include "sharing.h"
#include "sys/cpu.h"
#include "sys/loop.h"

int
hosted_set(struct reading *reading, const char *value)
{
	if (strlen(value) != REMOTE_NONCE_LEN ||
	    strspn(value, "0123456789abcdef") != REMOTE_NONCE_LEN)
		return reading_bad(reading, value,
		    "not what nursery gives to itself: this option is not for "
		    "users");
	reading->options.agent = reading_keep(reading, value);
	reading->options.action = OPTIONS_AGENT;
	return 0;
}

int
hosted_check(const struct reading *reading)
{
	if (reading->given.len == 1 && reading->options.words.len == 0)
		return 0;
	msg_warn("--agent takes no other option and no command: its controller "
		 "sends them");
	return -1;
}

/* True if env has the variable of that name. */
static bool
has(const struct strvec *env, const char *name, size_t len)
{
	for (size_t i = 0; i < env->len; i++)
		if (strncmp(env->items[i], name, len) == 0 &&
		    env->items[i][len] == '=')
			return true;
	return false;
}

/* Sets a variable that env may have already. */
static void
set(struct strvec *env, const char *name, const char *value)
{
	size_t len = strlen(name);
	char *variable = xasprintf("%s=%s", name, value);

	for (size_t i = 0; i < env->len; i++)
		if (strncmp(env->items[i], variable, len + 1) == 0) {
			free(env->items[i]);
			env->items[i] = variable;
			return;
		}
	strvec_take(env, variable);
}

/*
 * Our environment becomes that of the controller, but for what only this
 * machine knows: which devices are ours, and what it is called.
 */
static void
take_environment(struct options *options, struct remote_config *config)
{
	static const char *const here[] = { "CUDA_VISIBLE_DEVICES",
		"SLURMD_NODENAME", "TMPDIR" };
	static char *const none[] = { NULL };
	struct strvec *env = &config->env;

	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		const char *value = getenv(here[i]);
		bool chosen = strcmp(here[i], "TMPDIR") == 0 &&
		    has(env, here[i], strlen(here[i]));

		if (value != NULL && !chosen)
			set(env, here[i], value);
	}
	options->env.list = *env;
	*env = (struct strvec)STRVEC_INIT;
	environ = options->env.list.len > 0 ? options->env.list.items
					    : (char **)(uintptr_t)none;
}

/* What jobs need to know, or the scope. */
static void
take_options(struct options *options, struct remote_config *config)
{
	struct scope_options *scope = &options->scope;
	struct job_options *job = &scope->job;

	options->shell = config->shell;
	config->shell = (struct strvec)STRVEC_INIT;
	job->shell = options->shell.items;
	job->direct = config->direct;
	job->cancel_signal = (int)config->signo;
	job->grace_ns = (int64_t)config->grace_ns;
	job->orphans = (enum orphans_policy)config->orphans;
	job->limits = (struct limits){ (int64_t)config->limits[0],
		(int64_t)config->limits[1], (int64_t)config->limits[2] };
	job->wrapping.input =
	    (struct input_file){ .variable = config->file.variable,
		    .fifo = config->file.fifo };
	config->file.variable = NULL; /* the scope outlives it */
	scope->limits.told_ns = config->deadline_ns <= INT64_MAX
	    ? (int64_t)config->deadline_ns
	    : NS_NEVER;
	scope->machines.self = config->host; /* which the scope outlives */
	scope->machines.told = (struct host_told){ config->parallel.pid,
		config->parallel.login, config->parallel.host };
	config->host = NULL;
	config->parallel = (struct remote_parallel){ .login = NULL };
	scope->halt.when = HALT_NEVER;
	scope->jobs = 0;
	scope->output.mode = OUTPUT_GROUP;
	scope->output.show = OUTPUT_SHOW_NONE;
	scope->output.one_log = config->joined;
	scope->output.apart = !config->joined;
	scope->progress.when = PROGRESS_NEVER;
	scope->report.quiet = true;
	scope->report.told_elsewhere = true;
	scope->nested = false; /* the controller's jobs are not our parent's */
}

/*
 * Makes us a job server, if we are to be one.  Returns 0, or -1 after telling
 * the controller why that cannot be.
 */
static int
share(struct agent *agent, struct share_options *options,
    const struct remote_share *wanted)
{
	const struct jobs_limit limit = { (enum jobs_kind)wanted->kind,
		(int64_t)wanted->n };
	int cpus = wanted->cpus > 0 ? (int)wanted->cpus : cpu_count();

	if (wanted->serves == JOBSERVER_NONE ||
	    sharing_serve(options, (enum jobserver_kind)wanted->serves,
		jobs_limit_resolve(&limit, cpus)) == 0)
		return 0;
	agent_refuse(agent,
	    "--jobserver cannot serve so many jobs (give -j a "
	    "smaller number)");
	return -1;
}

/* Returns 0, or -1 after telling the controller that it is not there. */
static int
enter(struct agent *agent, const char *directory)
{
	char *sentence;

	if (chdir(directory) == 0)
		return 0;
	if (errno == ENOENT)
		sentence = xasprintf(
		    "the directory '%s' is not on this machine", directory);
	else
		sentence = xasprintf("cannot enter the directory '%s': %s",
		    directory, strerror(errno));
	agent_refuse(agent, sentence);
	free(sentence);
	return -1;
}

struct agent *
hosted_open(struct options *options)
{
	struct remote_config config;
	struct agent *agent = agent_open(options->agent, &config);

	if (agent == NULL)
		return NULL;
	umask((mode_t)config.umask & 0777);
	take_environment(options, &config);
	if (enter(agent, config.directory) < 0 ||
	    share(agent, &options->scope.share, &config.share) < 0) {
		message_release_config(&config);
		agent_free(agent);
		return NULL;
	}
	take_options(options, &config);
	message_release_config(&config);
	options->scope.agent = agent;
	return agent;
}
