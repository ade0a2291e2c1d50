#include "hint.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/bash.h"
#include "base/xalloc.h"
#include "event.h"
#include "outcome.h"
#include "report.h"

/* Statuses of a shell that did not find a command, or did not understand. */
#define STATUS_NOT_FOUND 127
#define STATUS_NOT_UNDERSTOOD 2

/* Whether a shell that is not bash can have failed for that reason. */
static bool
looks_like_bash(const struct report_job *job)
{
	char *text = xmemdup0(job->text, job->text_len), *rest = text, *word;
	bool found = bash_has_syntax(text);

	while (!found && (word = strsep(&rest, BASH_WORD_ENDS)) != NULL)
		found = bash_is_word(word) || bash_is_function(word) ||
		    strcmp(word, "pipefail") == 0;
	free(text);
	return found;
}

const char *
hint_of_end(
    const struct report_event *event, const struct report_options *options)
{
	const struct outcome *outcome = event->outcome;
	bool not_found =
	    outcome->kind == OUTCOME_NOT_FOUND && outcome->name == NULL;
	bool not_understood = outcome->kind == OUTCOME_EXITED &&
	    (outcome->detail == STATUS_NOT_FOUND ||
		outcome->detail == STATUS_NOT_UNDERSTOOD);

	if (outcome->kind == OUTCOME_ENDED_EARLY && options->hint_background)
		return " (if it went into the background: keep it in the "
		       "foreground, or try --orphans=wait)";
	if (outcome->kind == OUTCOME_WANTS_TERMINAL && options->hint_terminal)
		return " (jobs have no terminal and no input: try --pty)";
	if (options->hint_bash && (not_found || not_understood) &&
	    looks_like_bash(event->job))
		return " (if this is for bash: nursery --shell bash)";
	if (options->hint_one_argument && not_found)
		return " (each argument is one command: quote a command "
		       "and its arguments together)";
	return "";
}
