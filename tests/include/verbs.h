/* A test program that is a table of verbs: "program VERB ARG...". */
#ifndef TESTS_VERBS_H
#define TESTS_VERBS_H

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define VERB_ANY INT_MAX /* as max_args: no limit */
#define VERBS_LEN(verbs) (sizeof(verbs) / sizeof((verbs)[0]))

struct verb {
	const char *name;
	int min_args;
	int max_args;
	int (*run)(char **args); /* its result is the exit status */
};

/*
 * The result of main(): runs the verb that argv names.  Without a verb that
 * takes the arguments it says which ones there are and returns 125.
 */
static inline int
verbs_main(const struct verb *verbs, size_t n, int argc, char **argv)
{
	int args = argc - 2;

	for (size_t i = 0; args >= 0 && i < n; i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
		    args >= verbs[i].min_args && args <= verbs[i].max_args) {
			int status = verbs[i].run(argv + 2);

			return fflush(stdout) == 0 ? status : 125;
		}
	fprintf(
	    stderr, "usage: %s VERB ARG..., where VERB is one of:\n", argv[0]);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "  %s\n", verbs[i].name);
	return 125;
}

/* How a verb says that the function under test has refused its argument. */
static inline int
verb_refused(const char *why)
{
	printf("error: %s\n", why);
	return 1;
}

static inline int
verb_number(int64_t number)
{
	printf("%" PRId64 "\n", number);
	return 0;
}

#endif
