#include "reading.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "remote/message.h"
#include "store/store.h"
#include "sys/cpu.h"
#include "sys/interpreter.h"
#include "sys/loop.h"
#include "sys/process.h"

#define DEFAULT_GRACE_NS (5 * NS_PER_S)
#define GRACE_NOT_GIVEN (-1)

static char *const default_shell[] = { (char *)"/bin/sh", NULL };

void
reading_init(struct reading *reading)
{
	const char *tmpdir = getenv("TMPDIR");

	*reading = (struct reading){
		.separators = { ":::", "::::" },
		.options = {
			.delimiter = DELIMITER_NEWLINE,
			.lines = true,
			.template.max_args = -1,
			.scope = {
				.nested = getenv("NURSERY_PID") != NULL,
				.job.shell = default_shell,
				.halt = HALT_INIT,
				.machines.lost_ns = REMOTE_LOST_S * NS_PER_S,
				.limits.timeout_ns = NS_NEVER,
				.limits.move_on_ns = NS_NEVER,
				.limits.told_ns = NS_NEVER,
				.job.timeout_ns = NS_NEVER,
				.job.idle_timeout_ns = NS_NEVER,
				.job.cancel_signal = SIGTERM,
				.job.grace_ns = GRACE_NOT_GIVEN,
				.output.buffer = STORE_DEFAULT,
				.output.end_lines = true,
				.output.tmpdir =
				    tmpdir != NULL && *tmpdir != '\0' ?
				    tmpdir :
				    "/tmp",
			},
		},
	};
	reading->options.scope.report.tmpdir =
	    reading->options.scope.output.tmpdir;
}

void
reading_release(struct reading *reading)
{
	strvec_release(&reading->arg_files);
	strvec_release(&reading->given);
	strvec_release(&reading->parallel.profiles);
}

int
reading_bad(const struct reading *reading, const char *value, const char *what)
{
	char *shown = msg_short(value, strlen(value));

	msg_warn("%s: '%s' is %s", reading->name, shown, what);
	free(shown);
	return -1;
}

int
reading_need_file(const struct reading *reading, const char *value)
{
	return *value != '\0'
	    ? 0
	    : reading_bad(reading, value, "no file (give it a name)");
}

int
reading_choose(const struct reading *reading, const char *value,
    const char *const *words, size_t n)
{
	struct buf what = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], value) == 0)
			return (int)i;
	for (size_t i = 0; i < n; i++) {
		const char *before = i == 0 ? "none of "
		    : i + 1 == n            ? " and "
					    : ", ";

		buf_printf(&what, "%s%s", before, words[i]);
	}
	buf_printf(&what, " (try %s=%s)", reading->name, words[1]);
	buf_append(&what, "", 1);
	reading_bad(reading, value, what.data);
	buf_release(&what);
	return -1;
}

char *
reading_keep(struct reading *reading, const char *value)
{
	struct strvec *kept = &reading->options.kept;

	strvec_push(kept, value);
	return kept->items[kept->len - 1];
}

/*
 * Keeps the name of a program, which may be a path, so that it is still found
 * from the directory of a job.
 */
static char *
keep_absolute(struct reading *reading, const char *path)
{
	char *directory, *absolute, *kept;

	if (path[0] == '/' || strchr(path, '/') == NULL ||
	    (directory = getcwd(NULL, 0)) == NULL)
		return reading_keep(reading, path);
	absolute = xasprintf("%s/%s", directory, path);
	kept = reading_keep(reading, absolute);
	free(absolute);
	free(directory);
	return kept;
}

int
reading_set_shell(
    struct reading *reading, const char *program, char *const *more)
{
	struct strvec *shell = &reading->options.shell;
	char *lacks;

	if (!process_finds(program))
		return reading_bad(reading, program,
		    "no shell that can be executed (try /bin/bash)");
	lacks = interpreter_missing(program, strlen(program), NULL, NULL);
	if (lacks != NULL) {
		msg_warn("%s: %s (try /bin/bash)", reading->name, lacks);
		free(lacks);
		return -1;
	}
	strvec_clear(shell);
	strvec_push(shell, keep_absolute(reading, program));
	strvec_push_all(shell, more);
	reading->options.scope.job.shell = shell->items;
	return 0;
}

int64_t
reading_jobs(const struct reading *reading, const struct jobs_limit *otherwise)
{
	const struct jobs_limit *jobs =
	    reading->have_jobs ? &reading->jobs : otherwise;

	return jobs_limit_resolve(
	    jobs, jobs->kind == JOBS_NUMBER ? 1 : cpu_count());
}

void
reading_settle_grace(struct reading *reading)
{
	struct scope_options *scope = &reading->options.scope;
	const char *outer = getenv("NURSERY_GRACE_MS");
	int64_t *grace_ns = &scope->job.grace_ns, ms, share_ns;
	bool given = *grace_ns != GRACE_NOT_GIVEN;

	if (outer != NULL &&
	    parse_count(outer, 0, NS_NEVER / NS_PER_MS, &ms) == 0) {
		/*
		 * All jobs are stopped together, then the services share
		 * another grace.
		 */
		share_ns = ms * NS_PER_MS / (1 + (scope->plan.n_services > 0));
		if (!given || *grace_ns > share_ns)
			*grace_ns = share_ns;
	} else if (!given) {
		*grace_ns = DEFAULT_GRACE_NS;
	}
}
