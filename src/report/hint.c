#include "hint.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "event.h"
#include "outcome.h"
#include "report.h"

/* Statuses of a shell that did not find a command, or did not understand. */
#define STATUS_NOT_FOUND 127
#define STATUS_NOT_UNDERSTOOD 2

/* What commands for bash have in them. */
static const char *const bash_signs[] = { "[[ ", "pipefail", "<(", ">(", "<<<",
	"=(", "source ", "shopt ", "declare ", "pushd ", "function " };

static bool
is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Whether the len bytes of word are a word of the text. */
static bool
has_word(const char *text, const char *word, size_t len)
{
	const char *found = text;

	for (; *found != '\0'; found++)
		if (strncmp(found, word, len) == 0 &&
		    !is_word_byte(found[len]) &&
		    (found == text || !is_word_byte(found[-1])))
			return true;
	return false;
}

/* Whether a word of the text is a function that bash has exported. */
static bool
has_function(const char *text)
{
	static const char prefix[] = "BASH_FUNC_";

	for (char **env = environ; env != NULL && *env != NULL; env++) {
		const char *name = *env + strlen(prefix);
		const char *end = strstr(*env, "%%=");

		if (strncmp(*env, prefix, strlen(prefix)) == 0 && end != NULL &&
		    end > name && has_word(text, name, (size_t)(end - name)))
			return true;
	}
	return false;
}

/* Whether a shell that is not bash can have failed for that reason. */
static bool
looks_like_bash(const struct report_job *job)
{
	char *text = xmalloc(job->text_len + 1);
	bool found = false;

	memcpy(text, job->text, job->text_len);
	text[job->text_len] = '\0';
	for (size_t i = 0; i < sizeof(bash_signs) / sizeof(bash_signs[0]); i++)
		found |= strstr(text, bash_signs[i]) != NULL;
	found = found || has_function(text);
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

	if (options->hint_bash && (not_found || not_understood) &&
	    looks_like_bash(event->job))
		return " (if this is for bash: nursery --shell bash)";
	if (options->hint_one_argument && not_found)
		return " (each argument is one command: quote a command "
		       "and its arguments together)";
	return "";
}
