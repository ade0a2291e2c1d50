/* What in a word of a template is Perl code: {= =} and the tags of --rpl. */
#ifndef INPUT_CODE_H
#define INPUT_CODE_H

#include <stdbool.h>
#include <stddef.h>

struct perl;
struct pieces;
struct strvec;

/* --rpl 'TAG CODE' */
struct code_tag {
	const char *tag;
	const char *code;
};

/* All is the caller's. */
struct template_code {
	struct perl *perl; /* what runs it; NULL: templates are only checked,
			      or have no code */
	const char *left;  /* --parens, {= and =}; NULL: nothing is code */
	const char *right;
	struct code_tag *tags;
	size_t n_tags;
	char **filters; /* --filter */
	size_t n_filters;
};

/* True if there is code between parentheses in the text. */
bool code_is_in(const struct template_code *code, const char *text);

/*
 * Appends copies of the n words to ret, those joined that code between
 * parentheses spans.
 */
void code_join(const struct template_code *code, char *const *words, size_t n,
    struct strvec *ret);

/*
 * Cut the texts among the pieces where there is code between parentheses; or
 * where the tag is found, with or without a position.  They return 0; or -1
 * with a message in *ret_error, which the caller frees: the code cannot be
 * compiled.
 */
int code_cut(
    const struct template_code *code, struct pieces *pieces, char **ret_error);
int code_cut_tag(const struct template_code *code, const struct code_tag *tag,
    struct pieces *pieces, char **ret_error);

#endif
