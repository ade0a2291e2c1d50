/*
 * A command with replacement strings, parsed once, expanded for each job: GNU
 * parallel's rules, byte for byte.
 */
#ifndef INPUT_TEMPLATE_H
#define INPUT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct argument;
struct buf;
struct template;

/* How a template is to be read. */
struct template_syntax {
	const char *replace; /* -I: what stands for {}; NULL: {} does */
	bool plus;           /* --plus: more replacement strings are known */
	bool quote;          /* -q: the template's own words are quoted */
	bool context;        /* -X, -N, -L: a word with replacement strings is
				repeated for each argument, not only they */
	bool raw;            /* --tagstring: nothing is quoted or appended */
	bool marks;          /* {name} and {time} become the marks below */
};

/*
 * Stand for the name of the job, and for the time of each line of output, which
 * nobody knows here.  No other text has a NUL.
 */
#define TEMPLATE_NAME "\0n"
#define TEMPLATE_TIME "\0t"
#define TEMPLATE_MARK_LEN 2

/* What one job puts into a template. */
struct template_job {
	const struct argument *args; /* all arguments of the job */
	size_t n_args;
	bool none;      /* -N 0: the arguments are counted, not inserted */
	uint64_t seq;   /* {#} */
	int64_t slot;   /* {%} */
	uint64_t total; /* {##}, {0#}: how many jobs there will be */
	int64_t slots;  /* {0%}: how many slots there are */
};

/*
 * Parses the n words of a command, which are copied.  names, which may be NULL
 * if there are none, are the columns of --header: {NAME} of the first is {1}.
 * NULL with a message in *ret_error, which the caller frees, for what GNU
 * parallel has and we have not, such as {= =}, and for a bad regular
 * expression.
 */
struct template *template_new(char *const *words, size_t n,
    const struct template_syntax *syntax, char *const *names, size_t n_names,
    char **ret_error);

void template_free(struct template *t);

/* Appends the command of that job. */
void template_expand(
    struct template *t, const struct template_job *job, struct buf *out);

/* Whether {##} or {0#} occur, so that job->total must be known. */
bool template_needs_total(const struct template *t);

/*
 * The length of a command as it grows, by GNU parallel's own count, which is
 * not always exact.  Start with zeros.
 */
struct template_length {
	size_t values; /* bytes that the replacement strings become */
	size_t args;   /* how many arguments they are made of */
};

/*
 * Counts the arguments of one more row.  Of job only what all its rows have in
 * common is read: seq, slot, total and slots.
 */
void template_length_add(struct template *t, struct template_length *length,
    const struct argument *args, size_t n, const struct template_job *job);

/* The length so far. */
size_t template_length(
    const struct template *t, const struct template_length *length);

#endif
