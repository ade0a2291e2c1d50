#include "setting.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "options.h"
#include "sys/cpu.h"
#include "sys/loop.h"
#include "sys/process.h"

#define DEFAULT_SHELL "/bin/sh"
#define DEFAULT_BUFFER (INT64_C(64) * 1024 * 1024)
#define DEFAULT_GRACE (5 * NS_PER_S)

void
reading_init(struct reading *reading, struct options *ret)
{
	const char *tmpdir = getenv("TMPDIR");

	*reading = (struct reading){
		.options = ret,
		.separators = { ":::", "::::" },
	};
	*ret = (struct options){
		.delimiter = DELIMITER_NEWLINE,
		.lines = true,
		.template.max_args = -1,
		.scope = {
			.job.shell = DEFAULT_SHELL,
			.halt = HALT_INIT,
			.timeout_ns = NS_NEVER,
			.move_on_ns = NS_NEVER,
			.job.timeout_ns = NS_NEVER,
			.job.idle_timeout_ns = NS_NEVER,
			.job.cancel_signal = SIGTERM,
			.job.grace_ns = NS_NEVER,
			.output.buffer = DEFAULT_BUFFER,
			.output.tmpdir = tmpdir != NULL && *tmpdir != '\0' ?
			    tmpdir :
			    "/tmp",
		},
	};
}

void
reading_release(struct reading *reading)
{
	strvec_release(&reading->args);
}

int
setting_bad(const struct reading *reading, const char *value, const char *what)
{
	char *safe = msg_safe(value, strlen(value));

	msg_warn("%s: '%s' is %s", reading->name, safe, what);
	free(safe);
	return -1;
}

char *
setting_keep(const struct reading *reading, const char *value)
{
	struct strvec *kept = &reading->options->kept;

	strvec_push(kept, value);
	return kept->items[kept->len - 1];
}

/* Jobs may start in another directory. */
static char *
keep_absolute(const struct reading *reading, const char *path)
{
	char *directory, *absolute, *kept;

	if (path[0] == '/' || strchr(path, '/') == NULL ||
	    (directory = getcwd(NULL, 0)) == NULL)
		return setting_keep(reading, path);
	absolute = xasprintf("%s/%s", directory, path);
	kept = setting_keep(reading, absolute);
	free(absolute);
	free(directory);
	return kept;
}

int
setting_shell(const struct reading *reading, const char *name)
{
	if (!process_finds(name))
		return setting_bad(reading, name,
		    "no shell that can be executed (try /bin/bash)");
	reading->options->scope.job.shell = keep_absolute(reading, name);
	return 0;
}

size_t
setting_list(
    enum setting_flags grammar, const struct setting *ret[SETTINGS_MAX])
{
	static const struct setting *const themes[] = { running_settings,
		templating_settings, ending_settings, printing_settings,
		imitating_settings, special_settings, retrying_settings,
		pacing_settings };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
		for (const struct setting *s = themes[i]; s->set != NULL; s++) {
			assert(n < SETTINGS_MAX);
			if ((s->flags & grammar) != 0)
				ret[n++] = s;
		}
	}
	return n;
}

int
setting_apply(struct reading *reading, const struct setting *setting,
    bool by_name, const char *value)
{
	if (by_name && setting->name != NULL)
		snprintf(reading->name, sizeof(reading->name), "--%s",
		    setting->name);
	else
		snprintf(reading->name, sizeof(reading->name), "-%c",
		    setting->letter);
	if ((setting->flags & NEEDS_TEMPLATE) != 0)
		memcpy(reading->needs_template, reading->name,
		    sizeof(reading->name));
	if ((setting->flags & (SPAWNING | NEEDS_TEMPLATE)) == 0)
		memcpy(reading->not_spawning, reading->name,
		    sizeof(reading->name));
	return setting->set(reading, value);
}

int64_t
setting_jobs(const struct reading *reading, const struct jobs_limit *otherwise)
{
	const struct jobs_limit *jobs =
	    reading->have_jobs ? &reading->jobs : otherwise;

	return jobs_limit_resolve(
	    jobs, jobs->kind == JOBS_NUMBER ? 1 : cpu_count());
}

void
setting_respect_outer(struct options *options)
{
	struct scope_options *scope = &options->scope;
	const char *grace = getenv("NURSERY_GRACE_MS");
	int64_t ms, given_ns = scope->job.grace_ns, share_ns;

	scope->nested = getenv("NURSERY_PID") != NULL;
	if (grace != NULL &&
	    parse_count(grace, 0, NS_NEVER / NS_PER_MS, &ms) == 0) {
		/* services are stopped one after the other, after the jobs */
		share_ns = ms * NS_PER_MS / (1 + plan_services(options));
		scope->job.grace_ns = given_ns < share_ns ? given_ns : share_ns;
	} else if (given_ns == NS_NEVER) {
		scope->job.grace_ns = DEFAULT_GRACE;
	}
}
