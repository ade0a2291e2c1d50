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
	const char *replace; /* -I: instead of {}; or NULL */
	bool plus;           /* --plus: the larger set */
	bool quote;          /* -q: the template's own words are quoted */
	bool context;        /* -X, -N, -L: more arguments repeat the word */
	bool raw;            /* --tagstring: nothing is quoted or appended */
};

/* What one job puts into a template. */
struct template_job {
	const struct argument *args; /* of all its rows, one after the other */
	size_t n_args;
	bool none;      /* -N 0: an argument was taken, insert nothing */
	uint64_t seq;   /* {#} */
	int64_t slot;   /* {%} */
	uint64_t total; /* {##}, {0#}: how many jobs there will be */
	int64_t slots;  /* {0%}: how many slots there are */
};

/*
 * Parses the n words, which are joined with blanks; they are copied.  names,
 * may be NULL, are those of --header: {NAME} is {1} for the first.  NULL with a
 * message in *ret_error, which the caller frees, for what is GNU parallel's but
 * not ours, as {= =}, and for a bad regular expression.
 */
struct template *template_new(char *const *words, size_t n,
    const struct template_syntax *syntax, char *const *names, size_t n_names,
    char **ret_error);

void template_free(struct template *t);

/* Appends the command. */
void template_expand(
    struct template *t, const struct template_job *job, struct buf *out);

/* Whether {##} or {0#} occur, so that job->total must be known. */
bool template_needs_total(const struct template *t);

/*
 * The length of a command as it grows, by GNU parallel's own count, which is
 * not always exact.  Start with zeros.
 */
struct template_length {
	size_t values; /* what the replacement strings become */
	size_t args;
};

/* Counts the arguments of one more row; for job see only seq, slot, total. */
void template_length_add(struct template *t, struct template_length *length,
    const struct argument *args, size_t n, const struct template_job *job);

/* The length so far. */
size_t template_length(
    const struct template *t, const struct template_length *length);

#endif
