#include "services.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/slurp.h"
#include "base/xalloc.h"
#include "input/envfile.h"
#include "input/procfile.h"
#include "names.h"
#include "reading.h"
#include "scope/feed_plan.h"
#include "sys/loop.h"

#define DEFAULT_READY_TIMEOUT_NS (30 * NS_PER_S)

/* As in foreman. */
#define FIRST_PORT 5000
#define PORT_STEP 100
#define PORT_MAX 65535

/* Nobody writes a longer one; --procfile /dev/zero ends there. */
#define FILE_MAX (1024 * 1024)

/* Parses all of a file; see envfile_parse(). */
typedef int file_parser(const char *text, size_t len, struct strvec *ret,
    size_t *ret_line, const char **ret_why);

struct plan_item *
services_add(struct reading *reading, enum job_kind kind)
{
	struct plan_options *plan = &reading->options.scope.plan;
	struct plan_item *item;

	plan->items =
	    xreallocarray(plan->items, plan->n + 1, sizeof(*plan->items));
	item = &plan->items[plan->n++];
	plan->n_services += kind == KIND_SERVICE;
	*item = (struct plan_item){ .kind = kind,
		.pidfd = -1,
		.ready_timeout_ns = DEFAULT_READY_TIMEOUT_NS };
	return item;
}

/* Parses an open file.  Returns NULL, or what is wrong; the caller frees it. */
static char *
parse_file(FILE *file, file_parser *parse, struct strvec *ret)
{
	struct buf text = BUF_INIT;
	const char *why;
	char *message = NULL;
	size_t line;

	if (slurp(file, FILE_MAX, &text) < 0)
		message = xasprintf(": %s", strerror(errno));
	else if (parse(text.data, text.len, ret, &line, &why) < 0)
		message = xasprintf(":%zu: %s", line, why);
	buf_release(&text);
	return message;
}

/* Returns 0, or -1 after a message. */
static int
read_file(const struct reading *reading, const char *path, file_parser *parse,
    struct strvec *ret)
{
	FILE *file = slurp_open(path);
	char *shown,
	    *message = file == NULL ? xasprintf(": %s", strerror(errno))
				    : parse_file(file, parse, ret);

	if (file != NULL)
		fclose(file);
	if (message == NULL)
		return 0;
	shown = msg_short(path, strlen(path));
	msg_warn("%s: %s%s", reading->name, shown, message);
	free(shown);
	free(message);
	return -1;
}

/* Where the services of a Procfile start: its folder, as in foreman. */
static const char *
folder_of(struct reading *reading, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	const char *kept;

	if (slash == NULL)
		return NULL;
	folder = xmemdup0(path, slash == path ? 1 : (size_t)(slash - path));
	kept = reading_keep(reading, folder);
	free(folder);
	return kept;
}

/* Adds a service for each pair of name and command. */
static int
add_services(
    struct reading *reading, const char *path, const struct strvec *lines)
{
	const char *procfile = reading_keep(reading, path);
	const char *folder = folder_of(reading, path), *name;

	for (size_t i = 0; i < lines->len; i += 2) {
		struct plan_item *item;

		if (names_take(reading, lines->items[i],
			strlen(lines->items[i]), &name) < 0)
			return -1;
		item = services_add(reading, KIND_SERVICE);
		item->name = name;
		item->command = reading_keep(reading, lines->items[i + 1]);
		item->procfile = procfile;
		item->directory = folder;
	}
	return 0;
}

int
services_set_procfile(struct reading *reading, const char *value)
{
	struct strvec lines = STRVEC_INIT;
	int result;

	if (reading_need_file(reading, value) < 0)
		return -1;
	result = read_file(reading, value, procfile_parse, &lines);
	if (result == 0 && lines.len == 0)
		result = reading_bad(
		    reading, value, "without any line (try web: npm start)");
	if (result == 0)
		result = add_services(reading, value, &lines);
	strvec_release(&lines);
	return result;
}

int
services_set_env_file(struct reading *reading, const char *value)
{
	struct variables_options *env = &reading->options.env;

	if (reading_need_file(reading, value) < 0)
		return -1;
	env->files = true;
	return read_file(reading, value, envfile_parse, &env->list);
}

/* Reads the .env beside a Procfile; there need be none. */
static int
read_env(struct reading *reading, const struct plan_item *item)
{
	const char *folder = item->directory;
	char *path = xasprintf("%s%s.env", folder != NULL ? folder : "",
	    folder != NULL ? "/" : "");
	int result = 0;

	snprintf(reading->name, sizeof(reading->name), "--procfile");
	if (access(path, F_OK) == 0)
		result = read_file(
		    reading, path, envfile_parse, &reading->options.env.list);
	free(path);
	return result;
}

/* Of each Procfile, once. */
static int
read_envs(struct reading *reading)
{
	const struct plan_options *plan = &reading->options.scope.plan;
	const char *last = NULL;

	for (size_t i = 0; i < plan->n; i++) {
		const struct plan_item *item = &plan->items[i];

		if (item->procfile == last || item->procfile == NULL)
			continue;
		last = item->procfile;
		if (read_env(reading, item) < 0)
			return -1;
	}
	return 0;
}

static void
set_variables(const struct strvec *list)
{
	for (size_t i = 0; i < list->len; i++) {
		char *name = xstrdup(list->items[i]);
		char *value = strchr(name, '=');

		assert(value != NULL); /* else it was refused */
		*value++ = '\0';
		if (setenv(name, value, 1) < 0)
			msg_fatal("out of memory");
		free(name);
	}
}

static int
say_bad_port(const char *first, bool bad)
{
	char *shown = msg_short(first, strlen(first));

	if (bad)
		msg_warn("PORT: '%s' is no port from 1 to %d (try PORT=%d)",
		    shown, PORT_MAX, FIRST_PORT);
	else
		msg_warn("PORT=%s: %d more for each service goes beyond %d",
		    shown, PORT_STEP, PORT_MAX);
	free(shown);
	return -1;
}

/* Each has its own, counted from PORT if that is set. */
static int
set_ports(const struct plan_options *plan)
{
	const char *first = getenv("PORT");
	bool given = first != NULL && *first != '\0';
	int64_t port = FIRST_PORT;
	bool bad = given && parse_count(first, 1, PORT_MAX, &port) < 0;

	for (size_t i = 0; i < plan->n; i++) {
		if (plan->items[i].procfile == NULL)
			continue;
		if (bad || port > PORT_MAX)
			return say_bad_port(given ? first : "5000", bad);
		plan->items[i].port = (int)port;
		port += PORT_STEP;
	}
	return 0;
}

/* What --dry-run prints when there are no other commands. */
static void
list_services(struct options *options)
{
	const struct plan_options *plan = &options->scope.plan;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->items[i].kind == KIND_SERVICE)
			strvec_push(&options->words, plan->items[i].command);
}

int
services_conclude(struct reading *reading)
{
	struct options *options = &reading->options;
	struct plan_options *plan = &options->scope.plan;

	if (!options->env.files && read_envs(reading) < 0)
		return -1;
	set_variables(&options->env.list);
	plan->alone = plan->n_services > 0 && !options->templated &&
	    options->words.len == 0 && !options->resume.retry_failed;
	if (plan->alone && options->action == OPTIONS_DRY_RUN)
		list_services(options);
	return set_ports(plan);
}
