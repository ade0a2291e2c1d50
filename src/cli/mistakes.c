#include "mistakes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "advice.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "dialect.h"
#include "firstline.h"
#include "job/kind.h"
#include "misplaced.h"
#include "reading.h"
#include "scope/feed_plan.h"
#include "unread.h"

/* Says the message, if it is one, and frees it.  Returns 0, or -1 if it was. */
static int
refuse(char *message)
{
	if (message == NULL)
		return 0;
	msg_warn("%s", message);
	free(message);
	return -1;
}

/* Whether the command, or the arguments of the template, come from there. */
static bool
reads_stdin(const struct options *options)
{
	const struct arguments_options *arguments =
	    &options->template.arguments;

	if (!options->templated)
		return options->words.len == 0;
	for (size_t i = 0; i < arguments->n_sources; i++)
		if (arguments->sources[i].path != NULL &&
		    strcmp(arguments->sources[i].path, "-") == 0)
			return true;
	return arguments->n_sources == 0;
}

/* The commands that are given here: of a template, only the first word. */
static int
check_dialect(const struct reading *reading, const char *shell)
{
	const struct strvec *words = &reading->options.words;
	const struct scope_options *scope = &reading->options.scope;
	size_t n = reading->listed || words->len == 0 ? words->len : 1;

	for (size_t i = 0; i < n; i++)
		if (refuse(dialect_check(words->items[i], shell)) < 0)
			return -1;
	for (size_t i = 0; i < scope->n_plan; i++)
		if (scope->plan[i].command != NULL &&
		    refuse(dialect_check(scope->plan[i].command, shell)) < 0)
			return -1;
	return 0;
}

/*
 * Returns the message that there are services, but that there can be no job
 * for them, since commands are read from /dev/null; or NULL.
 */
static char *
check_services(const struct reading *reading)
{
	const struct scope_options *scope = &reading->options.scope;
	struct buf line = BUF_INIT;
	struct stat st;
	char *advised, *message;
	bool services = false;

	for (size_t i = 0; i < scope->n_plan; i++) {
		services |= scope->plan[i].kind == KIND_SERVICE;
		if (kind_of(scope->plan[i].kind)->work)
			return NULL;
	}
	if (!services || fstat(STDIN_FILENO, &st) < 0 || !S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(1, 3))
		return NULL;
	buf_puts(&line, "nursery");
	advice_add(&line, reading->given.items, reading->given.len);
	buf_puts(&line, " 'sleep infinity'");
	advised = msg_short(line.data, line.len);
	message = xasprintf("no commands, and standard input is /dev/null: "
			    "the services have nothing to serve (to keep them "
			    "running: %s)",
	    advised);
	free(advised);
	buf_release(&line);
	return message;
}

int
mistakes_check(const struct reading *reading)
{
	const struct options *options = &reading->options;
	const struct strvec *words = &options->words;
	const char *shell = reading->have_shell || options->spawn
	    ? NULL
	    : options->scope.job.shell[0];
	bool from_stdin = reads_stdin(options);

	if (reading->listed && !reading->dashes &&
	    misplaced_check(words, &reading->given) < 0)
		return -1;
	if (shell != NULL && check_dialect(reading, shell) < 0)
		return -1;
	if (!from_stdin)
		return unread_check(
		    reading->listed ? words : NULL, &reading->given);
	if (!options->templated && refuse(check_services(reading)) < 0)
		return -1;
	return options->lines && options->template.n_words == 0
	    ? refuse(firstline_check(shell))
	    : 0;
}
