#include "carrier.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/split.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "host.h"
#include "sys/process.h"

#define HOST "{host}"

/*
 * A dead connection is noticed after a minute at the latest; nobody is asked
 * for a password; no terminal and nothing of the user's is forwarded.
 */
static char *const ssh_options[] = {
	(char *)"-T",
	(char *)"-a",
	(char *)"-x",
	(char *)"-oBatchMode=yes",
	(char *)"-oConnectTimeout=10",
	(char *)"-oServerAliveInterval=15",
	(char *)"-oServerAliveCountMax=3",
	NULL,
};

/*
 * All CPUs that the job has on that node, which other steps of it may use, too.
 * -u: what is written comes at once.  The task's input must stay open.
 */
static char *const srun_options[] = {
	(char *)"-Q",
	(char *)"-N1",
	(char *)"-n1",
	(char *)"--overlap",
	(char *)"-u",
	(char *)"--mpi=none",
	(char *)"--export=ALL",
	(char *)"-Jnursery-agent",
	NULL,
};

/* The file that we were started from, from malloc(3). */
static char *
own_path(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return len > 0 ? xmemdup0(path, (size_t)len) : xstrdup("nursery");
}

/* Where nursery is on each machine, from malloc(3). */
static char *
agent_path(const struct machine_options *options)
{
	return options->agent_path != NULL ? xstrdup(options->agent_path)
					   : own_path();
}

/* Whether the path means itself in all shells: sh, csh, fish, zsh. */
static bool
is_plain(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789/._=-";

	return path[0] != '\0' && path[0] != '-' && path[0] != '=' &&
	    path[strspn(path, plain)] == '\0';
}

static char *
check_path(const struct machine_options *options)
{
	char *path = agent_path(options), *shown, *wrong = NULL;

	if (options->carrier != CARRIER_SLURM && !is_plain(path)) {
		shown = msg_short(path, strlen(path));
		wrong = xasprintf("'%s' cannot be passed through the shell of "
				  "another machine: only letters, digits and "
				  "/._=- can be in it (try --agent-path "
				  "/usr/local/bin/nursery)",
		    shown);
		free(shown);
	} else if (*path == '\0') {
		wrong = xstrdup("the path is empty");
	}
	free(path);
	return wrong;
}

/* Words that are to be run, or that srun is to get: program NULL. */
static char *
check_words(const char *text, const char *program)
{
	struct strvec words = STRVEC_INIT;
	char *shown = msg_short(text, strlen(text)), *wrong = NULL;

	if (split_words(text, &words) < 0)
		wrong = xasprintf("'%s' has a quote without an end", shown);
	else if (program == NULL)
		program = words.len > 0 ? words.items[0] : "";
	if (wrong == NULL && !process_finds(program))
		wrong = xasprintf("'%s' cannot be run: there is no such "
				  "program",
		    program);
	strvec_release(&words);
	free(shown);
	return wrong;
}

static char *
check_command(const char *command)
{
	if (strstr(command, HOST) == NULL) {
		char *shown = msg_short(command, strlen(command)), *wrong;

		wrong = xasprintf("'%s' has no " HOST " in it, which becomes "
				  "the name of the machine (try 'docker exec "
				  "-i " HOST "')",
		    shown);
		free(shown);
		return wrong;
	}
	return check_words(command, NULL);
}

static char *
check_hosts(const struct machine_options *options)
{
	const struct hosts *hosts = &options->hosts;
	bool ssh = false;

	for (size_t i = 0; i < hosts->len; i++) {
		const struct host *host = &hosts->items[i];
		char *wrong = host->carrier != NULL
		    ? check_words(host->carrier, NULL)
		    : NULL;

		if (wrong != NULL)
			return wrong;
		ssh |= !host->here && host->carrier == NULL;
	}
	return ssh ? check_words("", "ssh") : NULL;
}

/* Beside --carrier no machine can have a command of its own. */
static char *
check_no_words(const struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->len; i++)
		if (hosts->items[i].carrier != NULL)
			return xasprintf("'%s' has a command of its own, '%s', "
					 "beside --carrier",
			    hosts->items[i].name, hosts->items[i].carrier);
	return NULL;
}

char *
carrier_check(const struct machine_options *options)
{
	char *wrong = NULL;

	switch (options->carrier) {
	case CARRIER_NONE:
		return NULL;
	case CARRIER_SSH:
		wrong = check_hosts(options);
		break;
	case CARRIER_SLURM:
		wrong = check_words(
		    options->srun != NULL ? options->srun : "", "srun");
		break;
	case CARRIER_COMMAND:
		wrong = check_no_words(&options->hosts);
		if (wrong == NULL)
			wrong = check_command(options->command);
		break;
	}
	return wrong != NULL ? wrong : check_path(options);
}

/* Our own program, which is exec'd by us: it may have been replaced. */
static void
push_here(const char *nonce, struct strvec *argv)
{
	char *path = own_path();

	strvec_push(argv, access(path, X_OK) == 0 ? path : "/proc/self/exe");
	strvec_pushf(argv, "--agent=%s", nonce);
	free(path);
}

static void
push_agent(const struct machine_options *options, const char *nonce,
    struct strvec *argv)
{
	strvec_take(argv, agent_path(options));
	strvec_pushf(argv, "--agent=%s", nonce);
}

/* Whether the program is ssh, and not something that is like it. */
static bool
is_ssh(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strcmp(slash != NULL ? slash + 1 : program, "ssh") == 0;
}

/* The name for ssh, which takes a port as an option. */
static void
push_login(const char *name, struct strvec *argv)
{
	const struct host_parts parts = host_cut(name);

	if (parts.port != NULL) {
		strvec_push(argv, "-p");
		strvec_push(argv, parts.port);
	}
	strvec_pushf(argv, "%.*s%.*s", (int)parts.user_len, name,
	    (int)parts.host_len, parts.host);
}

/*
 * Options of the user's come first: of two values ssh takes the first.  exec:
 * the login shell would stay, and hear of a hang-up before us.
 */
static void
push_ssh(const struct host *host, struct strvec *argv)
{
	if (host->carrier == NULL)
		strvec_push(argv, "ssh");
	else
		split_words(host->carrier, argv);
	if (is_ssh(argv->items[0])) {
		strvec_push_all(argv, ssh_options);
		push_login(host->name, argv);
	} else {
		strvec_push(argv, host->name);
	}
	strvec_push(argv, "exec");
}

static void
push_srun(const struct machine_options *options, const struct host *host,
    struct strvec *argv)
{
	strvec_push(argv, "srun");
	strvec_push_all(argv, srun_options);
	strvec_pushf(argv, "-w%s", host->name);
	if (options->srun != NULL)
		split_words(options->srun, argv);
	strvec_push(argv, "--");
}

/* The word with the name of the machine wherever {host} is. */
static void
push_word(const char *word, const char *name, struct strvec *argv)
{
	struct buf out = BUF_INIT;
	const char *found;

	while ((found = strstr(word, HOST)) != NULL) {
		buf_append(&out, word, (size_t)(found - word));
		buf_puts(&out, name);
		word = found + strlen(HOST);
	}
	buf_puts(&out, word);
	strvec_take(argv, buf_detach(&out));
}

static void
push_command(const struct machine_options *options, const struct host *host,
    struct strvec *argv)
{
	struct strvec words = STRVEC_INIT;

	split_words(options->command, &words);
	for (size_t i = 0; i < words.len; i++)
		push_word(words.items[i], host->name, argv);
	strvec_release(&words);
}

void
carrier_command(const struct machine_options *options, const struct host *host,
    const char *nonce, struct strvec *argv)
{
	if (host->here) {
		push_here(nonce, argv);
		return;
	}
	if (options->carrier == CARRIER_SLURM)
		push_srun(options, host, argv);
	else if (options->carrier == CARRIER_COMMAND)
		push_command(options, host, argv);
	else
		push_ssh(host, argv);
	push_agent(options, nonce, argv);
}

bool
carrier_lacks_agent(
    const struct machine_options *options, const struct host *host, int status)
{
	if (!host->here && options->carrier == CARRIER_SLURM)
		return status == ENOENT || status == EACCES;
	return status == 126 || status == 127; /* as shells say it */
}

/* Whether the variable would be an option of srun(1). */
static bool
is_option(const char *variable)
{
	static const char *const prefixes[] = { "SLURM_", "SRUN_", "SBATCH_",
		"SALLOC_" };
	static const char *const kept[] = { "SLURM_CONF=", "SLURM_JOB_ID=" };

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
			return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

void
carrier_environment(const struct machine_options *options, struct strvec *env)
{
	for (char **variable = environ; *variable != NULL; variable++)
		if (options->carrier != CARRIER_SLURM || !is_option(*variable))
			strvec_push(env, *variable);
}
