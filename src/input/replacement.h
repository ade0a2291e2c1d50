/* A replacement string, as {/.}, {2} or {#prefix}: what becomes of a value. */
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
	REPLACEMENT_NO_EXTENSION, /* {.} {..} {...}: without count of them */
	REPLACEMENT_BASE,         /* {/}; {/.} {/..} {/...} */
	REPLACEMENT_DIRECTORY,    /* {//} */
	REPLACEMENT_SEQ,          /* {#} */
	REPLACEMENT_SLOT,         /* {%} */
	REPLACEMENT_TOTAL,        /* {##} */
	REPLACEMENT_PADDED_SEQ,   /* {0#} */
	REPLACEMENT_PADDED_SLOT,  /* {0%} */
	REPLACEMENT_BEFORE_SLASH, /* {+/} */
	REPLACEMENT_EXTENSION,    /* {+.} {+..} {+...}: count of them */
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
};

struct replacement {
	enum replacement_kind kind;
	size_t from;
	size_t count;
	bool positional; /* of one argument of the job, else of each */
	long position;   /* 1 is the first, -1 the last; 0 and others none */
	char *first;     /* owned, or NULL; so the rest */
	char *second;
	struct pattern *pattern;
};

/*
 * Compiles first as the pattern where the kind has one.  Returns 0; or -1 with
 * the reason in *ret_why, which the caller frees.
 */
int replacement_init(struct replacement *r, char **ret_why);

void replacement_release(struct replacement *r);

/*
 * What becomes of the value in that job: a part of it, or in scratch, whose
 * content is replaced; not quoted.
 */
struct argument replacement_value(const struct replacement *r,
    struct argument value, const struct template_job *job, struct buf *scratch);

#endif
