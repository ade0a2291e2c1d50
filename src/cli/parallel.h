/*
 * The name parallel: GNU parallel's command line, defaults and exit statuses,
 * so that programs which call it can call nursery.  See parallel(1).
 */
#ifndef CLI_PARALLEL_H
#define CLI_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

struct scope_result;
struct options;
struct reading;

/* The version of GNU parallel whose behaviour is imitated. */
#define PARALLEL_VERSION "20221122"
#define PARALLEL_VERSION_NUMBER 20221122

/* Exit statuses of parallel(1). */
enum {
	PARALLEL_MAX_FAILED = 100, /* from 0 to this: so many jobs failed */
	PARALLEL_MANY_FAILED = 101,
	PARALLEL_ERROR = 255,
};

/* True if the last part of path is "parallel"; path may be NULL. */
bool parallel_is_name(const char *path);

/*
 * Reads the options in config files, then $PARALLEL and then argv into reading,
 * which the caller has initialised.  Returns 0, or -1 after saying in one line
 * what is wrong.
 */
int parallel_parse(struct reading *reading, int argc, char **argv);

/*
 * Returns the exit status that parallel(1) has for such an end; -1 if nursery
 * itself has failed.
 */
int parallel_status(
    const struct options *options, const struct scope_result *end);

/*
 * The longest command, with bytes before it, as GNU parallel finds it: by
 * trying lengths until it is no more than 1 % off.
 */
size_t parallel_max_chars(size_t before);

#endif
