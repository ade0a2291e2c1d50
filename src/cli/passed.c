#include "passed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/slurp.h"
#include "base/xalloc.h"
#include "options.h"
#include "sys/process.h"

static const char variable[] = "PARALLEL_ENV";

/* More than this, and no command fits behind it: see execve(2). */
#define SCRIPT_MAX ((size_t)128 * 1024)

/* Reads a file, or a FIFO that a shell writes.  NULL with errno. */
static char *
read_file(const char *path)
{
	struct buf text = BUF_INIT;
	FILE *file = slurp_open(path);
	int error = 0;

	if (file == NULL || slurp(file, SCRIPT_MAX, &text) < 0)
		error = errno;
	if (file != NULL)
		fclose(file);
	if (error == 0)
		return buf_detach(&text);
	buf_release(&text);
	errno = error;
	return NULL;
}

/* A newline comes as the byte 1, which is easier to quote. */
static void
restore_newlines(char *text)
{
	for (; (text = strchr(text, '\1')) != NULL; text++)
		*text = '\n';
}

static bool
is_zsh(const char *shell)
{
	const char *slash = strrchr(shell, '/');

	return strstr(slash != NULL ? slash : shell, "zsh") != NULL;
}

int
passed_take(struct options *options)
{
	struct wrapping *wrapping = &options->scope.job.wrapping;
	const char *value = getenv(variable);
	char *script;

	if (value == NULL || *value == '\0')
		return 0;
	if (access(value, F_OK) == 0)
		script = read_file(value);
	else
		script = xstrdup(value);
	if (script == NULL && errno != EFBIG) {
		msg_warn("%s: cannot read '%s': %s", variable, value,
		    strerror(errno));
		return -1;
	}
	if (script != NULL)
		strvec_take(&options->kept, script);
	if (script == NULL || strlen(script) >= SCRIPT_MAX) {
		msg_warn("%s: it is longer than a command can be (name what "
			 "jobs need with --env, or see --session in "
			 "env_parallel(1))",
		    variable);
		return -1;
	}
	restore_newlines(script);
	unsetenv(variable);
	wrapping->before = script;
	wrapping->evaluated = is_zsh(options->scope.job.shell[0]);
	options->template.length.before = strlen(script) + 1;
	return 0;
}

int
passed_far(struct options *options)
{
	struct job_options *job = &options->scope.job;
	const char *before = job->wrapping.before;
	char *script;

	if (options->scope.machines.carrier == CARRIER_NONE) {
		if (job->nice != 0 && !process_may_have_nice(job->nice))
			msg_warn("--nice %d: not permitted, so jobs are as "
				 "nice as nursery is (see ulimit -e)",
			    job->nice);
		return 0;
	}
	if (options->template.own[SOURCE_DIRECTORY] != NULL) {
		msg_warn("--workdir: one for each job is for this machine only "
			 "(try 'mkdir -p DIR && cd DIR &&' in the command)");
		return -1;
	}
	if (job->nice == 0)
		return 0;
	script = xasprintf("renice -n %d -p $$ >/dev/null\n%s", job->nice,
	    before != NULL ? before : "");
	strvec_take(&options->kept, script);
	job->wrapping.before = script;
	job->nice = 0;
	return 0;
}
