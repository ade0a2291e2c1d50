/*
 * A command with replacement strings, parsed once, expanded for each job: GNU
 * parallel's rules, byte for byte.
 */
#ifndef INPUT_TEMPLATE_H
#define INPUT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"
#include "perl_expression.h"

struct argument;
struct buf;
struct template;

/* Replacement strings that options give other names. */
enum template_renamed {
	TEMPLATE_NOT_RENAMED,
	TEMPLATE_NO_EXTENSION,      /* {.} */
	TEMPLATE_BASE,              /* {/} */
	TEMPLATE_DIRECTORY,         /* {//} */
	TEMPLATE_BASE_NO_EXTENSION, /* {/.} */
	TEMPLATE_SEQ,               /* {#} */
	TEMPLATE_SLOT,              /* {%} */
	N_TEMPLATE_RENAMED,
};

/* How a template is to be read. */
struct template_syntax {
	const char *replace; /* -I: what stands for {}; NULL: {} does */
	const char *renamed[N_TEMPLATE_RENAMED]; /* the same for these */
	struct perl_expression_syntax
	    expressions; /* what is Perl; all is the caller's */
	bool plus;       /* --plus: more replacement strings are known */
	bool quote;      /* -q: the template's own words are quoted */
	bool context;    /* -X, -N, -L: a word with replacement strings is
			    repeated for each argument, not only they */
	bool whole;      /* nothing is appended to a command without any
			    replacement string */
	bool bare;       /* arguments are not quoted */
	bool raw;        /* --tagstring: nothing is quoted or appended */
	bool exact;      /* with raw: control characters in values stay, too */
	bool parallel;   /* variables are called as GNU parallel calls them */
	bool host;       /* {host} is known */
	bool marks;      /* {name} and {time} become the marks below */
	bool host_mark;  /* with raw: {host} becomes one of them, too; else
			    it is refused */
};

/*
 * Stand for the name of the job, for the time of each line of output, and for
 * the machine that the job runs on, which nobody knows here.  No other text has
 * a NUL.
 */
#define TEMPLATE_NAME "\0n"
#define TEMPLATE_TIME "\0t"
#define TEMPLATE_MACHINE "\0h"
#define TEMPLATE_MARK_LEN 2

/*
 * The same in a command: the machine that runs the job is chosen later, see
 * NURSERY_HOST in environment.h.  Without quotes, which would end those that a
 * template may have around it; no such name needs any.
 */
#define TEMPLATE_HOST "${NURSERY_HOST}"

/* What one job puts into a template. */
struct template_job {
	const struct argument *args; /* all arguments of the job */
	size_t n_args;
	size_t before;  /* for the length: arguments of the job before these */
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

/*
 * Has the Perl code evaluated for a job: to be called again until it says
 * SOURCE_RECORD, before the job is expanded or its length is measured.  The
 * values are there until this is called for another job.  *ret_skips: the code
 * has called skip().
 */
enum source_state template_ask(
    struct template *t, const struct template_job *job, bool *ret_skips);

/* Appends the command of that job. */
void template_expand(
    struct template *t, const struct template_job *job, struct buf *out);

/* Whether {uniq} or {choose_k} have the job skipped. */
bool template_skips(const struct template *t, const struct template_job *job);

/* Whether {##} or {0#} occur, so that job->total must be known. */
bool template_needs_total(const struct template *t);

/* Whether {%} occurs, so that the text depends on job->slot. */
bool template_has_slot(const struct template *t);

/*
 * The length of a command as it grows, by GNU parallel's own count, which is
 * not always exact.  Start with zeros.
 */
struct template_length {
	size_t values; /* bytes that the replacement strings become */
	size_t args;   /* how many arguments they are made of */
};

/* Counts the arguments of one more row, which are those of job. */
void template_length_add(struct template *t, struct template_length *length,
    const struct template_job *job);

/* The length so far. */
size_t template_length(
    const struct template *t, const struct template_length *length);

#endif
