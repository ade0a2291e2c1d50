#include "perl_expression.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "perl.h"
#include "pieces.h"

/* Code between parentheses: from start to end, inside from first to last. */
struct enclosed {
	const char *start, *end;
	const char *first, *last;
};

/*
 * Finds the first right parenthesis with a left one before it, and the last of
 * these: the innermost.
 */
static bool
find_enclosed(const struct perl_expression_syntax *perl, const char *s,
    struct enclosed *ret)
{
	size_t left = strlen(perl->left), right = strlen(perl->right);

	for (; (s = strstr(s, perl->left)) != NULL; s++) {
		const char *first = s + left;
		const char *last = strstr(first, perl->right);
		const char *again = strstr(first, perl->left);

		if (last == NULL)
			return false;
		if (again != NULL && again < last)
			continue;
		*ret = (struct enclosed){ s, last + right, first, last };
		return true;
	}
	return false;
}

bool
perl_expression_is_in(
    const struct perl_expression_syntax *perl, const char *text)
{
	struct enclosed found;

	return perl->left != NULL && find_enclosed(perl, text, &found);
}

/* True if a left parenthesis in the text has no right one. */
static bool
is_open(const struct perl_expression_syntax *perl, const char *text)
{
	const char *left = NULL;

	for (const char *s = text; (s = strstr(s, perl->left)) != NULL;
	     s += strlen(perl->left))
		left = s;
	return left != NULL &&
	    strstr(left + strlen(perl->left), perl->right) == NULL;
}

void
perl_expression_join(const struct perl_expression_syntax *perl,
    char *const *words, size_t n, struct strvec *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct buf word = BUF_INIT;
		char *text;

		buf_puts(&word, words[i]);
		text = buf_detach(&word);
		while (perl->left != NULL && i + 1 < n && is_open(perl, text)) {
			char *more = xasprintf("%s %s", text, words[++i]);

			free(text);
			text = more;
		}
		strvec_take(ret, text);
	}
}

/*
 * Reads the number that code begins with, of the argument that it is of; 0:
 * there is none.  Returns where the code begins.
 */
static const char *
read_position(const char *text, long *ret)
{
	bool negative = *text == '-';
	const char *digits = text + negative;
	size_t n = strspn(digits, "0123456789");

	*ret = 0;
	for (size_t i = 0; i < n && *ret < INT32_MAX / 10; i++)
		*ret = *ret * 10 + (digits[i] - '0');
	if (negative)
		*ret = -*ret;
	text = n > 0 ? digits + n : text;
	return text + strspn(text, " ");
}

/*
 * Makes a piece of a string of code, which begins with the number of the
 * argument that it is of, if it is of one.
 */
static int
add_code(const struct perl_expression_syntax *perl, const char *text,
    struct pieces *pieces, char **ret_error)
{
	struct piece piece = { .replaced = true,
		.replacement = { .kind = REPLACEMENT_CODE } };
	struct replacement *r = &piece.replacement;

	text = read_position(text, &r->position);
	r->positional = r->position != 0;
	if (perl->runner != NULL &&
	    perl_define(perl->runner, text, &r->count, ret_error) < 0)
		return -1;
	r->first = xstrdup(text);
	pieces_add(pieces, piece);
	return 0;
}

/* Adds what is found in the text, and the text around it. */
typedef int add_function(const struct perl_expression_syntax *perl,
    const void *arg, const char *text, struct pieces *out, char **ret_error);

static int
cut_texts(const struct perl_expression_syntax *perl, const void *arg,
    add_function *add, struct pieces *pieces, char **ret_error)
{
	struct pieces out = { .items = NULL };
	int result = 0;

	for (size_t i = 0; i < pieces->n; i++) {
		struct piece *piece = &pieces->items[i];

		if (piece->replaced || result < 0) {
			pieces_add(&out, *piece);
			continue;
		}
		result = add(perl, arg, piece->text, &out, ret_error);
		free(piece->text);
	}
	free(pieces->items);
	*pieces = out;
	return result;
}

static int
add_enclosed(const struct perl_expression_syntax *perl, const void *arg,
    const char *text, struct pieces *out, char **ret_error)
{
	struct enclosed found;
	int result = 0;

	(void)arg;
	while (result == 0 && find_enclosed(perl, text, &found)) {
		char *inside =
		    xmemdup0(found.first, (size_t)(found.last - found.first));

		pieces_add_text(out, text, (size_t)(found.start - text));
		result = add_code(perl, inside, out, ret_error);
		free(inside);
		text = found.end;
	}
	pieces_add_text(out, text, strlen(text));
	return result;
}

int
perl_expression_cut(const struct perl_expression_syntax *perl,
    struct pieces *pieces, char **ret_error)
{
	return cut_texts(perl, NULL, add_enclosed, pieces, ret_error);
}

/* A tag with its parts, which are owned. */
struct parted {
	struct perl_tag tag;
	const char *name, *code;
	char *prefix, *groups, *postfix;
};

/* Parts a tag at its first and last bracket, if it has groups. */
static void
part(const struct perl_expression_tag *tag, bool positioned, struct parted *ret)
{
	const char *text = tag->tag + positioned;
	size_t prefix = strcspn(text, "(");
	const char *last = strrchr(text, ')');
	size_t groups = last != NULL && last > text + prefix
	    ? (size_t)(last + 1 - (text + prefix))
	    : 0;

	ret->name = tag->tag;
	ret->code = tag->code;
	ret->prefix = xmemdup0(text, groups > 0 ? prefix : strlen(text));
	ret->groups =
	    groups > 0 ? xmemdup0(text + prefix, groups) : xstrdup("");
	ret->postfix = groups > 0 ? xstrdup(last + 1) : xstrdup("");
	ret->tag = (struct perl_tag){ ret->prefix, ret->groups, ret->postfix,
		positioned };
}

/* The code of what was found: $$1 becomes the variable of the first group. */
static char *
code_of_match(const struct perl_match *match, const char *code)
{
	struct buf out = BUF_INIT;

	buf_puts(&out, match->position);
	buf_puts(&out, match->groups);
	for (; *code != '\0'; code++)
		if (code[0] == '$' && code[1] == '$' &&
		    strspn(code + 2, " \t\n0123456789") > 0 && code[2] >= '0' &&
		    code[2] <= '9') {
			buf_puts(&out, "$_pAr_gRp");
			code++;
		} else {
			buf_append(&out, code, 1);
		}
	return buf_detach(&out);
}

/* Returns -1 with the tag before the message. */
static int
fail_tag(const struct parted *parted, char **ret_error)
{
	char *why = *ret_error;

	*ret_error = xasprintf(
	    "cannot use the tag '%s' of --rpl: %s", parted->name, why);
	free(why);
	return -1;
}

static int
add_tagged(const struct perl_expression_syntax *perl, const void *arg,
    const char *text, struct pieces *out, char **ret_error)
{
	const struct parted *parted = arg;
	struct perl_match match;
	int found = 0;

	while (*text != '\0' &&
	    (found = perl_find(
		 perl->runner, &parted->tag, text, &match, ret_error)) > 0) {
		char *made = code_of_match(&match, parted->code);

		pieces_add_text(out, text, match.start);
		found = add_code(perl, made, out, ret_error);
		free(made);
		free(match.position);
		free(match.groups);
		if (found < 0)
			break;
		text += match.start + match.len;
	}
	pieces_add_text(out, text, strlen(text));
	return found < 0 ? fail_tag(parted, ret_error) : 0;
}

int
perl_expression_cut_tag(const struct perl_expression_syntax *perl,
    const struct perl_expression_tag *tag, struct pieces *pieces,
    char **ret_error)
{
	int result = 0;

	if (perl->runner == NULL)
		return 0;
	for (int positioned = 0; result == 0 && positioned <= 1; positioned++) {
		struct parted parted;

		if (positioned && tag->tag[0] != '{')
			break;
		part(tag, positioned, &parted);
		result =
		    cut_texts(perl, &parted, add_tagged, pieces, ret_error);
		free(parted.prefix);
		free(parted.groups);
		free(parted.postfix);
	}
	return result;
}
