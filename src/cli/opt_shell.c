/*
 * Options of the name parallel for what goes between a shell and its jobs:
 * their environment and niceness, and what becomes of their output there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "profiles.h"
#include "setting.h"

/* Whether all of the word is the name of a variable, or of an element. */
static bool
is_variable(const char *word)
{
	size_t len = strspn(word,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz_0123456789");
	size_t digits = 0;

	if (len == 0 || (word[0] >= '0' && word[0] <= '9'))
		return false;
	if (word[len] != '[')
		return word[len] == '\0';
	digits = strspn(word + len + 1, "0123456789");
	return digits > 0 && strcmp(word + len + 1 + digits, "]") == 0;
}

static int
set_parset(struct reading *reading, const char *value)
{
	struct gnu_options *gnu = &reading->options.scope.parallel;
	struct strvec *names = &gnu->names;
	char *copy = xstrdup(value), *rest = copy;
	const char *kind = strsep(&rest, " ,"), *name;
	bool assoc = strcmp(kind, "assoc") == 0;

	gnu->parset = PARSET_NAMES; /* so that the shell hears of an error */
	strvec_clear(names);
	while ((name = strsep(&rest, " ,")) != NULL)
		strvec_push(names, name);
	free(copy);
	for (size_t i = 0; i < names->len; i++)
		if (!is_variable(names->items[i])) {
			msg_warn("%s: '%s' is no name of a variable (a letter, "
				 "followed by letters or digits)",
			    reading->name, names->items[i]);
			return -1;
		}
	if (names->len == 0)
		return reading_bad(reading, value,
		    "no destination (it is for the function parset only)");
	if (assoc || names->len == 1)
		gnu->parset = assoc ? PARSET_ASSOC : PARSET_ARRAY;
	return 0;
}

static int
set_shellquote(struct reading *reading, const char *value)
{
	(void)value;
	reading->options.scope.job.wrapping.quotes++;
	return 0;
}

static int
set_nice(struct reading *reading, const char *value)
{
	bool negative = *value == '-';
	int64_t nice;

	if (parse_count(value + negative, 0, 20, &nice) < 0)
		return reading_bad(
		    reading, value, "not a niceness (try 10; -20 to 19)");
	reading->options.scope.job.nice = negative ? (int)-nice : (int)nice;
	return 0;
}

#define SLOT_VARIABLE_MAX 200

static int
set_slot_variable(struct reading *reading, const char *value)
{
	if (*value == '\0' || strchr(value, '=') != NULL ||
	    strlen(value) > SLOT_VARIABLE_MAX)
		return reading_bad(
		    reading, value, "not the name of a variable (try SLOT)");
	reading->options.scope.parallel.slot_variable =
	    reading_keep(reading, value);
	return 0;
}

/*
 * Jobs have all variables anyway.  But _ is for all that --record-env has not
 * noted, and who forgot that is told so.
 */
static int
set_env(struct reading *reading, const char *value)
{
	if (strcmp(value, "_") != 0 || profiles_has_record())
		return 0;
	return reading_bad(reading, value,
	    "for all variables but those of --record-env, which was not run "
	    "yet (run 'parallel --record-env' in a clean environment)");
}

static int
set_profile(struct reading *reading, const char *value)
{
	strvec_push(&reading->parallel.profiles, value);
	return 0;
}

const struct setting opt_shell_settings[] = {
	{ "_parset", '\0', PARALLEL | EARLY, CALL(VALUE, set_parset) },
	{ "shellquote", '\0', PARALLEL, CALL(FLAG, set_shellquote) },
	{ "shell-quote", '\0', PARALLEL, CALL(FLAG, set_shellquote) },
	{ "shell_quote", '\0', PARALLEL, CALL(FLAG, set_shellquote) },
	{ "nice", '\0', PARALLEL, CALL(VALUE, set_nice) },
	{ "process-slot-var", '\0', PARALLEL, CALL(VALUE, set_slot_variable) },
	{ "processslotvar", '\0', PARALLEL, CALL(VALUE, set_slot_variable) },
	{ "profile", 'J', PARALLEL | EARLY, CALL(VALUE, set_profile) },
	{ "env", '\0', PARALLEL, CALL(VALUE, set_env) },
	{ "session", '\0', PARALLEL, NOTHING(FLAG) },
	{ "record-env", '\0', PARALLEL, SET_ACTION(OPTIONS_RECORD_ENV) },
	{ "recordenv", '\0', PARALLEL, SET_ACTION(OPTIONS_RECORD_ENV) },
	SETTINGS_END,
};
