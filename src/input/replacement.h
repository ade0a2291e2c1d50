/*
 * What a replacement string, such as {/.}, {2} or {#prefix}, makes of an
 * argument.
 */
#ifndef INPUT_REPLACEMENT_H
#define INPUT_REPLACEMENT_H

#include <stdbool.h>
#include <stddef.h>

struct argument;
struct buf;
struct pattern;
struct template_job;

enum replacement_kind {
	REPLACEMENT_WHOLE,        /* {} */
	REPLACEMENT_UNIQUE,       /* {uniq}: {}, and see replacement_skips() */
	REPLACEMENT_CHOSEN,       /* {choose_k}: likewise */
	REPLACEMENT_NO_EXTENSION, /* {.} {..} {...}: without count extensions */
	REPLACEMENT_BASE,         /* {/}; {/.} {/..} {/...} */
	REPLACEMENT_DIRECTORY,    /* {//} */
	REPLACEMENT_SEQ,          /* {#} */
	REPLACEMENT_SLOT,         /* {%} */
	REPLACEMENT_TOTAL,        /* {##} */
	REPLACEMENT_PADDED_SEQ,   /* {0#} */
	REPLACEMENT_PADDED_SLOT,  /* {0%} */
	REPLACEMENT_NAME,         /* {name} */
	REPLACEMENT_TIME,         /* {time} */
	REPLACEMENT_VARIABLE,     /* {slot}: the variable first of the job */
	REPLACEMENT_HOST,         /* {host} in a command */
	REPLACEMENT_MACHINE,      /* {host} in a label */
	REPLACEMENT_BEFORE_SLASH, /* {+/} */
	REPLACEMENT_EXTENSION,    /* {+.} {+..} {+...}: count extensions */
	REPLACEMENT_DEFAULT,      /* {:-first} */
	REPLACEMENT_FROM,         /* {:from} */
	REPLACEMENT_SLICE,        /* {:from:count} */
	REPLACEMENT_SHORT_PREFIX, /* {#pattern} */
	REPLACEMENT_LONG_PREFIX,  /* {##pattern} */
	REPLACEMENT_SHORT_SUFFIX, /* {%pattern} */
	REPLACEMENT_LONG_SUFFIX,  /* {%%pattern} */
	REPLACEMENT_FIRST,        /* {/pattern/second} */
	REPLACEMENT_ALL,          /* {//pattern/second} */
	REPLACEMENT_PREFIX,       /* {/#pattern/second} */
	REPLACEMENT_SUFFIX,       /* {/%pattern/second} */
	REPLACEMENT_UPPER,        /* {^pattern} */
	REPLACEMENT_UPPER_ALL,    /* {^^pattern} */
	REPLACEMENT_LOWER,        /* {,pattern} */
	REPLACEMENT_LOWER_ALL,    /* {,,pattern} */
	REPLACEMENT_CODE,         /* {= first =}, number count of perl.h */
};

struct replacement {
	enum replacement_kind kind;
	size_t from;     /* the first byte of a slice */
	size_t count;    /* extensions, or bytes of a slice, or code */
	size_t answer;   /* of code: which of its values is the first */
	bool positional; /* it is of one argument of the job, else of each */
	long position;   /* which one: 1 is the first, -1 the last; there need
			    be none of that number */
	char *first;  /* the text, pattern or default in it; owned, or NULL */
	char *second; /* what replaces a match; owned, or NULL */
	struct pattern *pattern; /* first, compiled; owned, or NULL */
};

/*
 * Whether the job is to be skipped: if two of its arguments are equal for
 * {uniq}; for {choose_k} if they are not sorted, so that each choice comes
 * once.
 */
bool replacement_skips(
    const struct replacement *r, const struct template_job *job);

/* Whether it depends on how many jobs there are, or on the slot of the job. */
bool replacement_needs_total(const struct replacement *r);
bool replacement_is_of_slot(const struct replacement *r);

/*
 * Whether it is a mark or a variable, which the shell of the job expands: it is
 * never quoted.
 */
bool replacement_is_expanded_later(const struct replacement *r);

/*
 * Makes pattern of first if the kind has a pattern.  Returns 0; or -1 with the
 * reason in *ret_why, which the caller frees.
 */
int replacement_init(struct replacement *r, char **ret_why);

/* Frees what r owns. */
void replacement_release(struct replacement *r);

/*
 * What becomes of the value in that job.  The result is not quoted; it is a
 * part of the value or of r, or it is in scratch, whose content is replaced.
 */
struct argument replacement_value(const struct replacement *r,
    struct argument value, const struct template_job *job, struct buf *scratch);

#endif
