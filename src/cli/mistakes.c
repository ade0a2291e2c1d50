#include "mistakes.h"

#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "dialect.h"
#include "firstline.h"
#include "misplaced.h"
#include "reading.h"
#include "scope/feed_plan.h"
#include "stdin.h"
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
	for (size_t i = 0; i < scope->plan.n; i++)
		if (scope->plan.items[i].command != NULL &&
		    refuse(dialect_check(scope->plan.items[i].command, shell)) <
			0)
			return -1;
	return 0;
}

int
mistakes_check(const struct reading *reading)
{
	const struct options *options = &reading->options;
	const struct strvec *words = &options->words;
	const char *shell = reading->have_shell || options->spawn.wanted
	    ? NULL
	    : options->scope.job.shell[0];
	bool from_stdin = stdin_has_commands(options);

	if (reading->listed && !reading->dashes &&
	    misplaced_check(words, &reading->given) < 0)
		return -1;
	if (shell != NULL && check_dialect(reading, shell) < 0)
		return -1;
	if (options->template.pipe.given)
		return 0;
	if (options->scope.plan.alone)
		return unread_warn_services();
	if (options->scope.job.input != JOB_INPUT_DEFAULT && !from_stdin)
		return 0;
	if (!from_stdin)
		return unread_check(
		    reading->listed ? words : NULL, &reading->given);
	return options->lines && options->template.n_words == 0
	    ? refuse(firstline_check(shell))
	    : 0;
}
