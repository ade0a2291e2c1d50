/* What in a word of a template is Perl code: {= =} and the tags of --rpl. */
#ifndef INPUT_PERL_EXPRESSION_H
#define INPUT_PERL_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

struct perl;
struct pieces;
struct strvec;

/* --rpl 'TAG CODE' */
struct perl_expression_tag {
	const char *tag;
	const char *code;
};

/* All is the caller's. */
struct perl_expression_syntax {
	struct perl *runner; /* what runs it; NULL: templates are only checked,
			      or have no code */
	const char *left;    /* --parens, {= and =}; NULL: nothing is code */
	const char *right;
	struct perl_expression_tag *tags;
	size_t n_tags;
	char **filters; /* --filter */
	size_t n_filters;
};

/* True if there is code between parentheses in the text. */
bool perl_expression_is_in(
    const struct perl_expression_syntax *perl, const char *text);

/*
 * Appends copies of the n words to ret, those joined that code between
 * parentheses spans.
 */
void perl_expression_join(const struct perl_expression_syntax *perl,
    char *const *words, size_t n, struct strvec *ret);

/*
 * Cut the texts among the pieces where there is code between parentheses; or
 * where the tag is found, with or without a position.  They return 0; or -1
 * with a message in *ret_error, which the caller frees: the code cannot be
 * compiled.
 */
int perl_expression_cut(const struct perl_expression_syntax *perl,
    struct pieces *pieces, char **ret_error);
int perl_expression_cut_tag(const struct perl_expression_syntax *perl,
    const struct perl_expression_tag *tag, struct pieces *pieces,
    char **ret_error);

#endif
