/* The body of struct template, for template.c and expansion.c only. */
#ifndef INPUT_TEMPLATE_OPS_H
#define INPUT_TEMPLATE_OPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "replacement.h"
#include "template.h"

/* What expanding a template does, step by step. */
enum op_kind {
	OP_TEXT,  /* put a text, maybe an empty one */
	OP_VALUE, /* put what a replacement string becomes */
	OP_BLANK, /* put a blank in a word: what is repeated ends before it */
	OP_SPACE, /* put a blank between words */
};

struct op {
	enum op_kind kind;
	bool is_tab; /* text begins with a tab: what is repeated ends before it
		      */
	char *text;  /* of OP_TEXT, owned */
	size_t len;  /* of text */
	struct replacement value; /* of OP_VALUE */
};

struct template
{
	struct template_syntax syntax;
	bool quote_values; /* values are quoted for the shell */
	bool needs_total;  /* a replacement string needs the number of jobs */
	bool has_slot;     /* one is that of the slot */
	bool has_code;     /* one is Perl code: see template_ask() */
	struct op *ops;
	size_t n_ops;
	size_t cap_ops;
	size_t n_values; /* how many ops are OP_VALUE */

	/*
	 * For the length.  White space within a word of the command line
	 * divides it, too: into spans.
	 */
	size_t n_words;       /* words of the command line */
	size_t context_words; /* spans with a replacement string */
	size_t context_len;   /* bytes of text in these */
	size_t other_len;     /* bytes in other spans, and white space */

	struct buf scratch; /* for replacement_value() */
	struct buf group;   /* the word that -q is quoting */
};

#endif
