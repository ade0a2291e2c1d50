/*
 * Options that add a job beside the commands: services and when they are ready,
 * shielded jobs, jobs for the end, processes to adopt.
 */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "names.h"
#include "proc/foreign.h"
#include "ready/spec.h"
#include "scope/feed_plan.h"
#include "services.h"
#include "setting.h"
#include "sys/loop.h"

static int
add_command(struct reading *reading, enum job_kind kind, const char *value)
{
	if (value[strspn(value, " \t\n")] == '\0')
		return reading_bad(
		    reading, value, "no command (try 'make test')");
	services_add(reading, kind)->command = reading_keep(reading, value);
	return 0;
}

static int
set_service(struct reading *reading, const char *value)
{
	return add_command(reading, KIND_SERVICE, value);
}

static int
set_shield(struct reading *reading, const char *value)
{
	return add_command(reading, KIND_SHIELD, value);
}

static int
set_finally(struct reading *reading, const char *value)
{
	return add_command(reading, KIND_FINALLY, value);
}

static int
set_adopt(struct reading *reading, const char *value)
{
	struct plan_item *item;
	const char *why;
	int64_t pid;
	int fd;

	if (parse_count(value, 1, INT32_MAX, &pid) < 0)
		return reading_bad(reading, value, "no process id (try 1234)");
	fd = foreign_open((pid_t)pid, &why);
	if (fd < 0)
		return reading_bad(reading, value, why);
	item = services_add(reading, KIND_ADOPTED);
	item->pid = (pid_t)pid;
	item->pidfd = fd;
	return 0;
}

/* Names the special job that was given last. */
static int
set_name(struct reading *reading, const char *value)
{
	const struct scope_options *scope = &reading->options.scope;
	struct plan_item *item;

	if (scope->plan.n == 0) {
		msg_warn("%s: belongs to the --service, --shield, --finally or "
			 "--adopt before it, and there is none (commands are "
			 "named by --names A,B,...)",
		    reading->name);
		return -1;
	}
	item = &scope->plan.items[scope->plan.n - 1];
	if (item->name != NULL) {
		msg_warn("%s: given twice for one job, as '%s' and '%s' (try "
			 "one of them)",
		    reading->name, item->name, value);
		return -1;
	}
	return names_take(reading, value, strlen(value), &item->name);
}

/* Returns the last --service, or NULL after saying that there is none. */
static struct plan_item *
last_service(struct reading *reading)
{
	const struct scope_options *scope = &reading->options.scope;

	for (size_t i = scope->plan.n; i-- > 0;)
		if (scope->plan.items[i].kind == KIND_SERVICE)
			return &scope->plan.items[i];
	msg_warn("%s: belongs to the --service before it, and there is none "
		 "(try --service COMMAND %s VALUE)",
	    reading->name, reading->name);
	return NULL;
}

/* The same for an option that a Procfile cannot have. */
static struct plan_item *
last_single_service(struct reading *reading)
{
	struct plan_item *service = last_service(reading);

	if (service == NULL || service->procfile == NULL)
		return service;
	msg_warn("%s: belongs to one service, and a Procfile has several (try "
		 "--service COMMAND %s VALUE)",
	    reading->name, reading->name);
	return NULL;
}

static int
set_ready(struct reading *reading, const char *value)
{
	struct plan_item *service = last_single_service(reading);
	char *why, *shown;
	int result;

	if (service == NULL)
		return -1;
	if (service->ready != NULL) {
		shown = msg_short(service->command, strlen(service->command));
		msg_warn("%s: given twice for the service '%s' (try one of "
			 "them)",
		    reading->name, shown);
		free(shown);
		return -1;
	}
	service->ready = xcalloc(1, sizeof(*service->ready));
	if (spec_parse(value, service->ready, &why) == 0)
		return 0;
	free(service->ready);
	service->ready = NULL;
	result = reading_bad(reading, value, why);
	free(why);
	return result;
}

static int
set_ready_timeout(struct reading *reading, const char *value)
{
	struct plan_item *service = last_single_service(reading);

	if (service == NULL)
		return -1;
	if (parse_duration(value, &service->ready_timeout_ns) < 0)
		return reading_bad(reading, value, PARSE_DURATION_WHY);
	if (service->ready_timeout_ns == 0)
		service->ready_timeout_ns = NS_NEVER;
	return 0;
}

/* Sets it for the last service, or all of the last Procfile. */
static int
set_restart(struct reading *reading, const char *value)
{
	struct plan_item *last = last_service(reading), *item;
	struct restart_policy policy;

	if (last == NULL)
		return -1;
	if (restart_parse(value, &policy) < 0)
		return reading_bad(reading, value, RESTART_WHY);
	if (last->restart.given)
		return reading_bad(reading, value,
		    "the second for one service (try one of them)");
	for (item = reading->options.scope.plan.items; item <= last; item++)
		if (item == last ||
		    (last->procfile != NULL &&
			item->procfile == last->procfile))
			item->restart = policy;
	return 0;
}

const struct setting opt_service_settings[] = {
	{ "service", '\0', NURSERY, CALL(VALUE, set_service) },
	{ "procfile", '\0', NURSERY, CALL(VALUE, services_set_procfile) },
	{ "env-file", '\0', NURSERY, CALL(VALUE, services_set_env_file) },
	{ "ready", '\0', NURSERY, CALL(VALUE, set_ready) },
	{ "ready-timeout", '\0', NURSERY, CALL(VALUE, set_ready_timeout) },
	{ "restart", '\0', NURSERY, CALL(VALUE, set_restart) },
	{ "shield", '\0', NURSERY, CALL(VALUE, set_shield) },
	{ "finally", '\0', NURSERY, CALL(VALUE, set_finally) },
	{ "adopt", '\0', NURSERY, CALL(VALUE, set_adopt) },
	{ "name", '\0', NURSERY, CALL(VALUE, set_name) },
	SETTINGS_END,
};
