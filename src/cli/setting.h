/*
 * The options, as rows of tables.  A row says all about one spelling of an
 * option, and the same rows serve both ways to read a command line: options.c
 * for nursery, getopt.c for the name parallel.  Each file opt_*.c has the rows
 * of one theme and the functions that they call.
 */
#ifndef CLI_SETTING_H
#define CLI_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reading.h"

enum setting_value {
	FLAG,  /* takes no value */
	VALUE, /* takes a value, attached to it or the next word */
	MAYBE, /* the next word is a value unless it looks like an option */
	MAYBE_NUMBER, /* the next word is a value if it is a number */
	ATTACHED,     /* takes a value only if it is attached: --name=VALUE */
};

enum setting_flags {
	NURSERY = 1,  /* an option of nursery called by its own name */
	PARALLEL = 2, /* an option of nursery called as parallel */
	BOTH = NURSERY | PARALLEL,
	NEEDS_TEMPLATE = 4, /* refused if the commands come from no template */
	/* Allowed with --spawn, as are all that need a template. */
	SPAWNING = 8,
	EARLY = 16, /* decides whether more is read: see getopt_read() */
};

/* What an option does; see the macros below. */
enum setting_effect {
	SETTING_NOTHING,
	SETTING_BOOL,
	SETTING_ENUM,
	SETTING_STRING,
	SETTING_FILE,
	SETTING_SIZE,
	SETTING_DURATION,
	SETTING_TIME_LIMIT,
	SETTING_CALL,
};

/*
 * Sets what an option says.  value is NULL if none was given, and is not needed
 * afterwards.  Returns 0, or -1 after reading_bad() or another message.
 */
typedef int setting_function(struct reading *reading, const char *value);

struct setting {
	const char *name; /* long name without dashes, or NULL */
	char letter;      /* short name, or '\0' */
	unsigned flags;   /* of enum setting_flags; 0 ends a table */
	enum setting_value value;
	enum setting_effect effect;
	size_t offset;         /* of the member of struct reading to set */
	unsigned constant;     /* what SETTING_BOOL and SETTING_ENUM store */
	setting_function *set; /* what SETTING_CALL calls */
	const char *implied;   /* value that a FLAG calls it with, or NULL */
};

/*
 * The rest of a row, after its flags.  A member is one of struct reading; it
 * must be of the type that the effect stores, or it does not compile.
 */

/* Accepts the option, and the value that it takes, and does nothing. */
#define NOTHING(takes) .value = takes, .effect = SETTING_NOTHING

/* Stores true, false, or a constant of an enum. */
#define SET_TRUE(member) SET_CONSTANT(SETTING_BOOL, bool, member, true)
#define SET_FALSE(member) SET_CONSTANT(SETTING_BOOL, bool, member, false)
#define SET_ENUM(member, number)                                               \
	SET_CONSTANT(SETTING_ENUM, unsigned, member, number)

/* Makes this what nursery does, instead of running jobs. */
#define SET_ACTION(number) SET_ENUM(options.action, number)

/*
 * Stores the value: as it is, or unless it is empty, or as parse_size() or
 * parse_duration() has it.
 */
#define STRING(member) STORE(SETTING_STRING, const char *, member)
#define FILE_NAME(member) STORE(SETTING_FILE, const char *, member)
#define SIZE(member) STORE(SETTING_SIZE, int64_t, member)
#define DURATION(member) STORE(SETTING_DURATION, int64_t, member)

/* Stores a duration; none at all, 0, is no limit, as for timeout(1). */
#define TIME_LIMIT(member) STORE(SETTING_TIME_LIMIT, int64_t, member)

/* Calls the function with the value that was given. */
#define CALL(takes, function)                                                  \
	.value = takes, .effect = SETTING_CALL, .set = function

/* Calls the function, though the option takes no value, with this one. */
#define CALL_WITH(function, string) CALL(FLAG, function), .implied = string

#define SETTINGS_END                                                           \
	{                                                                      \
		.flags = 0                                                     \
	}

#define SET_CONSTANT(what, type, member, number)                               \
	.value = FLAG, .effect = what, .offset = OFFSET(type, member),         \
	.constant = number
#define STORE(what, type, member)                                              \
	.value = VALUE, .effect = what, .offset = OFFSET(type, member)
#define OFFSET(type, member)                                                   \
	(offsetof(struct reading, member) +                                    \
	    0 * sizeof(_Generic(&((struct reading *)0)->member, type * : 0)))

/* The rows of each theme, ended by SETTINGS_END; themes.c collects them. */
extern const struct setting opt_run_settings[], opt_template_settings[],
    opt_end_settings[], opt_output_settings[], opt_parallel_settings[],
    opt_service_settings[], opt_retry_settings[], opt_pace_settings[],
    opt_limit_settings[], opt_contain_settings[], opt_record_settings[],
    opt_machine_settings[], opt_sem_settings[],
    opt_parallel_template_settings[], opt_shell_settings[],
    opt_refused_settings[], opt_pipe_settings[];

/*
 * Does what the option says.  Messages call it by its long name if it has one
 * and by_name is true, else by its letter.  Returns 0, or -1 after a message.
 */
int setting_apply(struct reading *reading, const struct setting *setting,
    bool by_name, const char *value);

#endif
